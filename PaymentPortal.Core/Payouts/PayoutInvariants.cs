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
    ];
}
