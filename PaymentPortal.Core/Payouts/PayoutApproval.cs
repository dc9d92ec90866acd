using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Ledger;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Payouts;

/// <summary>
/// What the second person of a payout sees and decides: every line that it will write, and the bank account it goes to. A bank account that was
/// changed since makes another preview, and with it the approval void.
/// </summary>
public sealed class PayoutApproval(PayoutMover mover) : IApprovalKind
{
    public const string Name = "payout";

    public string Kind => Name;

    public string Label => "Payout";

    public Approvers Approvers => Approvers.Finance;

    public string? PageOf(string subjectId) => $"/payouts/{subjectId}";

    public ApprovalPreview Preview(UnitOfWork unit, string subjectId)
    {
        var payout = PayoutRow.Of(unit, new PayoutId(subjectId));
        if (payout.Seller is not { } seller)
            return new ApprovalPreview($"Pay {payout.Amount} {payout.Amount.Currency} of our own to our bank", PayoutPreview.Lines(PayoutPostings.OwnSent(subjectId, payout.Amount, unit.Now), PayoutPostings.OwnPaid(subjectId, payout.Amount, unit.Now)), []);
        var bank = SellerBank.Of(unit, seller)!;
        return new ApprovalPreview(
            $"Pay {payout.Amount} {payout.Amount.Currency} to {seller}",
            PayoutPreview.Lines(PayoutPostings.Transfer(subjectId, seller, payout.Amount, unit.Now), PayoutPostings.Paid(subjectId, seller, payout.Amount, unit.Now)),
            [new ApprovalChange("Bank account", null, PayoutPreview.Bank(bank.Version, bank.Last4))]);
    }

    public Refusal? Approve(UnitOfWork unit, string subjectId, Actor checker)
    {
        var payout = PayoutRow.Of(unit, new PayoutId(subjectId));
        if (payout.Status != PayoutStatus.Requested) return new Refusal(RefusalCodes.StateConflict, 409, $"This payout is {payout.Status.Word()} by now. Nothing was done.");
        PayoutService.Start(unit, mover.Move(unit, payout, PayoutCause.Approved, checker));
        return null;
    }

    public void Drop(UnitOfWork unit, string subjectId, ApprovalState end, Actor by, string? comment)
    {
        var cause = end switch
        {
            ApprovalState.Refused => PayoutCause.ApprovalRefused,
            ApprovalState.Expired => PayoutCause.ApprovalExpired,
            ApprovalState.Withdrawn => PayoutCause.ApprovalWithdrawn,
            ApprovalState.Void => PayoutCause.BankChanged,
            _ => throw new ArgumentOutOfRangeException(nameof(end), end, "Not an end that drops anything."),
        };
        mover.Move(unit, PayoutRow.Of(unit, new PayoutId(subjectId)), cause, by, comment);
        RetryQueue.Remove(unit, PayoutSteps.Payout, subjectId);
    }
}

/// <summary>The second person for a payout that failed and is to be paid again, to another bank account than the one that was approved.</summary>
public sealed class PayAgainApproval(Func<PayoutService> payouts) : IApprovalKind
{
    public const string Name = "payout-again";

    public string Kind => Name;

    public string Label => "Payout to another bank account";

    public Approvers Approvers => Approvers.Finance;

    public string? PageOf(string subjectId) => $"/payouts/{subjectId}";

    public ApprovalPreview Preview(UnitOfWork unit, string subjectId)
    {
        var payout = PayoutRow.Of(unit, new PayoutId(subjectId));
        var bank = SellerBank.Of(unit, payout.Seller!.Value)!;
        return new ApprovalPreview(
            $"Pay {payout.Amount} {payout.Amount.Currency} to {payout.Seller} again",
            EntryLines.Of(PayoutPostings.Paid(subjectId, payout.Seller.Value, payout.Amount, unit.Now).Postings, PayoutPreview.WhenPaid),
            [new ApprovalChange("Bank account", PayoutPreview.Bank(payout.BankVersion, payout.BankLast4), PayoutPreview.Bank(bank.Version, bank.Last4))]);
    }

    public Refusal? Approve(UnitOfWork unit, string subjectId, Actor checker)
    {
        var payout = PayoutRow.Of(unit, new PayoutId(subjectId));
        if (PayoutService.WhyNotMend(payout.Status, payout.IsTakingBack, isOwn: false) is { } why) return new Refusal(RefusalCodes.StateConflict, 409, $"{why}. Nothing was done.");
        payouts().PayAgain(unit, payout, SellerBank.Of(unit, payout.Seller!.Value)!, checker, null);
        return null;
    }

    public void Drop(UnitOfWork unit, string subjectId, ApprovalState end, Actor by, string? comment)
    {
        // It stays failed, its money held: nothing was taken for the question.
    }
}

/// <summary>How previews show what they are about.</summary>
internal static class PayoutPreview
{
    public const string WhenPaid = "Booked when the bank has paid";

    public static IReadOnlyList<ApprovalLine> Lines(JournalEntry sent, JournalEntry paid) => [.. EntryLines.Of(sent.Postings, "Booked when the PSP has taken it"), .. EntryLines.Of(paid.Postings, WhenPaid)];

    public static string Bank(int version, string? last4) => $"{(last4 is null ? "kept at the PSP" : "…" + last4)} (version {version})";
}
