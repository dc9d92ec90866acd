using PaymentPortal.Core.Integrity;

namespace PaymentPortal.Core.Payments.Refunds;

/// <summary>What must be true of refunds in every committed state.</summary>
public static class RefundInvariants
{
    public static IReadOnlyList<IInvariant> All { get; } =
    [
        new SqlInvariant("refunds-01", "Refunds never come to more than was paid, per order and per charge, and each order and charge knows their sum.", """
            SELECT 'order ' || o.payment_order_id || ' of ' || o.amount || ' says refunded ' || o.refunded || '/' || o.refunded_fee || ', its refunds come to ' || COALESCE(SUM(r.amount), 0) || '/' || COALESCE(SUM(r.platform_fee), 0)
                FROM payment_orders o LEFT JOIN refunds r ON r.payment_order_id = o.payment_order_id AND r.status NOT IN ('REFUSED', 'CANCELED')
                GROUP BY o.payment_order_id, o.amount, o.refunded, o.refunded_fee, o.platform_fee
                HAVING o.refunded <> COALESCE(SUM(r.amount), 0) OR o.refunded_fee <> COALESCE(SUM(r.platform_fee), 0) OR o.refunded > o.amount OR o.refunded_fee > o.platform_fee
            UNION ALL SELECT 'charge ' || b.charge_id || ' of ' || b.amount || ' says refunded ' || b.refunded || ', its refunds come to ' || COALESCE(SUM(r.amount), 0)
                FROM booked_sessions b LEFT JOIN refunds r ON r.session_id = b.session_id AND r.status NOT IN ('REFUSED', 'CANCELED') AND r.source IN ('Order', 'Suspense')
                GROUP BY b.session_id, b.charge_id, b.amount, b.refunded HAVING b.refunded <> COALESCE(SUM(r.amount), 0) OR b.refunded > b.amount
            UNION ALL SELECT 'refund ' || r.refund_id || ' is in another currency or of another seller than its order' FROM refunds r JOIN payment_orders o ON o.payment_order_id = r.payment_order_id
                WHERE r.currency <> o.currency OR r.seller_account <> o.seller_account OR r.checkout_id <> o.checkout_id
            """),
        new SqlInvariant("refunds-02", "refunds:open holds exactly the refunds that the PSP has not taken yet, and refunds:owed those that came back and wait for finance.", """
            SELECT account || ' in ' || currency || ' is off by ' || SUM(amount) FROM (
                SELECT account, currency, amount FROM postings WHERE account IN ('refunds:open', 'refunds:owed')
                UNION ALL SELECT 'refunds:open', currency, amount FROM refunds WHERE status IN ('REQUESTED', 'APPROVED') AND source IN ('Order', 'Suspense')
                UNION ALL SELECT 'refunds:owed', currency, amount FROM finance_tasks WHERE kind = 'RefundOwed' AND state = 'Open') AS both_sides
            GROUP BY account, currency HAVING SUM(amount) <> 0
            """),
        new SqlInvariant("refunds-03", "A refund that the PSP took is booked once, under the PSP's own id, and one that came back once more.", """
            SELECT 'refund ' || r.refund_id || ' is ' || r.status || ' and is booked as taken ' || COUNT(e.entry_id) || ' times' FROM refunds r
                LEFT JOIN journal_entries e ON e.kind = 'RefundAccepted' AND e.source_id = r.psp_refund_id
                WHERE r.source <> 'Unbooked' GROUP BY r.refund_id, r.status HAVING COUNT(e.entry_id) <> CASE WHEN r.status IN ('SENT', 'SUCCEEDED', 'FAILED') THEN 1 ELSE 0 END
            UNION ALL SELECT 'refund ' || r.refund_id || ' is ' || r.status || ' and is booked as failed ' || COUNT(e.entry_id) || ' times' FROM refunds r
                LEFT JOIN journal_entries e ON e.kind = 'RefundFailed' AND e.source_id = r.psp_refund_id
                WHERE r.source <> 'Unbooked' GROUP BY r.refund_id, r.status HAVING COUNT(e.entry_id) <> CASE WHEN r.status = 'FAILED' THEN 1 ELSE 0 END
            UNION ALL SELECT 'refund ' || r.refund_id || ' is ' || r.status || ' and what it set aside stands ' || COUNT(e.entry_id) || ' times in the books' FROM refunds r
                LEFT JOIN journal_entries e ON e.kind = 'RefundAsked' AND e.source_id = r.refund_id AND NOT EXISTS (SELECT 1 FROM journal_entries v WHERE v.reverses = e.entry_id)
                WHERE r.source IN ('Order', 'Suspense') GROUP BY r.refund_id, r.status HAVING COUNT(e.entry_id) <> CASE WHEN r.status IN ('REFUSED', 'CANCELED') THEN 0 ELSE 1 END
            UNION ALL SELECT 'entry ' || e.entry_id || ' is about a refund that is not ours' FROM journal_entries e WHERE e.kind IN ('RefundAccepted', 'RefundFailed')
                AND NOT EXISTS (SELECT 1 FROM refunds r WHERE r.psp_refund_id = e.source_id)
            """),
        new SqlInvariant("refunds-04", "What was taken from an order's seller is what its refunds and disputes took.", """
            SELECT 'order ' || payment_order_id || ' is off by ' || SUM(taken) FROM (
                SELECT payment_order_id, taken FROM payment_orders WHERE taken <> 0
                UNION ALL SELECT payment_order_id, platform_fee - amount FROM refunds WHERE payment_order_id IS NOT NULL AND status NOT IN ('REFUSED', 'CANCELED')
                UNION ALL SELECT payment_order_id, -amount FROM dispute_shares WHERE state <> 'Released') AS both_sides
            GROUP BY payment_order_id HAVING SUM(taken) <> 0
            """),
        new SqlInvariant("refunds-05", "A refund that is not over has one next step: a second person's word or a task; one that is over has none.", """
            SELECT 'refund ' || r.refund_id || ' waits for a second person and nobody was asked' FROM refunds r WHERE r.status = 'REQUESTED'
                AND NOT EXISTS (SELECT 1 FROM approvals a WHERE a.kind = 'refund' AND a.subject_id = r.refund_id AND a.state = 'Pending')
            UNION ALL SELECT 'refund ' || r.refund_id || ' is ' || r.status || ' and nothing will move it' FROM refunds r WHERE r.status IN ('APPROVED', 'SENT')
                AND NOT EXISTS (SELECT 1 FROM retry_tasks t WHERE t.kind = 'refund' AND t.subject_id = r.refund_id)
            UNION ALL SELECT 'refund ' || r.refund_id || ' is ' || r.status || ' and still has a step' FROM refunds r JOIN retry_tasks t ON t.kind = 'refund' AND t.subject_id = r.refund_id WHERE r.status NOT IN ('APPROVED', 'SENT')
            UNION ALL SELECT 'approval ' || a.approval_id || ' is open and its refund is not' FROM approvals a WHERE a.kind = 'refund' AND a.state = 'Pending'
                AND NOT EXISTS (SELECT 1 FROM refunds r WHERE r.refund_id = a.subject_id AND r.status = 'REQUESTED')
            UNION ALL SELECT 'money of ' || f.session_id || ' is given back by ' || f.refund_id || ', which is not there or came to nothing' FROM finance_tasks f
                WHERE f.refund_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM refunds r WHERE r.refund_id = f.refund_id AND r.status NOT IN ('REFUSED', 'CANCELED'))
            """),
        new SqlInvariant("refunds-06", "Each move of a refund or dispute is one fact in the outbox, of the same version.", """
            SELECT 'move ' || h.version || ' of ' || h.item_id || ' was never told' FROM return_history h WHERE NOT EXISTS (SELECT 1 FROM outbox o WHERE o.aggregate_id = h.item_id AND o.version = h.version)
            UNION ALL SELECT 'fact ' || o.version || ' of ' || o.aggregate_id || ' has no move' FROM outbox o WHERE (o.aggregate_id LIKE 'rfd!_%' ESCAPE '!' OR o.aggregate_id LIKE 'dsp!_%' ESCAPE '!')
                AND NOT EXISTS (SELECT 1 FROM return_history h WHERE h.item_id = o.aggregate_id AND h.version = o.version)
            """),
        // Each kind of entry by itself: what was put there by hand must not hide what is missing of a payment.
        new SqlInvariant("refunds-07", "Suspense holds exactly the money of payments that finance has a task for, less its refunds and lost disputes; by hand only what was put there by hand or by an adjustment is taken out.", """
            SELECT 'suspense in ' || currency || ' is off by ' || SUM(amount) || ' from the tasks of finance' FROM (
                SELECT p.currency, p.amount FROM postings p JOIN journal_entries e ON e.entry_id = p.entry_id LEFT JOIN journal_entries o ON o.entry_id = e.reverses
                    WHERE p.account = 'suspense' AND COALESCE(o.kind, e.kind) NOT IN ('Manual', 'Adjustment')
                UNION ALL SELECT currency, amount FROM finance_tasks WHERE kind IN ('LateSuccess', 'AmountDiffers') AND state <> 'Accepted'
                UNION ALL SELECT currency, -amount FROM refunds WHERE source = 'Suspense' AND status NOT IN ('REFUSED', 'CANCELED')
                UNION ALL SELECT d.currency, -d.amount FROM disputes d WHERE d.is_withdrawn = 1 AND d.status IN ('LOST', 'ACCEPTED')
                    AND NOT EXISTS (SELECT 1 FROM dispute_shares s WHERE s.dispute_id = d.dispute_id)) AS both_sides
            GROUP BY currency HAVING SUM(amount) <> 0
            UNION ALL SELECT 'entry ' || entry_id || ' took ' || stood || ' ' || currency || ' of payments out of suspense by hand' FROM (
                SELECT p.entry_id, p.currency, p.amount, COALESCE(o.kind, e.kind) AS kind, SUM(p.amount) OVER (PARTITION BY p.currency ORDER BY p.seq) AS stood
                    FROM postings p JOIN journal_entries e ON e.entry_id = p.entry_id LEFT JOIN journal_entries o ON o.entry_id = e.reverses
                    WHERE p.account = 'suspense' AND COALESCE(o.kind, e.kind) IN ('Manual', 'Adjustment')) AS by_hand
            WHERE kind = 'Manual' AND amount > 0 AND stood > 0
            """),
    ];
}
