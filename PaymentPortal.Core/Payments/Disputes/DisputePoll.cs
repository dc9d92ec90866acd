using PaymentPortal.Core.Common;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Payments.Disputes;

/// <summary>Looks at a dispute from time to time until it is over, for events that never come.</summary>
public sealed class DisputePoll(WriteLane lane, PspHealth health, DisputeCheck check) : IRetryHandler
{
    public string Kind => DisputeSteps.Poll;

    public TaskEnd.Held? Hold() => PspTrouble.Hold(health);

    public async Task<TaskEnd> RunAsync(ClaimedTask task, CancellationToken cancellationToken)
    {
        var dispute = await lane.RunAsync(unit => DisputeRow.Find(unit, new DisputeId(task.SubjectId)), cancellationToken).ConfigureAwait(false) ?? throw new InvalidOperationException($"There is no dispute {task.SubjectId}.");
        return await check.CheckAsync(dispute.PspId, (unit, end) => End(unit, task, end), cancellationToken).ConfigureAwait(false) ?? new TaskEnd.Settled();
    }

    private static void End(UnitOfWork unit, ClaimedTask task, DisputeEnd end)
    {
        if (end != DisputeEnd.Over)
        {
            RetryQueue.PutOff(unit, task, unit.Now + DisputeSteps.PollAfter(task.Polls), isPoll: true);
            return;
        }
        RetryQueue.Finish(unit, task);
        DisputeCheck.EndSteps(unit, task.SubjectId, except: DisputeSteps.Poll);
    }
}
