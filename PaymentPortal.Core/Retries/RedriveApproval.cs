using System.Globalization;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Retries;

/// <summary>The second person's part of a large redrive: its letters are held meanwhile, and go on or are let go.</summary>
public sealed class RedriveApproval : IApprovalKind
{
    public string Kind => RedriveDesk.ApprovalKind;

    public string Label => "Redrive";

    public Approvers Approvers => Approvers.Finance;

    public string? PageOf(string subjectId) => "/ops/jobs/" + subjectId;

    public ApprovalPreview Preview(UnitOfWork unit, string subjectId)
    {
        var asked = unit.QueryFirst("SELECT scope, per_second, stop_after FROM redrives WHERE redrive_id = $1", row => (Scope: row.GetString(0), PerSecond: row.GetInt32(1), StopAfter: row.GetInt32(2)), subjectId);
        var letters = unit.Scalar("SELECT COUNT(*) FROM redrive_items WHERE redrive_id = $1 AND state = 'Waiting'", subjectId);
        var risk = string.Join(", ", RedriveDesk.AtRisk(unit, subjectId).Select(money => $"{money} {money.Currency}"));
        return new ApprovalPreview(
            string.Create(CultureInfo.InvariantCulture, $"Redrive {letters:N0} letters: {asked.Scope}"), [],
            [
                new ApprovalChange("Steps tried once more", null, letters.ToString("N0", CultureInfo.InvariantCulture)),
                new ApprovalChange("Money at risk", null, risk.Length > 0 ? risk : "none"),
                new ApprovalChange("Pace and stop rule", null, string.Create(CultureInfo.InvariantCulture, $"{asked.PerSecond} a second; stops after {asked.StopAfter} failures")),
            ]);
    }

    public Refusal? Approve(UnitOfWork unit, string subjectId, Actor checker)
    {
        RedriveDesk.Go(unit, subjectId);
        return null;
    }

    public void Drop(UnitOfWork unit, string subjectId, ApprovalState end, Actor by, string? comment) => RedriveDesk.End(unit, subjectId, RedriveState.Stopped, by.Value);
}
