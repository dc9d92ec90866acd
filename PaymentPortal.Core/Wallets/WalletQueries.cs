using System.Data.Common;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Wallets;

/// <summary>
/// What we owe a seller in one currency. Withdrawable is what of the payable the PSP already lets us use; never shown below zero, while a
/// payable below zero is the seller's debt.
/// </summary>
public sealed record WalletView(Money Payable, Money Held, Money Withdrawable);

/// <summary>A seller with his wallets, one per currency that he ever had money in.</summary>
public sealed record SellerWallets(Seller Seller, IReadOnlyList<WalletView> Balances);

/// <summary>Reads wallets beside the lane.</summary>
public sealed class WalletQueries(SqlDialect dialect, TimeProvider time)
{
    private const string Wallets = $"""
        SELECT s.seller_account, s.platform_fee_bp, w.currency, w.payable, w.held,
               {WalletService.UnavailableSql}
        FROM (SELECT * FROM seller_accounts WHERE seller_account > $2 AND ($3 = '' OR seller_account = $3) ORDER BY seller_account LIMIT $4) AS s
        LEFT JOIN wallet_balances w ON w.seller_account = s.seller_account
        ORDER BY s.seller_account, w.currency
        """;

    /// <summary>Null when nobody has ever named this seller.</summary>
    public async Task<SellerWallets?> FindAsync(SellerAccount seller, CancellationToken cancellationToken) =>
        await ReadAsync("", seller.Value, 1, cancellationToken).ConfigureAwait(false) is [var found] ? found : null;

    /// <summary>Sellers by name; the cursor is the last one's.</summary>
    public async Task<Page<SellerWallets>> ListAsync(string? after, int limit, CancellationToken cancellationToken)
    {
        var sellers = await ReadAsync(after ?? "", "", limit + 1, cancellationToken).ConfigureAwait(false);
        return new Page<SellerWallets>([.. sellers.Take(limit)], sellers.Count > limit ? sellers[limit - 1].Seller.Account.Value : null);
    }

    private async Task<List<SellerWallets>> ReadAsync(string after, string only, int limit, CancellationToken cancellationToken)
    {
        await using var connection = dialect.OpenReader();
        var rows = await connection.ReadAsync(
            Wallets, [time.GetUtcNow(), after, only, limit],
            row => (Seller: new Seller(SellerAccount.Of(row.GetString(0)), row.IsDBNull(1) ? null : row.GetInt32(1)), Wallet: Wallet(row)), cancellationToken).ConfigureAwait(false);
        return [.. rows.GroupBy(row => row.Seller).Select(seller => new SellerWallets(seller.Key, [.. seller.Select(row => row.Wallet).OfType<WalletView>()]))];
    }

    private static WalletView? Wallet(DbDataReader row)
    {
        if (row.TextOrNull(2) is not { } code) return null;
        var currency = Currency.Of(code);
        var payable = row.GetInt64(3);
        return new WalletView(new Money(payable, currency), new Money(row.GetInt64(4), currency), new Money(Math.Max(0, payable - row.GetInt64(5)), currency));
    }
}
