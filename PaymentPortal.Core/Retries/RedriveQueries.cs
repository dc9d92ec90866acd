using System.Data.Common;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Retries;

/// <summary>A redrive with its counts.</summary>
public sealed record RedriveRow(
    string RedriveId, RedriveState State, string Scope, string Reason, string MadeBy, DateTimeOffset MadeAt, int PerSecond, int StopAfter, int Total, DateTimeOffset? EndedAt, string? EndedBy,
    int Waiting, int Working, int Ok, int Failed, int Skipped, int GoesOn)
{
    /// <summary>Items about which something is known.</summary>
    public int Handled => Total - Waiting - Working;

    public bool IsOver => State is RedriveState.Done or RedriveState.Stopped;
}

public sealed record RedriveItemRow(int Seq, string DeadLetterId, RedriveItemState State, string Before, string? After, string? CheckoutId, DateTimeOffset? ReleasedAt, DateTimeOffset? SettledAt);

/// <summary>What one redrive came to for the letters of one cause.</summary>
public sealed record CauseResult(string RedriveId, int Total, int Ok, int Failed);

/// <summary>Reads redrives; every reader sees the same rows, so that all who watch one see the same progress.</summary>
public sealed class RedriveQueries(SqlDialect dialect)
{
    private const string Select = """
        SELECT r.redrive_id, r.state, r.scope, r.reason, r.made_by, r.made_at, r.per_second, r.stop_after, r.total, r.ended_at, r.ended_by,
            COALESCE(SUM(CASE WHEN i.state = 'Waiting' THEN 1 ELSE 0 END), 0), COALESCE(SUM(CASE WHEN i.state = 'Working' THEN 1 ELSE 0 END), 0), COALESCE(SUM(CASE WHEN i.state = 'Ok' THEN 1 ELSE 0 END), 0), COALESCE(SUM(CASE WHEN i.state = 'FailedAgain' THEN 1 ELSE 0 END), 0), COALESCE(SUM(CASE WHEN i.state = 'Skipped' THEN 1 ELSE 0 END), 0), COALESCE(SUM(CASE WHEN i.state = 'GoesOn' THEN 1 ELSE 0 END), 0)
        FROM redrives r LEFT JOIN redrive_items i ON i.redrive_id = r.redrive_id
        """;

    /// <summary>The newest, in a state and asked for by a person when one is given.</summary>
    public async Task<IReadOnlyList<RedriveRow>> ListAsync(int most, CancellationToken cancellationToken, RedriveState? state = null, string? by = null)
    {
        await using var connection = dialect.OpenReader();
        return await connection.ReadAsync(
            $"{Select} WHERE r.redrive_id IN (SELECT redrive_id FROM redrives WHERE ($2 IS NULL OR state = $2) AND ($3 IS NULL OR made_by = $3) ORDER BY redrive_id DESC LIMIT $1) GROUP BY r.redrive_id ORDER BY r.redrive_id DESC",
            [most, state, by], Read, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What the newest redrive that took letters of a cause came to, for those letters alone, by cause.</summary>
    public async Task<IReadOnlyDictionary<string, CauseResult>> LastByCauseAsync(CancellationToken cancellationToken)
    {
        await using var connection = dialect.OpenReader();
        var results = await connection.ReadAsync(
            """
            WITH newest AS (SELECT d.cause_key AS cause, MAX(i.redrive_id) AS redrive FROM redrive_items i JOIN dead_letters d ON d.dead_letter_id = i.dead_letter_id GROUP BY d.cause_key)
            SELECT n.cause, n.redrive, COUNT(*), SUM(CASE WHEN i.state = 'Ok' THEN 1 ELSE 0 END), SUM(CASE WHEN i.state = 'FailedAgain' THEN 1 ELSE 0 END)
            FROM newest n JOIN redrive_items i ON i.redrive_id = n.redrive JOIN dead_letters d ON d.dead_letter_id = i.dead_letter_id AND d.cause_key = n.cause GROUP BY n.cause, n.redrive
            """,
            [], row => (Cause: row.GetString(0), Result: new CauseResult(row.GetString(1), row.GetInt32(2), row.GetInt32(3), row.GetInt32(4))), cancellationToken).ConfigureAwait(false);
        return results.ToDictionary(one => one.Cause, one => one.Result, StringComparer.Ordinal);
    }

    public async Task<RedriveRow?> FindAsync(string id, CancellationToken cancellationToken)
    {
        await using var connection = dialect.OpenReader();
        return (await connection.ReadAsync($"{Select} WHERE r.redrive_id = $1 GROUP BY r.redrive_id", [id], Read, cancellationToken).ConfigureAwait(false)).SingleOrDefault();
    }

    /// <summary>A page of items in their order, after the given one.</summary>
    public async Task<IReadOnlyList<RedriveItemRow>> ItemsAsync(string id, RedriveItemState? state, int after, int size, CancellationToken cancellationToken)
    {
        await using var connection = dialect.OpenReader();
        return await connection.ReadAsync(
            """
            SELECT i.seq, i.dead_letter_id, i.state, i.before, i.after, d.checkout_id, i.released_at, i.settled_at FROM redrive_items i JOIN dead_letters d ON d.dead_letter_id = i.dead_letter_id
            WHERE i.redrive_id = $1 AND i.seq > $2 AND ($3 IS NULL OR i.state = $3) ORDER BY i.seq LIMIT $4
            """,
            [id, after, state, size],
            row => new RedriveItemRow(row.GetInt32(0), row.GetString(1), Enum.Parse<RedriveItemState>(row.GetString(2)), row.GetString(3), row.TextOrNull(4), row.TextOrNull(5), row.MomentOrNull(6), row.MomentOrNull(7)),
            cancellationToken).ConfigureAwait(false);
    }

    private static RedriveRow Read(DbDataReader row) => new(
        row.GetString(0), Enum.Parse<RedriveState>(row.GetString(1)), row.GetString(2), row.GetString(3), row.GetString(4), row.Moment(5), row.GetInt32(6), row.GetInt32(7), row.GetInt32(8), row.MomentOrNull(9), row.TextOrNull(10),
        row.GetInt32(11), row.GetInt32(12), row.GetInt32(13), row.GetInt32(14), row.GetInt32(15), row.GetInt32(16));
}
