using System.Globalization;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Ledger;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Reconciliation;

/// <summary>
/// Entries of many mismatches that one second person decides about together: all are booked in the unit of his decision, or none. What belongs to a batch
/// says so in its row.
/// </summary>
public sealed class MismatchBatches(MismatchBook book, Journal journal) : IApprovalKind
{
    /// <summary>The kind of their approvals; the subject is the batch.</summary>
    public const string Name = "mismatches";

    public string Kind => Name;

    public string Label => "Entries for mismatches";

    public Approvers Approvers => Approvers.Finance;

    public string? PageOf(string subjectId) => "/recon/mismatches?state=all&batch=" + subjectId;

    /// <summary>Debits and credits are summed apart by account, so that a gain can't hide a loss, and each mismatch is named with its amount.</summary>
    public ApprovalPreview Preview(UnitOfWork unit, string subjectId)
    {
        var members = Members(unit, subjectId);
        var lines = members.SelectMany(one => MismatchPostings.Lines(one, one.Proposal!.Value))
            .GroupBy(line => (line.Account.Code, line.Amount.Currency, IsDebit: line.Amount.Minor > 0))
            .OrderBy(sum => sum.Key.Currency.Code, StringComparer.Ordinal).ThenBy(sum => sum.Key.Code, StringComparer.Ordinal).ThenByDescending(sum => sum.Key.IsDebit)
            .Select(sum => new ApprovalLine(sum.Key.Code, sum.Aggregate(Money.Zero(sum.Key.Currency), (all, line) => all + line.Amount)));
        var changes = members.Select(one => new ApprovalChange(one.MismatchId, null, HasComeLater(unit, one) ? "came by itself: nothing to book" : $"{one.Difference} {one.Currency}, {one.Category} {one.SourceId}"));
        var act = members.Count > 0 && members[0].Proposal == MismatchEntry.WriteOff ? "Write off" : "Adjust the books for";
        return new ApprovalPreview(string.Create(CultureInfo.InvariantCulture, $"{act} {members.Count} mismatches"), [.. lines], [.. changes]);
    }

    public Refusal? Approve(UnitOfWork unit, string subjectId, Actor checker)
    {
        foreach (var mismatch in Members(unit, subjectId)) MismatchApproval.Post(unit, book, journal, mismatch, checker);
        return null;
    }

    public void Drop(UnitOfWork unit, string subjectId, ApprovalState end, Actor by, string? comment) => Dissolve(unit, book, subjectId, by, comment);

    /// <summary>Its members are open again, each by itself.</summary>
    internal static void Dissolve(UnitOfWork unit, MismatchBook book, string batch, Actor by, string? comment)
    {
        foreach (var mismatch in Members(unit, batch)) Reopen(unit, book, mismatch, by, comment);
    }

    internal static void Reopen(UnitOfWork unit, MismatchBook book, Mismatch mismatch, Actor by, string? comment)
    {
        unit.Execute("UPDATE mismatches SET proposal = NULL, batch_id = NULL WHERE mismatch_id = $1", mismatch.MismatchId);
        book.Move(unit, mismatch, MismatchCause.EntryDropped, by, comment);
    }

    internal static bool HasComeLater(UnitOfWork unit, Mismatch mismatch) => mismatch.Line is { } line
        ? LineCases.CameLater(unit, mismatch.FileId!, line) is not null
        : unit.Scalar("SELECT COUNT(*) FROM settlement_lines WHERE fact = $1", mismatch.Fact) > 0;

    private static List<Mismatch> Members(UnitOfWork unit, string batch) =>
        unit.Query($"SELECT {Mismatch.Columns} FROM mismatches WHERE batch_id = $1 AND proposal IS NOT NULL AND entry_id IS NULL ORDER BY mismatch_id", Mismatch.Read, batch);
}
