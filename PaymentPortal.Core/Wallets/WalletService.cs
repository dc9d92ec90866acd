using PaymentPortal.Core.Common;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Wallets;

/// <summary>Sellers and what may leave their wallets. Balances themselves are moved by the journal alone.</summary>
public sealed class WalletService
{
    /// <summary>
    /// What of a wallet <c>w</c> of a seller <c>s</c> the PSP does not let us use yet at $1. A pay-in that was reversed is gone from the payable
    /// already; counting it as unavailable too would take it away twice. So is what refunds and disputes took from an order.
    /// </summary>
    internal const string UnavailableSql = """
        (SELECT COALESCE(SUM(CASE WHEN -p.amount > COALESCE(o.taken, 0) THEN -p.amount - COALESCE(o.taken, 0) ELSE 0 END), 0) FROM postings p
         JOIN journal_entries e ON e.entry_id = p.entry_id
         LEFT JOIN payment_orders o ON o.payment_order_id = e.source_id
         WHERE p.account = 'seller:' || s.seller_account || ':payable' AND p.currency = w.currency AND p.available_on > $1
           AND NOT EXISTS (SELECT 1 FROM journal_entries r WHERE r.reverses = p.entry_id))
        """;

    /// <summary>What the seller may be paid now, never below zero. In the unit that spends it, this is what keeps two from spending the same.</summary>
    public Money Withdrawable(UnitOfWork unit, SellerAccount seller, Currency currency) => new(
        Math.Max(0, unit.Scalar(
            $"SELECT w.payable - {UnavailableSql} FROM seller_accounts s JOIN wallet_balances w ON w.seller_account = s.seller_account WHERE s.seller_account = $2 AND w.currency = $3",
            unit.Now, seller.Value, currency.Code)), currency);

    /// <summary>The seller, created by his first use. The fee it returns is the one to book with: read in the unit that books.</summary>
    public Seller EnsureSeller(UnitOfWork unit, SellerAccount account)
    {
        if (Find(unit, account) is { } known) return known;
        unit.Execute("INSERT INTO seller_accounts (seller_account, created_at) VALUES ($1, $2) ON CONFLICT (seller_account) DO NOTHING", account.Value, unit.Now);
        return new Seller(account, null);
    }

    private static Seller? Find(UnitOfWork unit, SellerAccount account) =>
        unit.QueryFirst(
            "SELECT platform_fee_bp FROM seller_accounts WHERE seller_account = $1",
            row => new Seller(account, row.IsDBNull(0) ? null : row.GetInt32(0)),
            account.Value);
}
