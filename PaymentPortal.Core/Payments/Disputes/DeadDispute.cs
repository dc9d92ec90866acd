using PaymentPortal.Core.Common;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Payments.Disputes;

/// <summary>A dead answer to a dispute. Given up, the wish is forgotten and the evidence may be sent anew.</summary>
public sealed class DeadDisputeAnswer : IDeadStep
{
    public string Kind => DisputeSteps.Answer;

    public string Label => "Answer to a dispute";

    public string Act => "'POST /v1/disputes for ' || d.subject_id || ', what was wished for it'";

    public IReadOnlyList<RedriveSkip> Skips { get; } =
        [new("over", "The dispute is over", "EXISTS (SELECT 1 FROM disputes x WHERE x.dispute_id = d.subject_id AND x.status IN ('WON', 'LOST', 'ACCEPTED', 'CLOSED'))")];

    public DeadSubject Describe(UnitOfWork unit, string subjectId) => DeadDisputes.Describe(unit, subjectId);

    public void Revive(UnitOfWork unit, string subjectId)
    {
        // The step reads what is wished from the dispute.
    }

    public string? WhyNotGiveUp(UnitOfWork unit, string subjectId) =>
        unit.Scalar("SELECT COUNT(*) FROM psp_calls WHERE item = $1 AND effect_proved IS NULL", subjectId) > 0 ? "Whether the PSP has this answer is not settled. Ask the PSP instead." : null;

    public void GiveUp(UnitOfWork unit, string subjectId) =>
        unit.Execute("UPDATE disputes SET submit_requested_at = NULL, accept_requested_at = NULL, staged_version = evidence_version, row_version = row_version + 1 WHERE dispute_id = $1", subjectId);
}

/// <summary>A dead poll of a dispute. Only the PSP's word ends a dispute, so it can be redriven and never given up.</summary>
public sealed class DeadDisputePoll : IDeadStep
{
    public string Kind => DisputeSteps.Poll;

    public string Label => "Status of a dispute";

    public string Act => "'Ask the PSP for the status of ' || d.subject_id";

    public IReadOnlyList<RedriveSkip> Skips { get; } = [];

    public DeadSubject Describe(UnitOfWork unit, string subjectId) => DeadDisputes.Describe(unit, subjectId);

    public void Revive(UnitOfWork unit, string subjectId)
    {
        // The step reads all it needs from the dispute.
    }

    public string? WhyNotGiveUp(UnitOfWork unit, string subjectId) => "Without this step the end of the dispute might never be seen. Redrive it instead.";

    public void GiveUp(UnitOfWork unit, string subjectId) => throw new InvalidOperationException("The poll of a dispute can't be given up.");
}

internal static class DeadDisputes
{
    public static DeadSubject Describe(UnitOfWork unit, string subjectId) =>
        DisputeRow.Find(unit, new DisputeId(subjectId)) is { } dispute ? new DeadSubject(dispute.Checkout.Value, dispute.Amount) : new DeadSubject(null, null);
}
