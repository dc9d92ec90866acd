using PaymentPortal.Core.Integrity;

namespace PaymentPortal.Core.Wallets;

/// <summary>What must be true of wallets in every committed state.</summary>
public static class WalletInvariants
{
    public static IReadOnlyList<IInvariant> All { get; } =
    [
        // A wallet is what we owe, so it stands with the opposite sign of its postings: both together are zero, whichever of them is missing.
        new SqlInvariant("wallets-01", "Each wallet is the sum of the postings to its seller's accounts.", """
            SELECT account || ' in ' || currency || ' is off by ' || SUM(amount) FROM (
                SELECT account, currency, amount FROM postings WHERE account LIKE 'seller:%'
                UNION ALL SELECT 'seller:' || seller_account || ':payable', currency, payable FROM wallet_balances
                UNION ALL SELECT 'seller:' || seller_account || ':held', currency, held FROM wallet_balances) AS both_sides
            GROUP BY account, currency HAVING SUM(amount) <> 0
            """),
        new SqlInvariant("wallets-02", "A seller's own platform fee lies between 0 and 10000 basis points.", """
            SELECT 'seller ' || seller_account || ' has the fee ' || platform_fee_bp FROM seller_accounts
            WHERE platform_fee_bp IS NOT NULL AND NOT (platform_fee_bp >= 0 AND platform_fee_bp <= 10000)
            """),
    ];
}
