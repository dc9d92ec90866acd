using System.Globalization;

namespace PaymentPortal.Pages.Health;

/// <summary>
/// Whether work that is ready finds a thread. A program all of whose threads are blocked answers nobody, so it gives up its traffic while they only
/// get scarce. (Out of memory needs no sign of its own: the kernel kills the process, which is the crash that every flow is tested for.)
/// </summary>
internal sealed class ThreadsFact(TimeProvider time, Func<Task> enter) : IHealthFact
{
    private static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Stuck = TimeSpan.FromMilliseconds(1200);

    public ThreadsFact(TimeProvider time)
        : this(time, () => Task.Run(static () => { }))
    {
    }

    public string Name => "Threads";

    public bool HoldsTraffic => true;

    public async Task<HealthFactResult> ReadAsync(CancellationToken cancellationToken)
    {
        var waited = await WaitAsync(cancellationToken).ConfigureAwait(false);
        // One long wait is a hiccup; scarce threads are slow twice.
        if (waited >= Slow && await WaitAsync(cancellationToken).ConfigureAwait(false) is var again && again < waited) waited = again;
        var (level, text) = waited switch
        {
            _ when waited >= Stuck => (HealthLevel.Down, "Work waits seconds for a thread: something blocks them. Restart the program if it stays so."),
            _ when waited >= Slow => (HealthLevel.Attention, "Work waits for a thread: the machine is overloaded or something blocks them."),
            _ => (HealthLevel.Good, "Work starts at once."),
        };
        return new HealthFactResult(level, text,
        [
            new("Waited for a thread", waited.TotalMilliseconds.ToString("N0", CultureInfo.InvariantCulture) + " ms"),
            new("Threads", ThreadPool.ThreadCount.ToString("N0", CultureInfo.InvariantCulture)),
            new("Work waiting", ThreadPool.PendingWorkItemCount.ToString("N0", CultureInfo.InvariantCulture)),
        ]);
    }

    /// <summary>A thread that does not come at all is HealthReading's own time-out, which is Down as well.</summary>
    private async Task<TimeSpan> WaitAsync(CancellationToken cancellationToken)
    {
        var asked = time.GetTimestamp();
        await enter().WaitAsync(cancellationToken).ConfigureAwait(false);
        return time.GetElapsedTime(asked);
    }
}
