namespace PaymentPortal.Core.Ledger;

/// <summary>
/// The balance of every account as one query: wallets from their rows, every other account from its newest snapshot and what was posted since.
/// Nothing reads the whole journal.
/// </summary>
internal static class BalanceSql
{
    /// <summary>
    /// Rows (account, currency, amount) that sum to today's balances. An account without a snapshot at the newest point had no posting up to
    /// there since its own newest one, so one point serves all.
    /// </summary>
    public const string Now = $"""
        SELECT 'seller:' || seller_account || ':payable' AS account, currency, -payable AS amount FROM wallet_balances
        UNION ALL SELECT 'seller:' || seller_account || ':held', currency, -held FROM wallet_balances WHERE held <> 0
        UNION ALL SELECT s.account, s.currency, s.balance FROM account_snapshots s
            WHERE s.seq = (SELECT MAX(newest.seq) FROM account_snapshots newest WHERE newest.account = s.account AND newest.currency = s.currency)
        UNION ALL SELECT p.account, p.currency, p.amount FROM journal_entries e JOIN postings p ON p.entry_id = e.entry_id
            WHERE e.chain_id = '{Journal.ChainId}' AND e.seq > (SELECT COALESCE(MAX(seq), 0) FROM account_snapshots) AND p.account NOT LIKE 'seller:%'
        """;

    /// <summary>The same at the moment $1: today's, less all that became effective after it. Back-dated entries count from their own day.</summary>
    public const string AsOf = $"""
        {Now}
        UNION ALL SELECT p.account, p.currency, -p.amount FROM journal_entries e JOIN postings p ON p.entry_id = e.entry_id WHERE e.effective_at > $1
        """;
}
