using PaymentPortal.Core.Common;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Events;

/// <summary>
/// Publishes committed facts in the order of writing, then gives them their global position. A crash between the two publishes them again:
/// consumers know a fact by its id. One dispatcher runs at a time; an embedded store has one process, which the store's lock holds.
/// </summary>
public sealed class OutboxDispatcher(WriteLane lane, SqlDialect dialect, IEventBus bus) : IDisposable
{
    private const int Batch = 500;
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
        return await connection.ReadAsync(
            "SELECT seq, event_id, aggregate_id, version, type, payload, created_at FROM outbox WHERE position IS NULL ORDER BY seq LIMIT $1",
            [Batch],
            row => new PortalEvent
            {
                Seq = row.GetInt64(0),
                EventId = row.GetString(1),
                AggregateId = row.GetString(2),
                Version = row.GetInt64(3),
                Type = row.GetString(4),
                Payload = row.GetString(5),
                CreatedAt = row.Moment(6),
            },
            cancellationToken).ConfigureAwait(false);
    }

    private static int Mark(UnitOfWork unit, List<PortalEvent> facts)
    {
        var position = unit.Scalar("SELECT MAX(position) FROM outbox");
        foreach (var fact in facts)
            unit.Execute("UPDATE outbox SET position = $2, published_at = $3 WHERE seq = $1 AND position IS NULL", fact.Seq, ++position, unit.Now);
        return facts.Count;
    }
}
