using Microsoft.Extensions.Logging;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Retries;

/// <summary>
/// One kind of work that must never be without a next step for long. The query gives what (for people) and since when, of everything older than
/// moment $1; each folder brings those of its own tables.
/// </summary>
public sealed record StuckQuery(string Name, string Sql);

/// <summary>Work without a next step, or whose step nobody takes.</summary>
public sealed record StuckItem(string Kind, string What, DateTimeOffset Since);

/// <summary>
/// Looks for work older than fifteen minutes that nothing will move: neither a step, nor a person's task, nor a dead letter. The rules of the program
/// say that there is none; this is the alarm for the day on which one of them is broken.
/// </summary>
public sealed class StuckWork(SqlDialect dialect, IEnumerable<StuckQuery> queries, TimeProvider time, ILogger<StuckWork> log)
{
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    private const int MaxShown = 100;

    private readonly HashSet<StuckItem> _told = [];

    /// <summary>The oldest first, at most a hundred of each kind.</summary>
    public async Task<IReadOnlyList<StuckItem>> ReadAsync(CancellationToken cancellationToken)
    {
        var limit = time.GetUtcNow() - Patience;
        await using var connection = dialect.OpenReader();
        var all = new List<StuckItem>();
        foreach (var query in queries)
            all.AddRange(await connection.ReadAsync($"SELECT what, since FROM ({query.Sql}) ORDER BY since LIMIT {MaxShown}", [limit], row => new StuckItem(query.Name, row.GetString(0), row.Moment(1)), cancellationToken).ConfigureAwait(false));
        return [.. all.OrderBy(item => item.Since)];
    }

    /// <summary>Raises the alarm for what is stuck, once each.</summary>
    public async Task<int> WatchAsync(CancellationToken cancellationToken)
    {
        var stuck = await ReadAsync(cancellationToken).ConfigureAwait(false);
        _told.IntersectWith(stuck);
        foreach (var item in stuck.Where(_told.Add)) Log.WorkStuck(log, item.Kind, item.What, item.Since);
        return stuck.Count;
    }
}

/// <summary>Those of the tables of this folder and of the folders below it.</summary>
internal static class StuckQueries
{
    public static readonly IReadOnlyList<StuckQuery> All =
    [
        new("Step that nobody takes", "SELECT kind || ' of ' || subject_id AS what, due_at AS since FROM retry_tasks WHERE state = 'Due' AND due_at < $1 AND lease_until < $1"),
        new("Redrive that nothing drives", "SELECT redrive_id AS what, made_at AS since FROM redrives WHERE state = 'Running' AND made_at < $1 AND NOT EXISTS (SELECT 1 FROM retry_tasks t WHERE t.kind = 'redrive' AND t.subject_id = redrive_id)"),
        new("Fact without a position", "SELECT type || ' of ' || aggregate_id AS what, created_at AS since FROM outbox WHERE position IS NULL AND created_at < $1"),
    ];
}
