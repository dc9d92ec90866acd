using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Ledger;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Payments.Refunds;

/// <summary>Books that an owed refund was paid outside the PSP, and ends its task.</summary>
public sealed class OwedBooks(Journal journal, AuditLog audit)
{
    internal void Paid(UnitOfWork unit, RefundRow refund, string how, Actor actor)
    {
        journal.Post(unit, ReturnRules.OwedPaid(refund.Share, unit.Now, how));
        unit.Execute("UPDATE finance_tasks SET state = 'PaidElsewhere', closed_at = $2, closed_by = $3 WHERE session_id = $1", refund.Id.Value, unit.Now, actor.Value);
        audit.Write(unit, new AuditEntry(actor, "refund.paid-elsewhere", refund.Id.Value) { Reason = how });
    }
}

/// <summary>The second person for an owed refund above a limit that is said to be paid another way: no bank statement proves it to us.</summary>
public sealed class OwedApproval(OwedBooks owed) : IApprovalKind
{
    public const string Name = "owed-paid";

    public string Kind => Name;

    public string Label => "Owed refund paid another way";

    public Approvers Approvers => Approvers.Finance;

    public string? PageOf(string subjectId) => "/refunds/" + subjectId;

    /// <summary>When the money goes back at the PSP meanwhile, this would do something else and is void.</summary>
    public ApprovalPreview Preview(UnitOfWork unit, string subjectId)
    {
        var refund = RefundRow.Find(unit, new RefundId(subjectId))!;
        var task = unit.QueryFirst("SELECT state, refund_id FROM finance_tasks WHERE session_id = $1", row => row.TextOrNull(1) is { } again ? $"sent again as {again}" : row.GetString(0), subjectId);
        return new ApprovalPreview(
            $"{refund.Amount} {refund.Amount.Currency} of {subjectId} paid another way", EntryLines.Of(ReturnRules.OwedPaid(refund.Share, unit.Now, "").Postings),
            [new ApprovalChange("what we owe", task, nameof(FinanceTaskState.PaidElsewhere))]);
    }

    /// <summary>The preview has shown that the task is open.</summary>
    public Refusal? Approve(UnitOfWork unit, string subjectId, Actor checker)
    {
        owed.Paid(unit, RefundRow.Find(unit, new RefundId(subjectId))!, Approvals.ReasonOf(unit, Name, subjectId), checker);
        return null;
    }

    public void Drop(UnitOfWork unit, string subjectId, ApprovalState end, Actor by, string? comment)
    {
        // It stays owed: nothing was taken for the question.
    }
}
