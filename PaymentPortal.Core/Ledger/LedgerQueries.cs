using System.Data.Common;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Ledger;

/// <summary>Reads accounts and their balances, now and as of a moment. One query is one snapshot, so its lines always fit together.</summary>
public sealed class LedgerQueries(SqlDialect dialect)
{
    /// <summary>Accounts by code, then currency. As of a moment those without a balance are left out: they may not have existed yet.</summary>
    public async Task<Page<AccountBalance>> AccountsAsync(AccountFilter filter, string? after, int limit, CancellationToken cancellationToken)
    {
        var (afterAccount, afterCurrency) = Cursor(after);
        var sql = $"""
            SELECT account, currency, balance FROM (SELECT account, currency, SUM(amount) AS balance FROM ({Source(filter.AsOf)}) AS moved GROUP BY account, currency) AS accounts
            WHERE ($2 = '' OR substr(account, 1, length($2)) = $2) AND ($3 = '' OR currency = $3)
              AND (account > $4 OR (account = $4 AND currency > $5)) AND ($1 IS NULL OR balance <> 0)
            ORDER BY account, currency LIMIT $6
            """;
        await using var connection = dialect.OpenReader();
        var rows = await connection.ReadAsync(
            sql, [filter.AsOf, filter.Prefix ?? "", filter.Currency?.Code ?? "", afterAccount, afterCurrency, limit + 1],
            row => new AccountBalance(Account.Of(row.GetString(0)), Balance(row)), cancellationToken).ConfigureAwait(false);
        return new Page<AccountBalance>([.. rows.Take(limit)], rows.Count > limit ? $"{rows[limit - 1].Account}/{rows[limit - 1].Balance.Currency}" : null);
    }

    /// <summary>All balances on their two sides. Null asks for now.</summary>
    public async Task<TrialBalance> TrialBalanceAsync(DateTimeOffset? asOf, CancellationToken cancellationToken)
    {
        var sql = $"""
            SELECT account, currency, SUM(amount) FROM (
                SELECT CASE WHEN account LIKE 'seller:%:payable' THEN 'seller:*:payable' WHEN account LIKE 'seller:%:held' THEN 'seller:*:held'
                            WHEN account LIKE 'psp:connected:%' THEN 'psp:connected:*' ELSE account END AS account, currency, amount
                FROM ({Source(asOf)}) AS moved) AS lines
            GROUP BY account, currency HAVING SUM(amount) <> 0 ORDER BY account, currency
            """;
        await using var connection = dialect.OpenReader();
        var lines = await connection.ReadAsync(sql, asOf is null ? [] : [asOf], row => new TrialBalanceLine(row.GetString(0), KindOf(row.GetString(0)), Balance(row)), cancellationToken).ConfigureAwait(false);
        return new TrialBalance(asOf, lines, [.. lines.GroupBy(line => line.Balance.Currency).Select(Total)]);
    }

    private static string Source(DateTimeOffset? asOf) => asOf is null ? BalanceSql.Now : BalanceSql.AsOf;

    private static Money Balance(DbDataReader row) => new(row.GetInt64(2), Currency.Of(row.GetString(1)));

    private static AccountKind KindOf(string line) => Account.Of(line.Replace("*", "any", StringComparison.Ordinal)).Kind;

    private static TrialBalanceTotal Total(IGrouping<Currency, TrialBalanceLine> lines)
    {
        var zero = Money.Zero(lines.Key);
        return new TrialBalanceTotal(
            lines.Where(line => line.Balance > zero).Aggregate(zero, (sum, line) => sum + line.Balance),
            lines.Where(line => line.Balance < zero).Aggregate(zero, (sum, line) => sum - line.Balance));
    }

    private static (string Account, string Currency) Cursor(string? after) =>
        after?.LastIndexOf('/') is { } at and >= 0 ? (after[..at], after[(at + 1)..]) : ("", "");
}
