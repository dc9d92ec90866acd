using PaymentPortal.Core.Integrity;

namespace PaymentPortal.Core.Payouts;

/// <summary>What must be true of payouts in every committed state, each rule as the query that finds its exceptions.</summary>
public static class PayoutInvariants
{
    public static IReadOnlyList<IInvariant> All { get; } =
    [
        new SqlInvariant("payouts-02", "What lies in each seller's account at the PSP is what was transferred for payouts that are neither paid nor taken back.", """
            SELECT account || ' in ' || currency || ' is off by ' || SUM(amount) FROM (
                SELECT account, currency, amount FROM postings WHERE account >= 'psp:connected:' AND account < 'psp:connected;'
                UNION ALL SELECT 'psp:connected:' || seller_account, currency, -amount FROM payouts
                    WHERE seller_account IS NOT NULL AND transfer_id IS NOT NULL AND reversal_id IS NULL AND status <> 'PAID') AS both_sides
            GROUP BY account, currency HAVING SUM(amount) <> 0
            """),
        new SqlInvariant("payouts-04", "Each hold is booked once, each transfer, payout object and reversal of the PSP once and with its amount; what ended unpaid gave its hold back once.", """
            SELECT 'payout ' || p.payout_id || ' has a transfer ' || p.transfer_id || ' that is not booked with its amount' FROM payouts p WHERE p.transfer_id IS NOT NULL
                AND NOT EXISTS (SELECT 1 FROM journal_entries e JOIN postings l ON l.entry_id = e.entry_id WHERE e.kind = 'PayoutTransfer' AND e.source_id = p.transfer_id
                    AND l.account = 'psp:connected:' || p.seller_account AND l.amount = p.amount AND l.currency = p.currency)
            UNION ALL SELECT 'payout ' || p.payout_id || ' of ' || p.amount || ' holds nothing like it' FROM payouts p WHERE p.seller_account IS NOT NULL
                AND NOT EXISTS (SELECT 1 FROM journal_entries e JOIN postings l ON l.entry_id = e.entry_id WHERE e.kind = 'PayoutHold' AND e.source_id = p.payout_id
                    AND l.account = 'seller:' || p.seller_account || ':held' AND l.amount = -p.amount AND l.currency = p.currency)
            UNION ALL SELECT 'payout ' || p.payout_id || ' goes by ' || p.psp_payout_id || ', which it never sent' FROM payouts p WHERE p.psp_payout_id IS NOT NULL
                AND NOT EXISTS (SELECT 1 FROM payout_sends s WHERE s.psp_payout_id = p.psp_payout_id AND s.payout_id = p.payout_id)
            UNION ALL SELECT 'payout ' || p.payout_id || ' has a reversal ' || p.reversal_id || ' that is not booked' FROM payouts p WHERE p.reversal_id IS NOT NULL
                AND NOT EXISTS (SELECT 1 FROM journal_entries e WHERE e.kind = 'PayoutTransferBack' AND e.source_id = p.reversal_id)
            UNION ALL SELECT 'payout ' || p.payout_id || ' is ' || p.status || ' and ' || COUNT(e.entry_id) || ' of its payments stand in the ledger' FROM payouts p
                LEFT JOIN payout_sends s ON s.payout_id = p.payout_id
                LEFT JOIN journal_entries e ON e.kind IN ('PayoutPaid', 'OwnPayoutPaid') AND e.source_id = s.psp_payout_id AND NOT EXISTS (SELECT 1 FROM journal_entries r WHERE r.reverses = e.entry_id)
                GROUP BY p.payout_id, p.status HAVING COUNT(e.entry_id) <> (p.status = 'PAID')
            UNION ALL SELECT 'payout ' || p.payout_id || ' of our own is ' || p.status || ' and left the PSP ' || COUNT(e.entry_id) || ' times' FROM payouts p
                LEFT JOIN payout_sends s ON s.payout_id = p.payout_id
                LEFT JOIN journal_entries e ON e.kind = 'OwnPayoutSent' AND e.source_id = s.psp_payout_id AND NOT EXISTS (SELECT 1 FROM journal_entries r WHERE r.reverses = e.entry_id)
                WHERE p.seller_account IS NULL AND p.status <> 'FAILED' GROUP BY p.payout_id, p.status HAVING COUNT(e.entry_id) <> (p.status IN ('IN_TRANSIT', 'PAID'))
            UNION ALL SELECT 'entry ' || e.kind || ' of ' || e.source_id || ' belongs to no payout' FROM journal_entries e WHERE CASE
                WHEN e.kind IN ('PayoutHold', 'PayoutRelease') THEN NOT EXISTS (SELECT 1 FROM payouts p WHERE p.payout_id = e.source_id)
                WHEN e.kind = 'PayoutTransfer' THEN NOT EXISTS (SELECT 1 FROM payouts p WHERE p.transfer_id = e.source_id)
                WHEN e.kind = 'PayoutTransferBack' THEN NOT EXISTS (SELECT 1 FROM payouts p WHERE p.reversal_id = e.source_id)
                WHEN e.kind IN ('PayoutPaid', 'OwnPayoutSent', 'OwnPayoutPaid') THEN NOT EXISTS (SELECT 1 FROM payout_sends s WHERE s.psp_payout_id = e.source_id) ELSE 0 END
            UNION ALL SELECT 'payout ' || p.payout_id || ' is ' || p.status || ' and gave back ' || COUNT(e.entry_id) || ' holds' FROM payouts p
                LEFT JOIN journal_entries e ON e.kind = 'PayoutRelease' AND e.source_id = p.payout_id WHERE p.seller_account IS NOT NULL
                GROUP BY p.payout_id, p.status HAVING COUNT(e.entry_id) <> (p.status IN ('REFUSED', 'CANCELED'))
            """),
        new SqlInvariant("payouts-05", "Every payout that is under way has its step, and every one that waits for a second person has its open approval.", """
            SELECT 'payout ' || p.payout_id || ' is ' || p.status || ' and nothing will move it' FROM payouts p
                WHERE (p.status IN ('APPROVED', 'SENDING', 'IN_TRANSIT') OR p.is_taking_back) AND NOT EXISTS (SELECT 1 FROM retry_tasks t WHERE t.kind = 'payout' AND t.subject_id = p.payout_id)
            UNION ALL SELECT 'payout ' || p.payout_id || ' is ' || p.status || ' and still has a step' FROM payouts p JOIN retry_tasks t ON t.kind = 'payout' AND t.subject_id = p.payout_id
                WHERE p.status IN ('REQUESTED', 'REFUSED', 'CANCELED', 'FAILED', 'RETURNED') AND NOT p.is_taking_back
            UNION ALL SELECT 'payout ' || p.payout_id || ' waits for nobody' FROM payouts p WHERE p.status = 'REQUESTED'
                AND NOT EXISTS (SELECT 1 FROM approvals a WHERE a.kind = 'payout' AND a.subject_id = p.payout_id AND a.state = 'Pending')
            UNION ALL SELECT 'approval ' || a.approval_id || ' is open and its payout is not' FROM approvals a WHERE a.kind = 'payout' AND a.state = 'Pending'
                AND NOT EXISTS (SELECT 1 FROM payouts p WHERE p.payout_id = a.subject_id AND p.status = 'REQUESTED')
            UNION ALL SELECT 'payout ' || s.payout_id || ' of the period ' || s.period || ' is not there' FROM scheduled_payouts s WHERE s.payout_id IS NOT NULL
                AND NOT EXISTS (SELECT 1 FROM payouts p WHERE p.payout_id = s.payout_id AND p.seller_account = s.seller_account)
            """),
        new SqlInvariant("payouts-06", "Each move of a payout is one fact in the outbox, but for the one that only begins the sending.", """
            SELECT 'payout ' || p.payout_id || ' is ' || p.status || ' and its facts are not its moves' FROM payouts p
                WHERE (SELECT COUNT(*) FROM payout_history h WHERE h.payout_id = p.payout_id AND h.to_status <> 'SENDING') <> (SELECT COUNT(*) FROM outbox o WHERE o.aggregate_id = p.payout_id)
            UNION ALL SELECT 'fact ' || o.version || ' of ' || o.aggregate_id || ' has no payout' FROM outbox o WHERE o.aggregate_id LIKE 'out!_%' ESCAPE '!'
                AND NOT EXISTS (SELECT 1 FROM payouts p WHERE p.payout_id = o.aggregate_id)
            """),
        // The entries alone decide, in their order. A sale counts from the first hold made when the PSP let it be used; what refunds and disputes took from it, or its
        // reversal, counts from then on too, as far as the sale covers it: before, it was not there to be taken.
        new SqlInvariant("payouts-07", "When a payout's money was kept back, the seller's wallet had as much that the PSP let us use.", """
            WITH holds AS (
                SELECT l.account, l.currency, l.seq, e.posted_at, e.source_id FROM journal_entries e JOIN postings l ON l.entry_id = e.entry_id
                    WHERE e.kind = 'PayoutHold' AND l.account LIKE 'seller:%:payable'),
            sales AS (
                SELECT entry_id, account, currency, seq, amount, CASE WHEN first_hold < seq THEN seq ELSE first_hold END AS usable_from FROM (
                    SELECT entry_id, account, currency, seq, -amount AS amount, MIN(hold) OVER (PARTITION BY account, currency ORDER BY moment DESC, is_hold DESC) AS first_hold FROM (
                        SELECT 1 AS is_hold, seq AS hold, '' AS entry_id, account, currency, seq, 0 AS amount, posted_at AS moment FROM holds
                        UNION ALL SELECT 0, NULL, entry_id, account, currency, seq, amount, available_on FROM postings WHERE available_on IS NOT NULL AND account IN (SELECT account FROM holds)) AS moments) AS ordered
                WHERE entry_id <> ''),
            taken AS (
                SELECT p.entry_id, x.seq, x.amount, SUM(x.amount) OVER (PARTITION BY p.entry_id ORDER BY x.seq) AS stood FROM (
                    SELECT r.payment_order_id, e.seq, r.amount - r.platform_fee AS amount FROM refunds r JOIN journal_entries e ON e.kind = 'RefundAsked' AND e.source_id = r.refund_id WHERE r.payment_order_id IS NOT NULL
                    UNION ALL SELECT r.payment_order_id, v.seq, r.platform_fee - r.amount FROM refunds r JOIN journal_entries e ON e.kind = 'RefundAsked' AND e.source_id = r.refund_id
                        JOIN journal_entries v ON v.reverses = e.entry_id WHERE r.payment_order_id IS NOT NULL
                    UNION ALL SELECT s.payment_order_id, e.seq, (SELECT MAX(CASE WHEN l.account = 'seller:' || s.seller_account || ':payable' THEN CASE WHEN l.amount > 0 THEN s.amount ELSE -s.amount END END) FROM postings l WHERE l.entry_id = e.entry_id)
                        FROM dispute_shares s JOIN journal_entries e ON e.source_id = s.dispute_id AND e.kind IN ('DisputeHeld', 'DisputeReleased', 'DisputeLost', 'DisputeShifted')
                    UNION ALL SELECT e.source_id, v.seq, (SELECT -SUM(l.amount) FROM postings l WHERE l.entry_id = e.entry_id AND l.available_on IS NOT NULL)
                        FROM journal_entries v JOIN journal_entries e ON e.entry_id = v.reverses WHERE v.kind = 'Reversal') AS x
                JOIN journal_entries p ON p.kind IN ('PayIn', 'SuspenseAccepted') AND p.source_id = x.payment_order_id WHERE x.amount IS NOT NULL),
            early AS (
                SELECT s.account, s.currency, s.usable_from, t.seq, CASE WHEN t.stood > s.amount THEN s.amount ELSE t.stood END - CASE WHEN t.stood - t.amount > s.amount THEN s.amount ELSE t.stood - t.amount END AS amount
                    FROM taken t JOIN sales s ON s.entry_id = t.entry_id WHERE s.usable_from IS NULL OR t.seq < s.usable_from)
            SELECT DISTINCT 'payout ' || h.source_id || ' kept back ' || -w.stood || ' ' || h.currency || ' more than ' || h.account || ' had available' FROM (
                SELECT account, currency, place, SUM(amount) OVER (PARTITION BY account, currency ORDER BY place) AS stood FROM (
                    SELECT account, currency, seq AS place, -amount AS amount FROM postings WHERE available_on IS NULL AND account IN (SELECT account FROM holds)
                    UNION ALL SELECT account, currency, usable_from, amount FROM sales WHERE usable_from IS NOT NULL
                    UNION ALL SELECT account, currency, seq, amount FROM early
                    UNION ALL SELECT account, currency, usable_from, -amount FROM early WHERE usable_from IS NOT NULL) AS moves) AS w
            JOIN holds h ON h.account = w.account AND h.currency = w.currency AND h.seq = w.place WHERE w.stood < 0
            """),
    ];
}
