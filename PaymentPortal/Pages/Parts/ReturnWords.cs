using PaymentPortal.Core.Payments.Disputes;
using PaymentPortal.Core.Payments.Refunds;

namespace PaymentPortal.Pages.Parts;

/// <summary>The moves of refunds and disputes as sentences.</summary>
internal static class ReturnWords
{
    public static string Of(RefundStatus status, string cause) => status switch
    {
        RefundStatus.Requested => "Refund asked for, its money set aside",
        RefundStatus.Approved => cause == nameof(RefundCause.WithinLimit) ? "Refund within the limit: it may be sent" : "Refund approved by a second person",
        RefundStatus.Sent => "The PSP took the refund's money",
        RefundStatus.Succeeded => "The bank has the refund",
        RefundStatus.Refused => cause switch
        {
            nameof(RefundCause.RefusedByChecker) => "Refund refused by a second person",
            nameof(RefundCause.GivenUp) => "Refund given up after the PSP refused it",
            _ => "Refund refused by the PSP",
        },
        RefundStatus.Canceled => cause == nameof(RefundCause.Canceled) ? "Refund taken back" : "Refund not approved in time, or its ask withdrawn",
        RefundStatus.Failed => "The bank gave the refund back: the buyer is owed",
    };

    public static string Of(DisputeStatus status) => status switch
    {
        DisputeStatus.Inquiry => "The buyer's bank asks about the payment",
        DisputeStatus.NeedsResponse => "Disputed: the PSP withdrew the money",
        DisputeStatus.UnderReview => "The bank reads the evidence",
        DisputeStatus.Won => "Dispute won: the money is back",
        DisputeStatus.Lost => "Dispute lost: the money is gone",
        DisputeStatus.Accepted => "We accepted the loss",
        DisputeStatus.Closed => "The inquiry ended without a dispute",
    };

    /// <summary>What a person did about a dispute, by the word of the audit log.</summary>
    public static string OfAct(string action, string? to) => action switch
    {
        "dispute.evidence" => "Evidence saved",
        "dispute.submit" => "Evidence submitted to the bank",
        "dispute.accept" => "Loss accepted",
        "dispute.bearer" => to == nameof(DisputeBearer.Platform) ? "The platform bears a loss" : "The sellers bear a loss",
        _ => action,
    };

    public static string Actor(string actor) => actor switch
    {
        "psp" => "PSP",
        _ when actor.StartsWith(Core.Common.Actor.ApiKeyPrefix, StringComparison.Ordinal) => "API key " + PpId.Shorten(actor[Core.Common.Actor.ApiKeyPrefix.Length..]),
        _ => "the portal",
    };
}
