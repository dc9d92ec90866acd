using System.Text.Json;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Events;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Ledger;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Reconciliation.Closes;

/// <summary>The second signature: locks the day. It is void when the figures are not those any more that the first person signed.</summary>
public sealed class CloseApproval(KeyRing keys, AuditLog audit) : IApprovalKind
{
    public string Kind => CloseDesk.Kind;

    public string Label => "Daily close";

    public Approvers Approvers => Approvers.Finance;

    public string? PageOf(string subjectId) => "/recon/close/" + subjectId;

    public ApprovalPreview Preview(UnitOfWork unit, string subjectId)
    {
        var close = Find(unit, subjectId);
        if (!CloseDesk.IsCurrent(unit, close)) return new ApprovalPreview("Nothing: the figures of the day have changed since they were signed", [], []);
        var differences = unit.Scalar("SELECT COUNT(*) FROM day_close_items WHERE day = $1", subjectId);
        return new ApprovalPreview($"Close and lock {subjectId}", [],
        [
            .. unit.Query("SELECT currency, category, ledger, psp FROM day_close_figures WHERE day = $1 ORDER BY currency, category", row => Change(row.GetString(0), row.GetString(1), row.GetInt64(2), row.NumberOrNull(3)), subjectId),
            new ApprovalChange("Named differences", null, differences == 0 ? "none" : differences.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            new ApprovalChange("SHA-256 of the figures", null, close.Digest),
        ]);
    }

    public Refusal? Approve(UnitOfWork unit, string subjectId, Actor checker)
    {
        if (!checker.Value.StartsWith(Actor.StaffPrefix, StringComparison.Ordinal)) return new Refusal(RefusalCodes.MakerIsChecker, 403, "A day is signed by people of the staff only, not by a key. Nothing was done.");
        var close = Find(unit, subjectId);
        LockedDays.Lock(unit, CloseDesk.DayOf(close));
        unit.Execute("UPDATE day_closes SET state = 'Closed', second_by = $2, closed_at = $3 WHERE day = $1", subjectId, checker.Value, unit.Now);
        CloseDesk.Seal(unit, keys, subjectId, null, null);
        RetryQueue.Add(unit, EvidenceStep.Step, subjectId, unit.Now);
        var differences = unit.Scalar("SELECT COUNT(*) FROM day_close_items WHERE day = $1", subjectId);
        Outbox.AddNext(unit, "day_" + subjectId, EventTypes.DayClosed, JsonSerializer.Serialize(new { day = subjectId, figures_sha256 = close.Digest, differences }));
        audit.Write(unit, new AuditEntry(checker, "day.close", subjectId) { After = close.Digest });
        return null;
    }

    public void Drop(UnitOfWork unit, string subjectId, ApprovalState end, Actor by, string? comment) => CloseDesk.Forget(unit, subjectId);

    private static ApprovalChange Change(string currency, string category, long ledger, long? psp) => new(
        $"{currency}, {category.Replace('_', ' ')}", $"our books {new Money(ledger, Currency.Of(currency))}", psp is { } theirs ? $"the PSP's file {new Money(theirs, Currency.Of(currency))}" : null);

    private static DayClose Find(UnitOfWork unit, string day) => DayClose.Find(unit, day) ?? throw new InvalidOperationException($"{day} was never signed.");
}
