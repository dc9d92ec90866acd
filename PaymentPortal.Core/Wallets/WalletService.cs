using PaymentPortal.Core.Common;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Wallets;

/// <summary>Sellers and what may leave their wallets. Balances themselves are moved by the journal alone.</summary>
public sealed class WalletService
{
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
