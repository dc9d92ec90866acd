using PaymentPortal.Core.Common;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Reconciliation;

/// <summary>Goes on with an acceptance or a roll back whose caller died.</summary>
public sealed class SettlementStep(SettlementDesk desk, WriteLane lane) : IRetryHandler
{
    public string Kind => SettlementDesk.Step;

    public async Task<TaskEnd> RunAsync(ClaimedTask task, CancellationToken cancellationToken)
    {
        await desk.AdvanceAsync(new SettlementFileId(task.SubjectId), cancellationToken).ConfigureAwait(false);
        // The last batch has removed the step, unless there was nothing left to do at all.
        await lane.RunAsync(
            unit =>
            {
                RetryQueue.Remove(unit, Kind, task.SubjectId);
                return 0;
            },
            CancellationToken.None).ConfigureAwait(false);
        return new TaskEnd.Settled();
    }
}

/// <summary>A dead step of a file: redriven it goes on where it stopped.</summary>
public sealed class DeadSettlement : IDeadStep
{
    public string Kind => SettlementDesk.Step;

    public string Label => "Settlement file";

    public string Act => "'Go on matching or rolling back ' || d.subject_id";

    public IReadOnlyList<RedriveSkip> Skips { get; } = [];

    public DeadSubject Describe(UnitOfWork unit, string subjectId) => new(null, null);

    public void Revive(UnitOfWork unit, string subjectId)
    {
        // The step reads all it needs from the file.
    }

    public string? WhyNotGiveUp(UnitOfWork unit, string subjectId) => "Half of the file is matched: it must be finished. Redrive the step; the whole file can then be rolled back.";

    public void GiveUp(UnitOfWork unit, string subjectId) => throw new InvalidOperationException($"{subjectId} can't be left half matched.");
}
