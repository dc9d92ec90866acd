using System.Data.Common;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Ledger;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Payouts;

/// <summary>A payout of the PSP's own doing that took more than was ours; <paramref name="Missing"/> is what the PSP holds too little today.</summary>
public sealed record OverdrawnPayout(PayoutId Id, Money Amount, Money Missing);

/// <summary>
/// Finds money of sellers and buyers that left with payouts which the PSP made by itself: until as much is at the PSP again, what is owed can't all be paid.
/// It goes by our own ledger, pending money included; a shortage without such a payout is none of its business.
/// </summary>
public sealed class OverdrawnPayouts(SqlDialect dialect)
{
    private const string Missing = $"SELECT ({OwnMoney.Others}) - COALESCE((SELECT SUM(amount) FROM ({BalanceSql.Now}) AS balances WHERE account = 'psp:clearing' AND currency = $1), 0)";

    private const string Marked = """
        SELECT p.payout_id, p.amount, p.currency FROM payouts p JOIN payout_history h ON h.payout_id = p.payout_id AND h.version = 1 AND h.cause = 'MadeByPsp' AND h.note IS NOT NULL
        WHERE p.seller_account IS NULL AND p.status IN ('IN_TRANSIT', 'PAID') ORDER BY p.payout_id DESC LIMIT 100
        """;

    /// <summary>Those whose money is not back, the newest first.</summary>
    public async Task<IReadOnlyList<OverdrawnPayout>> ReadAsync(CancellationToken cancellationToken)
    {
        await using var connection = dialect.OpenReader();
        await using var snapshot = dialect.BeginSnapshot(connection);
        var marked = await connection.ReadAsync(Marked, [], row => (Id: new PayoutId(row.GetString(0)), Amount: new Money(row.GetInt64(1), Currency.Of(row.GetString(2)))), cancellationToken).ConfigureAwait(false);
        var found = new List<OverdrawnPayout>();
        foreach (var group in marked.GroupBy(one => one.Amount.Currency))
        {
            var missing = await MissingAsync(connection, group.Key, cancellationToken).ConfigureAwait(false);
            if (missing > 0) found.AddRange(group.Select(one => new OverdrawnPayout(one.Id, one.Amount, new Money(missing, group.Key))));
        }
        return found;
    }

    /// <summary>What of an amount is not ours, if it left now.</summary>
    internal async Task<Money> NotOursAsync(Money amount, CancellationToken cancellationToken)
    {
        await using var connection = dialect.OpenReader();
        var missing = await MissingAsync(connection, amount.Currency, cancellationToken).ConfigureAwait(false);
        return new Money(Math.Clamp(missing + amount.Minor, 0, amount.Minor), amount.Currency);
    }

    private static async Task<long> MissingAsync(DbConnection connection, Currency currency, CancellationToken cancellationToken) =>
        (await connection.ReadAsync(Missing, [currency.Code], row => row.GetInt64(0), cancellationToken).ConfigureAwait(false))[0];
}
