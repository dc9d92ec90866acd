using PaymentPortal.Core.Retries;

namespace PaymentPortal.Core.Payouts;

/// <summary>Payouts that are under way and that neither a step nor a second person will move, and sellers' bank accounts that the PSP is never told.</summary>
internal static class StuckPayouts
{
    public static readonly IReadOnlyList<StuckQuery> All =
    [
        new("Payout without a next step", """
            SELECT p.payout_id AS what, p.updated_at AS since FROM payouts p WHERE (p.status IN ('REQUESTED', 'APPROVED', 'SENDING', 'IN_TRANSIT') OR p.is_taking_back) AND p.updated_at < $1
                AND NOT EXISTS (SELECT 1 FROM retry_tasks t WHERE t.kind = 'payout' AND t.subject_id = p.payout_id)
                AND NOT EXISTS (SELECT 1 FROM approvals a WHERE a.kind = 'payout' AND a.subject_id = p.payout_id AND a.state = 'Pending')
            """),
        new("Seller's account without a next step", """
            SELECT s.seller_account AS what, s.updated_at AS since FROM seller_accounts s WHERE s.bank_sent_version < s.bank_version AND s.updated_at < $1
                AND NOT EXISTS (SELECT 1 FROM retry_tasks t WHERE t.kind = 'seller.account' AND t.subject_id = s.seller_account)
            """),
    ];
}
