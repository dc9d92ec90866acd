using PaymentPortal.Core.Common;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Events;

/// <summary>How one consumer is doing: the position it has read to, how many facts it has parked, how many of them are dead letters, and why the oldest did not fit.</summary>
public sealed record ConsumerState(string Consumer, long Position, long Parked, long Dead, string? Error);

/// <summary>Where the log ends, what waits for a position since when, and its consumers.</summary>
public sealed record LogState(long LastPosition, long Waiting, DateTimeOffset? WaitingSince, IReadOnlyList<ConsumerState> Consumers);

/// <summary>
/// Reads the log of facts by position. A position is given after the commit and never again, so whoever pages by it misses nothing: no fact ever
/// appears before one that was read.
/// </summary>
public sealed class EventFeed(SqlDialect dialect)
{
    public async Task<Page<PortalEvent>> PageAsync(long after, int limit, string? type, CancellationToken cancellationToken)
    {
        await using var connection = dialect.OpenReader();
        var facts = await connection.ReadAsync(
            StoredFacts.Select + " WHERE position > $1 AND ($3 IS NULL OR type = $3) ORDER BY position LIMIT $2", [after, limit + 1, type], StoredFacts.Read, cancellationToken).ConfigureAwait(false);
        var hasMore = facts.Count > limit;
        if (hasMore) facts.RemoveAt(limit);
        return new Page<PortalEvent>(facts, hasMore ? facts[^1].Position!.Value.ToString(System.Globalization.CultureInfo.InvariantCulture) : null);
    }

    public async Task<LogState> StateAsync(CancellationToken cancellationToken)
    {
        await using var connection = dialect.OpenReader();
        var head = (await connection.ReadAsync(
            "SELECT (SELECT COALESCE(MAX(position), 0) FROM outbox), (SELECT COUNT(*) FROM outbox WHERE position IS NULL), (SELECT MIN(created_at) FROM outbox WHERE position IS NULL)",
            [], row => (Last: row.GetInt64(0), Waiting: row.GetInt64(1), Since: row.MomentOrNull(2)), cancellationToken).ConfigureAwait(false))[0];
        var consumers = await connection.ReadAsync(
            """
            SELECT c.consumer, c.position, (SELECT COUNT(*) FROM event_parked p WHERE p.consumer = c.consumer),
                (SELECT COUNT(*) FROM retry_tasks t WHERE t.kind = $1 AND t.state = 'Dead' AND t.subject_id LIKE c.consumer || ':%'),
                (SELECT t.last_error FROM retry_tasks t WHERE t.kind = $1 AND t.last_error IS NOT NULL AND t.subject_id LIKE c.consumer || ':%' ORDER BY t.created_at LIMIT 1)
            FROM event_consumers c ORDER BY c.consumer
            """,
            [ParkedFacts.Step], row => new ConsumerState(row.GetString(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), row.TextOrNull(4)), cancellationToken).ConfigureAwait(false);
        return new LogState(head.Last, head.Waiting, head.Since, consumers);
    }
}
