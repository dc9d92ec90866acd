using System.Collections.Concurrent;
using Quartz;

namespace PaymentPortal;

/// <summary>One run of a timer's job.</summary>
public sealed record JobRun(DateTimeOffset StartedAt, TimeSpan? Took, string? Fault);

/// <summary>A timer as the portal shows it. Overdue: it runs past its deadline and does not heed that it was cancelled.</summary>
public sealed record JobRow(string Name, JobRun? Last, int Failures, DateTimeOffset? NextAt, bool IsRunning, bool IsOverdue);

/// <summary>What the timers did last and will do next. Kept in memory: a timer keeps nothing that must survive, and neither does its history. A host without timers shows none.</summary>
/// <param name="steady">The clock of the timers, where there are any.</param>
public sealed class JobBoard(ISchedulerFactory? schedulers, SteadyTime? steady, TimeProvider time)
{
    /// <summary>The timers' scheduler has a name, so that its clock is its own and not the container's.</summary>
    public const string Scheduler = "timers";

    /// <summary>What a cancelled run may take to notice it.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, (JobRun Run, int Failures)> _last = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, (long At, DateTimeOffset StartedAt, TimeSpan Deadline)> _running = new(StringComparer.Ordinal);

    public void Started(string job, TimeSpan deadline) => _running[job] = (time.GetTimestamp(), time.GetUtcNow(), deadline);

    public void Ended(string job, TimeSpan took, Exception? fault)
    {
        var startedAt = _running.TryRemove(job, out var began) ? began.StartedAt : time.GetUtcNow();
        _last.AddOrUpdate(
            job, _ => (new JobRun(startedAt, took, fault?.Message), fault is null ? 0 : 1),
            (_, before) => (new JobRun(startedAt, took, fault?.Message), before.Failures + (fault is null ? 0 : 1)));
    }

    public async Task<IReadOnlyList<JobRow>> ListAsync(CancellationToken cancellationToken)
    {
        var rows = new List<JobRow>();
        if (schedulers is null) return rows;
        var scheduler = await schedulers.GetScheduler(cancellationToken).ConfigureAwait(false);
        foreach (var key in await KeysAsync(scheduler, cancellationToken).ConfigureAwait(false))
        {
            var triggers = await scheduler.GetTriggersOfJob(key, cancellationToken).ConfigureAwait(false);
            var next = triggers.Select(trigger => trigger.NextFireTimeUtc).Where(at => at is not null).Min() - steady?.GetUtcNow();
            var (run, failures) = _last.GetValueOrDefault(key.Name);
            var isRunning = _running.TryGetValue(key.Name, out var since);
            rows.Add(new JobRow(key.Name, run, failures, time.GetUtcNow() + next, isRunning, isRunning && time.GetElapsedTime(since.At) > since.Deadline + Grace));
        }
        return [.. rows.OrderBy(row => row.Name, StringComparer.Ordinal)];
    }

    /// <summary>Fires a job once, beside its timer. False when there is none of that name.</summary>
    public async Task<bool> RunNowAsync(string name, CancellationToken cancellationToken)
    {
        if (schedulers is null) return false;
        var scheduler = await schedulers.GetScheduler(cancellationToken).ConfigureAwait(false);
        if ((await KeysAsync(scheduler, cancellationToken).ConfigureAwait(false)).FirstOrDefault(key => key.Name == name) is not { } found) return false;
        await scheduler.TriggerJob(found, cancellationToken: cancellationToken).ConfigureAwait(false);
        return true;
    }

    private static async Task<IReadOnlyCollection<JobKey>> KeysAsync(IScheduler scheduler, CancellationToken cancellationToken) =>
        [.. await scheduler.GetJobKeys(GroupMatcher<JobKey>.AnyGroup(), cancellationToken).ConfigureAwait(false)];
}
