using PaymentPortal.Core.Common;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Events;

/// <summary>
/// Publishes committed facts in the order of writing, then gives them their global position, by which consumers read. A crash between the two
/// publishes them again: whoever hears of a fact knows it by its id. One dispatcher runs at a time; an embedded store has one process, which the store's lock holds.
/// </summary>
public sealed class OutboxDispatcher(WriteLane lane, SqlDialect dialect, IEventBus bus) : IDisposable
{
    private const int Batch = 500;

    /// <summary>Given when facts have got their positions, so that consumers need not wait for their timer.</summary>
    internal const string Published = "events.published";

    private readonly SemaphoreSlim _one = new(1);

    /// <summary>Publishes what waits and tells how many facts that were.</summary>
    public async Task<int> DispatchAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var total = 0;
            while (true)
            {
                var facts = await ReadWaitingAsync(cancellationToken).ConfigureAwait(false);
                if (facts.Count == 0) return total;
                CrashPoint.Hit("outbox-before-publish");
                await bus.PublishAsync(facts, cancellationToken).ConfigureAwait(false);
                CrashPoint.Hit("outbox-after-publish");
                await lane.RunAsync(unit => Mark(unit, facts), cancellationToken).ConfigureAwait(false);
                CrashPoint.Hit("outbox-after-mark");
                total += facts.Count;
            }
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    /// <summary>Beside the lane: what is committed and has no position is this dispatcher's alone.</summary>
    private async Task<List<PortalEvent>> ReadWaitingAsync(CancellationToken cancellationToken)
    {
        await using var connection = dialect.OpenReader();
        return await connection.ReadAsync(StoredFacts.Select + " WHERE position IS NULL ORDER BY seq LIMIT $1", [Batch], StoredFacts.Read, cancellationToken).ConfigureAwait(false);
    }

    private static int Mark(UnitOfWork unit, List<PortalEvent> facts)
    {
        var position = unit.Scalar("SELECT MAX(position) FROM outbox");
        // One that has its position already keeps it, and leaves no gap.
        foreach (var fact in facts)
            position += unit.Execute("UPDATE outbox SET position = $2, published_at = $3 WHERE seq = $1 AND position IS NULL", fact.Seq, position + 1, unit.Now);
        unit.Signal(Published);
        return facts.Count;
    }
}
