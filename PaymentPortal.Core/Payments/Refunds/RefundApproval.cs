using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Ledger;
using PaymentPortal.Core.Payments.Disputes;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Payments.Refunds;

/// <summary>Refunds above a limit, for their second person. Their money is set aside while they wait, and goes back when they are not approved.</summary>
public sealed class RefundApproval(RefundBooks books) : IApprovalKind
{
    public const string Name = "refund";

    public string Kind => Name;

    public string Label => "Refund";

    public Approvers Approvers => Approvers.Finance;

    public string? PageOf(string subjectId) => "/refunds/" + subjectId;

    /// <summary>
    /// Every line of the refund, and whether its charge is disputed: the PSP would refuse it then, so an approval that was asked for before is void. The first entry stands in the ledger since it was asked for; the second follows when the PSP takes the money.
    /// </summary>
    public ApprovalPreview Preview(UnitOfWork unit, string subjectId)
    {
        var refund = RefundRow.Find(unit, new RefundId(subjectId))!;
        return new ApprovalPreview(
            $"Refund {refund.Amount} {refund.Amount.Currency} of {refund.Order?.Value ?? refund.FinanceTaskId ?? refund.Checkout.Value}",
            Lines([ReturnRules.RefundAsked(refund.Share, unit.Now), ReturnRules.RefundAccepted(refund.Share, "re_", unit.Now)]),
            [new ApprovalChange("status", refund.Status.Word(), RefundStatus.Approved.Word()), new ApprovalChange("reason", null, refund.Reason), .. Disputes(unit, refund)]);
    }

    private static IEnumerable<ApprovalChange> Disputes(UnitOfWork unit, RefundRow refund) => unit.Query(
        $"SELECT dispute_id FROM disputes WHERE charge_id = $1 AND {DisputeWords.MoneyIsGone} ORDER BY dispute_id", row => new ApprovalChange("disputed", null, row.GetString(0)), refund.ChargeId);

    public Refusal? Approve(UnitOfWork unit, string subjectId, Actor checker)
    {
        books.GoOn(unit, RefundRow.Find(unit, new RefundId(subjectId))!, RefundCause.ApprovedByChecker, checker);
        return null;
    }

    /// <summary>The comment is the maker's to read: the memo stands in the seller's statement.</summary>
    public void Drop(UnitOfWork unit, string subjectId, ApprovalState end, Actor by, string? comment) => books.Void(
        unit, RefundRow.Find(unit, new RefundId(subjectId))!, end == ApprovalState.Refused ? RefundCause.RefusedByChecker : RefundCause.ApprovalEnded, by, "refund not approved");

    /// <summary>Both entries of a refund, each with its time.</summary>
    public static IReadOnlyList<ApprovalLine> Lines(IEnumerable<JournalEntry?> entries) => [.. entries.OfType<JournalEntry>().SelectMany(entry => EntryLines.Of(
        entry.Postings, entry.Kind == EntryKind.RefundAsked ? "Booked when it is asked for" : "Booked when the PSP takes the money"))];
}
