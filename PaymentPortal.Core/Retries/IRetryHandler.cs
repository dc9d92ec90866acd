namespace PaymentPortal.Core.Retries;

/// <summary>How a try ended.</summary>
public abstract record TaskEnd
{
    private TaskEnd()
    {
    }

    /// <summary>The handler ended, moved or removed the task in the same unit as its effect: nothing is left to write.</summary>
    public sealed record Settled : TaskEnd;

    /// <summary>Failed for now: again after the schedule's delay.</summary>
    public sealed record Again(string Reason) : TaskEnd;

    /// <summary>No later try can do better: a person must act.</summary>
    public sealed record Dead(string Reason) : TaskEnd;
}

/// <summary>Works on one kind of step. It must be safe to run twice and at the same time: the lease only makes that rare.</summary>
public interface IRetryHandler
{
    string Kind { get; }

    Task<TaskEnd> RunAsync(ClaimedTask task, CancellationToken cancellationToken);
}
