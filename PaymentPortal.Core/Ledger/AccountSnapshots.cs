using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Ledger;

/// <summary>Writes the balances of system accounts down, so that reading one does not sum all its postings since the beginning. A job's work, daily.</summary>
public sealed class AccountSnapshots(SqlDialect dialect, WriteLane lane)
{
    /// <summary>Writes a snapshot at the newest entry for each account that moved since its last one, and tells how many those were.</summary>
    public async Task<int> SnapshotAsync(CancellationToken cancellationToken)
    {
        var moved = await ReadMovedAsync(cancellationToken).ConfigureAwait(false);
        // Summed beside the lane: entries up to that one never change, so the sums are still right when they are written.
        return await lane.RunAsync(unit => moved.Sum(account => Insert(unit, account)), cancellationToken).ConfigureAwait(false);
    }

    private static int Insert(UnitOfWork unit, Moved account) =>
        unit.Execute(
            "INSERT INTO account_snapshots (account, currency, seq, balance, taken_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (account, currency, seq) DO NOTHING",
            account.Account, account.Currency, account.Sequence, account.Balance, unit.Now);

    private async Task<List<Moved>> ReadMovedAsync(CancellationToken cancellationToken)
    {
        const string Sql = $"""
            SELECT p.account, p.currency, MAX(newest.seq),
                   SUM(p.amount) + COALESCE((SELECT s.balance FROM account_snapshots s WHERE s.account = p.account AND s.currency = p.currency ORDER BY s.seq DESC LIMIT 1), 0)
            FROM (SELECT MAX(seq) AS seq FROM journal_entries WHERE chain_id = '{Journal.ChainId}') AS newest
            CROSS JOIN journal_entries e JOIN postings p ON p.entry_id = e.entry_id
            WHERE e.chain_id = '{Journal.ChainId}' AND e.seq > (SELECT COALESCE(MAX(seq), 0) FROM account_snapshots) AND p.account NOT LIKE 'seller:%'
            GROUP BY p.account, p.currency
            """;
        await using var connection = dialect.OpenReader();
        return await connection.ReadAsync(Sql, [], row => new Moved(row.GetString(0), row.GetString(1), row.GetInt64(2), row.GetInt64(3)), cancellationToken).ConfigureAwait(false);
    }

    private sealed record Moved(string Account, string Currency, long Sequence, long Balance);
}
