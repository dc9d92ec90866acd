namespace PaymentPortal.Core.Retries;

/// <summary>How a try ended.</summary>
public abstract record TaskEnd
{
    private TaskEnd()
    {
    }

    /// <summary>The handler ended, moved or removed the task in the same unit as its effect: nothing is left to write.</summary>
    public sealed record Settled : TaskEnd;

    /// <summary>Failed for now: the policy of operation and class says when it is tried again, or that it is not.</summary>
    public sealed record Again(TaskFailure Failure) : TaskEnd;

    /// <summary>Could not even be tried, and another would have fared alike: put off without counting as a try.</summary>
    public sealed record Held(TimeSpan For, string Why) : TaskEnd;

    /// <summary>No later try can do better, whatever the policy: a person must act.</summary>
    public sealed record Dead(TaskFailure Failure) : TaskEnd;
}

/// <summary>Works on one kind of step. It must be safe to run twice and at the same time: the lease only makes that rare.</summary>
public interface IRetryHandler
{
    string Kind { get; }

    Task<TaskEnd> RunAsync(ClaimedTask task, CancellationToken cancellationToken);

    /// <summary>Why steps of this kind had better not start now; null when they may. Asked before each, so it must cost nothing.</summary>
    TaskEnd.Held? Hold() => null;
}
