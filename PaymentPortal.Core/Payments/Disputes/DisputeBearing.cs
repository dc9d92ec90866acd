using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Ledger;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Payments.Disputes;

/// <summary>Who bears the loss of a dispute: before the end for the end, after a loss by one more entry, and that once.</summary>
public sealed class DisputeBearing(DisputeMoney money, AuditLog audit)
{
    internal static Refusal? WhyNot(UnitOfWork unit, DisputeRow dispute)
    {
        if (!dispute.Status.IsOver()) return null;
        if (!dispute.Status.IsLost() || dispute.Shares(unit).Count == 0) return Conflict($"The dispute is {dispute.Status.Word()} and no order's money was lost, so nobody bears it.");
        return unit.Scalar("SELECT COUNT(*) FROM journal_entries WHERE kind = $1 AND source_id = $2", EntryKind.DisputeShifted, dispute.Id.Value) > 0 ? Conflict("It was decided once already who bears this loss.") : null;
    }

    internal void Set(UnitOfWork unit, DisputeRow dispute, DisputeBearer bearer, string reason, Actor actor)
    {
        if (dispute.Status.IsOver()) money.Shift(unit, dispute, bearer, reason);
        unit.Execute("UPDATE disputes SET bearer = $2, row_version = row_version + 1, updated_at = $3 WHERE dispute_id = $1", dispute.Id.Value, bearer, unit.Now);
        audit.Write(unit, new AuditEntry(actor, "dispute.bearer", dispute.Id.Value) { Reason = reason, Before = dispute.Bearer.ToString(), After = bearer.ToString() });
    }

    private static Refusal Conflict(string why) => new(RefusalCodes.StateConflict, 409, why + " Nothing was changed.");
}

/// <summary>The second person for a loss above a limit that the platform takes over from its sellers: it is a write-off.</summary>
public sealed class BearerApproval(DisputeBearing bearing) : IApprovalKind
{
    public const string Name = "dispute-bearer";

    public string Kind => Name;

    public string Label => "Loss of a dispute";

    public Approvers Approvers => Approvers.Finance;

    public string? PageOf(string subjectId) => "/disputes/" + subjectId;

    /// <summary>What becomes of the money depends on how the dispute stands, so it is asked about anew when it goes on meanwhile.</summary>
    public ApprovalPreview Preview(UnitOfWork unit, string subjectId)
    {
        var dispute = DisputeRow.Find(unit, new DisputeId(subjectId))!;
        return new ApprovalPreview(
            $"The platform bears {dispute.Amount} {dispute.Amount.Currency} of {subjectId}",
            Lines(dispute, dispute.Shares(unit), unit.Now),
            [new ApprovalChange("borne by", dispute.Bearer.ToString(), nameof(DisputeBearer.Platform)), new ApprovalChange("dispute", dispute.Status.Word(), dispute.Status.Word())]);
    }

    public Refusal? Approve(UnitOfWork unit, string subjectId, Actor checker)
    {
        var dispute = DisputeRow.Find(unit, new DisputeId(subjectId))!;
        if (DisputeBearing.WhyNot(unit, dispute) is { } why) return why;
        bearing.Set(unit, dispute, DisputeBearer.Platform, Approvals.ReasonOf(unit, Name, subjectId), checker);
        return null;
    }

    public void Drop(UnitOfWork unit, string subjectId, ApprovalState end, Actor by, string? comment)
    {
        // The sellers go on bearing it: nothing was taken for the question.
    }

    /// <summary>None while no order's money is withdrawn: an inquiry has moved nothing yet.</summary>
    private static IReadOnlyList<ApprovalLine> Lines(DisputeRow dispute, IReadOnlyList<DisputeShare> shares, DateTimeOffset at)
    {
        if (shares.Count == 0) return [];
        return dispute.Status.IsOver()
            ? EntryLines.Of(ReturnRules.DisputeShifted(dispute.Id, dispute.Checkout, dispute.Amount, shares, toPlatform: true, at, "").Postings)
            : EntryLines.Of(ReturnRules.DisputeLost(dispute.Id, dispute.Checkout, dispute.Amount, shares, isPlatformsLoss: true, at).Postings, "Booked when the dispute is lost");
    }
}
