using Quartz;

namespace PaymentPortal.Jobs;

/// <summary>Tells the board of every run.</summary>
public sealed class JobRunListener(JobBoard board) : IJobListener
{
    public string Name => "board";

    public ValueTask JobToBeExecuted(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        board.Started(context.JobDetail.Key.Name, context.FireTimeUtc);
        return ValueTask.CompletedTask;
    }

    public ValueTask JobWasExecuted(IJobExecutionContext context, JobExecutionException? jobException, CancellationToken cancellationToken)
    {
        board.Ended(context.JobDetail.Key.Name, context.FireTimeUtc, context.JobRunTime, jobException?.InnerException ?? jobException);
        return ValueTask.CompletedTask;
    }
}
