using System.Globalization;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Reconciliation.Closes;

/// <summary>Keeps with a close what its evidence hashes to: from then on nobody can hand out other files for that day unseen.</summary>
public sealed class EvidenceStep(DayEvidence evidence, WriteLane lane, KeyRing keys, AuditLog audit) : IRetryHandler
{
    /// <summary>The step that hashes the evidence of a closed day; its subject is the day.</summary>
    public const string Step = "day.evidence";

    private static readonly Actor By = Actor.Program("day-evidence");

    public string Kind => Step;

    public async Task<TaskEnd> RunAsync(ClaimedTask task, CancellationToken cancellationToken)
    {
        var digest = await evidence.DigestAsync(DateOnly.ParseExact(task.SubjectId, "yyyy-MM-dd", CultureInfo.InvariantCulture), cancellationToken).ConfigureAwait(false);
        await lane.RunAsync(
            unit =>
            {
                if (DayClose.Find(unit, task.SubjectId) is { ManifestSha256: null })
                {
                    CloseDesk.Seal(unit, keys, task.SubjectId, null, digest);
                    audit.Write(unit, new AuditEntry(By, "day.evidence", task.SubjectId) { After = digest });
                }
                RetryQueue.Finish(unit, task);
                return 0;
            },
            CancellationToken.None).ConfigureAwait(false);
        return new TaskEnd.Settled();
    }
}

/// <summary>A dead step of an evidence: redriven, it is hashed again.</summary>
public sealed class DeadEvidence : IDeadStep
{
    public string Kind => EvidenceStep.Step;

    public string Label => "Evidence of a closed day";

    public string Act => "'Hash the evidence of ' || d.subject_id";

    public IReadOnlyList<RedriveSkip> Skips { get; } = [];

    public DeadSubject Describe(UnitOfWork unit, string subjectId) => new(null, null);

    public void Revive(UnitOfWork unit, string subjectId)
    {
        // The step reads all it needs from the close.
    }

    public string? WhyNotGiveUp(UnitOfWork unit, string subjectId) => "Without it nobody can tell whether the day's evidence is the one of its close. Redrive the step.";

    public void GiveUp(UnitOfWork unit, string subjectId) => throw new InvalidOperationException($"The evidence of {subjectId} must be hashed.");
}
