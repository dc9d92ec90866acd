using PaymentPortal.Core.Integrity;

namespace PaymentPortal.Core.Payments.Disputes;

/// <summary>What must be true of disputes in every committed state.</summary>
public static class DisputeInvariants
{
    public static IReadOnlyList<IInvariant> All { get; } =
    [
        new SqlInvariant("disputes-01", "disputes:open holds exactly the withdrawn money of disputes that are not over.", """
            SELECT 'disputes:open in ' || currency || ' is off by ' || SUM(amount) FROM (
                SELECT currency, amount FROM postings WHERE account = 'disputes:open'
                UNION ALL SELECT currency, -amount FROM disputes WHERE is_withdrawn = 1 AND status NOT IN ('WON', 'LOST', 'ACCEPTED', 'CLOSED')) AS both_sides
            GROUP BY currency HAVING SUM(amount) <> 0
            """),
        new SqlInvariant("disputes-02", "What disputes hold back of each seller is the sum of his held shares, and the shares of a dispute add up to it.", """
            SELECT account || ' in ' || currency || ' is off by ' || SUM(amount) FROM (
                SELECT p.account, p.currency, p.amount FROM postings p JOIN journal_entries e ON e.entry_id = p.entry_id
                    WHERE e.kind IN ('DisputeHeld', 'DisputeReleased', 'DisputeLost') AND p.account LIKE 'seller:%:held'
                UNION ALL SELECT 'seller:' || seller_account || ':held', currency, amount FROM dispute_shares WHERE state = 'Held') AS both_sides
            GROUP BY account, currency HAVING SUM(amount) <> 0
            UNION ALL SELECT 'dispute ' || d.dispute_id || ' of ' || d.amount || ' has shares of ' || SUM(s.amount) FROM disputes d JOIN dispute_shares s ON s.dispute_id = d.dispute_id
                GROUP BY d.dispute_id, d.amount HAVING d.amount <> SUM(s.amount)
            UNION ALL SELECT 'dispute ' || e.source_id || ' held money back and has no shares' FROM journal_entries e WHERE e.kind = 'DisputeHeld' AND NOT EXISTS (SELECT 1 FROM dispute_shares s WHERE s.dispute_id = e.source_id)
            UNION ALL SELECT 'share of ' || s.payment_order_id || ' in ' || s.dispute_id || ' is ' || s.state || ' and the dispute is ' || d.status FROM dispute_shares s JOIN disputes d ON d.dispute_id = s.dispute_id
                WHERE (s.state = 'Held') = (d.status IN ('WON', 'LOST', 'ACCEPTED', 'CLOSED')) OR (s.state = 'Lost' AND (d.status NOT IN ('LOST', 'ACCEPTED') OR d.bearer <> 'Seller'))
                    OR (s.state = 'Released' AND d.status IN ('LOST', 'ACCEPTED') AND d.bearer <> 'Platform')
            """),
        new SqlInvariant("disputes-03", "A dispute is booked once: withdrawn, and at its end given back or borne.", """
            SELECT 'dispute ' || d.dispute_id || ' is ' || d.status || ' and its loss is booked ' || COUNT(e.entry_id) || ' times' FROM disputes d
                LEFT JOIN journal_entries e ON e.kind = 'DisputeLost' AND e.source_id = d.dispute_id
                GROUP BY d.dispute_id, d.status, d.is_withdrawn HAVING COUNT(e.entry_id) <> CASE WHEN d.is_withdrawn = 1 AND d.status IN ('LOST', 'ACCEPTED') THEN 1 ELSE 0 END
            UNION ALL SELECT 'withdrawals of ' || currency || ' are off by ' || SUM(amount) FROM (
                SELECT p.currency, p.amount FROM postings p JOIN journal_entries e ON e.entry_id = p.entry_id WHERE e.kind = 'DisputeWithdrawn' AND p.account = 'disputes:open'
                UNION ALL SELECT currency, -amount FROM disputes WHERE is_withdrawn = 1) AS both_sides GROUP BY currency HAVING SUM(amount) <> 0
            UNION ALL SELECT 'what was given back in ' || currency || ' is off by ' || SUM(amount) FROM (
                SELECT p.currency, p.amount FROM postings p JOIN journal_entries e ON e.entry_id = p.entry_id WHERE e.kind = 'DisputeReinstated' AND p.account = 'disputes:open'
                UNION ALL SELECT currency, amount FROM disputes WHERE is_withdrawn = 1 AND status IN ('WON', 'CLOSED')) AS both_sides GROUP BY currency HAVING SUM(amount) <> 0
            UNION ALL SELECT 'dispute ' || d.dispute_id || ' is ' || d.status || ' and its shares are booked as given back ' || COUNT(e.entry_id) || ' times' FROM disputes d
                LEFT JOIN journal_entries e ON e.kind = 'DisputeReleased' AND e.source_id = d.dispute_id
                GROUP BY d.dispute_id, d.status HAVING COUNT(e.entry_id) <> CASE WHEN d.status IN ('WON', 'CLOSED') AND EXISTS (SELECT 1 FROM dispute_shares s WHERE s.dispute_id = d.dispute_id) THEN 1 ELSE 0 END
            """),
        new SqlInvariant("disputes-04", "A dispute that is not over is looked at again, one that is over is not, and each wish about one has its step.", """
            SELECT 'dispute ' || d.dispute_id || ' is ' || d.status || ' and nobody looks at it' FROM disputes d WHERE d.status NOT IN ('WON', 'LOST', 'ACCEPTED', 'CLOSED')
                AND NOT EXISTS (SELECT 1 FROM retry_tasks t WHERE t.kind = 'dispute' AND t.subject_id = d.dispute_id)
            UNION ALL SELECT 'dispute ' || d.dispute_id || ' is ' || d.status || ' and still has a step ' || t.kind FROM disputes d JOIN retry_tasks t ON t.subject_id = d.dispute_id AND t.kind IN ('dispute', 'dispute.answer')
                WHERE d.status IN ('WON', 'LOST', 'ACCEPTED', 'CLOSED')
            UNION ALL SELECT 'dispute ' || d.dispute_id || ' waits for an answer of ours that nothing sends' FROM disputes d WHERE d.status IN ('INQUIRY', 'NEEDS_RESPONSE') AND d.submitted_at IS NULL
                AND (d.accept_requested_at IS NOT NULL OR d.submit_requested_at IS NOT NULL OR d.staged_version < d.evidence_version)
                AND NOT EXISTS (SELECT 1 FROM retry_tasks t WHERE t.kind = 'dispute.answer' AND t.subject_id = d.dispute_id)
            """),
    ];
}
