using PaymentPortal.Core.Common;

namespace PaymentPortal.Core.Psp;

public enum PspRefundStatus
{
    Pending,

    /// <summary>The buyer has to tell where the money shall go.</summary>
    RequiresAction,
    Succeeded,
    Failed,
    Canceled,
}

/// <summary>All that a refund at the PSP is made from. <paramref name="Reason"/> is one of the PSP's own words, or null.</summary>
public sealed record NewRefund(RefundId Refund, CheckoutId Checkout, string IntentId, Money Amount, string? Reason, string PspKey);

/// <summary>
/// A refund as the PSP shows it at one moment. A failed one gives the money back in a second movement. A movement is null while the PSP has
/// not made it, and where it was not asked for.
/// </summary>
public sealed record PspRefund(
    string Id,
    PspRefundStatus Status,
    Money Amount,
    string? ChargeId,
    string? PspKey,
    string? FailureReason,
    DateTimeOffset CreatedAt,
    PspBalanceTransaction? Taken,
    PspBalanceTransaction? GivenBack);

public enum PspDisputeStatus
{
    /// <summary>The bank asks, and no money has moved.</summary>
    InquiryNeedsResponse,
    InquiryUnderReview,
    InquiryClosed,
    NeedsResponse,
    UnderReview,
    Won,
    Lost,

    /// <summary>Ended before it became one.</summary>
    Prevented,
}

/// <summary>A dispute as the PSP shows it. <see cref="Withdrawn"/> is the movement that took money and fee, <see cref="Reinstated"/> the one that gave the money back.</summary>
public sealed record PspDispute(
    string Id,
    PspDisputeStatus Status,
    Money Amount,
    string Reason,
    string ChargeId,
    string? IntentId,
    string? PspKey,
    DateTimeOffset? DueBy,
    bool HasEvidence,
    int Submissions,
    DateTimeOffset CreatedAt,
    PspBalanceTransaction? Withdrawn,
    PspBalanceTransaction? Reinstated);

/// <summary>
/// The part of the PSP port that gives money back. The same rules hold as for <see cref="IPaymentServiceProvider"/>: building is pure, a POST is
/// sent under the key that was stored with it, and whatever the PSP does is a verdict.
/// </summary>
public interface IPspReturns
{
    string Name { get; }

    PspRequest CreateRefund(NewRefund refund);

    Task<PspAnswer<PspRefund>> SendRefundAsync(PspRequest request, string pspKey, CancellationToken cancellationToken);

    /// <summary>The refund with both its movements. Pending while a movement that must be there is not.</summary>
    Task<PspAnswer<PspRefund>> FetchRefundAsync(string refundId, CancellationToken cancellationToken);

    /// <summary>Every refund of one intent that bears a key of ours, with its movements.</summary>
    Task<PspAnswer<IReadOnlyList<PspRefund>>> ListRefundsAsync(string intentId, CancellationToken cancellationToken);

    /// <summary>Evidence by its field names at the PSP. Never submitted unless <paramref name="isSubmitted"/>: the bank reads it once.</summary>
    PspRequest UpdateDispute(string disputeId, IReadOnlyDictionary<string, string> evidence, bool isSubmitted, string pspKey);

    /// <summary>Accepts the loss; can't be taken back.</summary>
    PspRequest CloseDispute(string disputeId);

    Task<PspAnswer<PspDispute>> SendDisputeAsync(PspRequest request, string pspKey, CancellationToken cancellationToken);

    Task<PspAnswer<PspDispute>> FetchDisputeAsync(string disputeId, CancellationToken cancellationToken);

    /// <summary>Every dispute that began from <paramref name="createdFrom"/> to before <paramref name="createdTo"/>.</summary>
    Task<PspAnswer<IReadOnlyList<PspDispute>>> ListDisputesAsync(DateTimeOffset createdFrom, DateTimeOffset createdTo, CancellationToken cancellationToken);
}
