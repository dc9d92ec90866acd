using System.Data.Common;
using PaymentPortal.Core.Integrity;

namespace PaymentPortal.Core.Wallets;

/// <summary>One reason why money of sellers is held: a query of (seller_account, currency, amount). Each feature that holds money brings its own.</summary>
public sealed record HeldPart(string Sql);

/// <summary>What is held of each seller is exactly what the features say that they hold.</summary>
public sealed class HeldInvariant(IEnumerable<HeldPart> parts) : IInvariant
{
    public string Code => "wallets-03";

    public string Rule => "What is held of each seller is the sum of what is held for his open payouts and disputes.";

    public Task<InvariantReport> CheckAsync(DbConnection snapshot, CancellationToken cancellationToken) => Snapshot.ReportAsync(
        snapshot,
        $"""
        SELECT seller_account || ' in ' || currency || ' has ' || SUM(amount) || ' held for nothing that is open' FROM (
            SELECT seller_account, currency, held AS amount FROM wallet_balances
            {string.Concat(parts.Select(part => $"UNION ALL SELECT seller_account, currency, -amount FROM ({part.Sql}) AS held_part "))}) AS both_sides
        GROUP BY seller_account, currency HAVING SUM(amount) <> 0
        """,
        cancellationToken);
}
