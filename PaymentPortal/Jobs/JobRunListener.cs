using Quartz;

namespace PaymentPortal.Jobs;

/// <summary>Tells the board of every run.</summary>
internal sealed class JobRunListener(JobBoard board, IEnumerable<TimerWork> timers) : IJobListener
{
    public string Name => "board";

    public ValueTask JobToBeExecuted(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        board.Started(context.JobDetail.Key.Name, timers.Single(timer => timer.Name == context.JobDetail.Key.Name).Deadline);
        return ValueTask.CompletedTask;
    }

    public ValueTask JobWasExecuted(IJobExecutionContext context, JobExecutionException? jobException, CancellationToken cancellationToken)
    {
        board.Ended(context.JobDetail.Key.Name, context.JobRunTime, jobException?.GetBaseException());
        return ValueTask.CompletedTask;
    }
}
