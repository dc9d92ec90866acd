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
        // At each entry, not only at the end: what was in the wallet then is all that could be paid out.
        new SqlInvariant("wallets-04", "At no moment did anything but a refund, a dispute, an adjustment or a reversal take a wallet below zero.", """
            SELECT 'entry ' || e.entry_id || ' (' || e.kind || ') took ' || w.account || ' to ' || w.stood || ' ' || w.currency FROM (
                SELECT seq, account, currency, moved, SUM(-moved) OVER (PARTITION BY account, currency ORDER BY seq) AS stood FROM (
                    SELECT seq, account, currency, SUM(amount) AS moved FROM postings WHERE account LIKE 'seller:%:payable' GROUP BY account, currency, seq) AS by_entry) AS w
            JOIN journal_entries e ON e.seq = w.seq AND e.chain_id = 'main'
            WHERE w.stood < 0 AND w.moved > 0 AND e.kind NOT IN ('RefundAsked', 'DisputeHeld', 'DisputeLost', 'DisputeShifted', 'Adjustment', 'Reversal')
            """),
        new SqlInvariant("wallets-02", "A seller's own platform fee lies between 0 and 10000 basis points.", """
            SELECT 'seller ' || seller_account || ' has the fee ' || platform_fee_bp FROM seller_accounts
            WHERE platform_fee_bp IS NOT NULL AND NOT (platform_fee_bp >= 0 AND platform_fee_bp <= 10000)
            """),
    ];
}
