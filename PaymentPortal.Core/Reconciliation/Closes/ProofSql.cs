namespace PaymentPortal.Core.Reconciliation.Closes;

/// <summary>
/// All that moved psp:clearing within a span of time, told by four sides that were written apart: orders (and refunds, disputes, payouts), journal,
/// the accounts of those whom our rows name as its owners, and the PSP's file. Rows of (at, category, item, currency, orders, ledger, wallets, psp, file_id, line); equal
/// sums by item prove the item, equal sums by category the day.
/// </summary>
internal static class ProofSql
{
    /// <summary>Categories of the PSP that one of our rows stands for; any other of its words is <see cref="Other"/>.</summary>
    private const string Ours = "'charge', 'refund', 'refund_failure', 'dispute', 'dispute_reversal', 'transfer', 'transfer_reversal', 'payout', 'payout_reversal'";

    public const string Fee = "fee";
    public const string Adjustment = "adjustment";
    public const string ByHand = "manual";
    public const string Other = "other";

    private const string Gross = "'PayIn', 'Suspense', 'RefundAccepted', 'RefundFailed', 'DisputeWithdrawn', 'DisputeReinstated', 'PayoutTransfer', 'PayoutTransferBack', 'OwnPayoutSent'";

    /// <summary>What a row of ours says of the same movement; nothing where no such row is, or where it does not say that it is booked.</summary>
    private const string Orders = """
        COALESCE(CASE m.kind
            WHEN 'PayIn' THEN (SELECT o.amount FROM payment_orders o WHERE o.payment_order_id = m.source_id AND o.payment_order_status = 'SUCCESS' AND o.ledger_updated = 1 AND o.wallet_updated = 1)
            WHEN 'Suspense' THEN (SELECT b.amount FROM booked_sessions b WHERE b.session_id = m.source_id AND b.booked_to = 'Suspense')
            WHEN 'RefundAccepted' THEN -(SELECT r.amount FROM refunds r WHERE r.psp_refund_id = m.source_id)
            WHEN 'RefundFailed' THEN (SELECT r.amount FROM refunds r WHERE r.psp_refund_id = m.source_id)
            -- A payment may have two of them: the one over this amount, if there is one.
            WHEN 'DisputeWithdrawn' THEN -COALESCE((SELECT d.amount FROM disputes d WHERE d.checkout_id = m.checkout_id AND d.is_withdrawn = 1 AND d.amount = m.others LIMIT 1), (SELECT MAX(d.amount) FROM disputes d WHERE d.checkout_id = m.checkout_id))
            WHEN 'DisputeReinstated' THEN COALESCE((SELECT d.amount FROM disputes d WHERE d.checkout_id = m.checkout_id AND d.is_withdrawn = 1 AND d.amount = -m.others LIMIT 1), (SELECT MAX(d.amount) FROM disputes d WHERE d.checkout_id = m.checkout_id))
            WHEN 'PayoutTransfer' THEN -(SELECT p.amount FROM payouts p WHERE p.transfer_id = m.source_id)
            WHEN 'PayoutTransferBack' THEN (SELECT p.amount FROM payouts p WHERE p.reversal_id = m.source_id)
            -- A payout that the PSP made by itself has no row of ours.
            WHEN 'OwnPayoutSent' THEN COALESCE(-(SELECT p.amount FROM payout_sends s JOIN payouts p ON p.payout_id = s.payout_id WHERE s.psp_payout_id = m.source_id), m.clearing)
            ELSE COALESCE((SELECT p.amount FROM payout_sends s JOIN payouts p ON p.payout_id = s.payout_id WHERE s.psp_payout_id = m.undone_source), m.clearing) END, 0)
        """;

    /// <summary>
    /// What the entry moved for whom our rows say that the money is: the order's seller and the platform's share, the payout's seller, or the account on which such
    /// money waits. Money that the entry gave to anybody else is missing here.
    /// </summary>
    private const string Owners = """
        CASE m.kind
            WHEN 'PayIn' THEN COALESCE((SELECT o.platform_fee - COALESCE((SELECT SUM(CASE WHEN p.account = 'seller:' || o.seller_account || ':payable' THEN p.amount END) FROM postings p WHERE p.entry_id = m.entry_id), 0)
                FROM payment_orders o WHERE o.payment_order_id = m.source_id), 0)
            WHEN 'PayoutTransfer' THEN -COALESCE((SELECT SUM(CASE WHEN p.account = 'psp:connected:' || o.seller_account THEN p.amount END) FROM payouts o JOIN postings p ON p.entry_id = m.entry_id WHERE o.transfer_id = m.source_id), 0)
            WHEN 'PayoutTransferBack' THEN -COALESCE((SELECT SUM(CASE WHEN p.account = 'psp:connected:' || o.seller_account THEN p.amount END) FROM payouts o JOIN postings p ON p.entry_id = m.entry_id WHERE o.reversal_id = m.source_id), 0)
            ELSE -m.waiting END
        """;

    public const string SameSides = "SUM(ledger) = SUM(wallets) AND COALESCE(SUM(orders), SUM(ledger)) = SUM(ledger)";

    /// <summary>Named items come first in the file, then what fits.</summary>
    public const string ByItem = "category, item, currency, SUM(orders), SUM(ledger), SUM(wallets), SUM(psp), MAX(file_id), MAX(line), MIN(at)";

    public static string Rows(string from, string to) => $"""
        SELECT m.effective_at AS at,
            CASE m.kind WHEN 'PayIn' THEN 'charge' WHEN 'Suspense' THEN 'charge' WHEN 'RefundAccepted' THEN 'refund' WHEN 'RefundFailed' THEN 'refund_failure' WHEN 'DisputeWithdrawn' THEN 'dispute'
                WHEN 'DisputeReinstated' THEN 'dispute_reversal' WHEN 'PayoutTransfer' THEN 'transfer' WHEN 'PayoutTransferBack' THEN 'transfer_reversal' WHEN 'OwnPayoutSent' THEN 'payout' ELSE 'payout_reversal' END AS category,
            CASE m.kind WHEN 'PayIn' THEN COALESCE((SELECT b.charge_id FROM booked_sessions b WHERE b.checkout_id = m.checkout_id AND b.booked_to = 'Orders'), m.source_id)
                WHEN 'Suspense' THEN COALESCE((SELECT b.charge_id FROM booked_sessions b WHERE b.session_id = m.source_id), m.source_id) WHEN 'Reversal' THEN m.undone_source ELSE m.source_id END AS item,
            m.currency AS currency, {Orders} AS orders, m.clearing + m.fees AS ledger, {Owners} AS wallets, 0 AS psp, NULL AS file_id, NULL AS line
        FROM ({Moved(from, to)}) AS m WHERE m.kind IN ({Gross}) OR m.undone_kind = 'OwnPayoutSent'
        UNION ALL SELECT m.effective_at, '{Fee}', COALESCE(m.undone_source, m.source_id), m.currency, NULL, CASE WHEN m.kind = 'PspFee' OR m.undone_kind = 'PspFee' THEN m.clearing ELSE -m.fees END, -m.fees, 0, NULL, NULL
            FROM ({Moved(from, to)}) AS m WHERE m.kind = 'PspFee' OR m.undone_kind = 'PspFee' OR (m.kind IN ({Gross}) AND m.fees <> 0)
        UNION ALL SELECT m.effective_at, CASE WHEN m.kind = 'Adjustment' OR m.undone_kind = 'Adjustment' THEN '{Adjustment}' ELSE '{ByHand}' END,
                CASE WHEN m.kind = 'Adjustment' THEN m.source_id WHEN m.undone_kind = 'Adjustment' THEN m.undone_source ELSE m.entry_id END, m.currency, NULL, m.clearing, -m.fees - m.others, 0, NULL, NULL
            FROM ({Moved(from, to)}) AS m WHERE m.kind IN ('Adjustment', 'Manual') OR (m.kind = 'Reversal' AND m.undone_kind NOT IN ('OwnPayoutSent', 'PspFee'))
        UNION ALL SELECT b.booked_at, 'charge', b.charge_id, o.currency, o.amount, 0, 0, 0, NULL, NULL FROM booked_sessions b JOIN payment_orders o ON o.checkout_id = b.checkout_id
            WHERE b.booked_at >= {from} AND b.booked_at < {to} AND b.booked_to = 'Orders' AND NOT EXISTS (SELECT 1 FROM journal_entries e WHERE e.kind = 'PayIn' AND e.source_id = o.payment_order_id)
        UNION ALL SELECT l.effective_at, CASE WHEN l.category IN ({Ours}) THEN l.category ELSE '{Other}' END,
                CASE WHEN l.category IN ({Ours}) AND l.category NOT IN ('dispute', 'dispute_reversal') AND l.source_id IS NOT NULL THEN l.source_id ELSE l.transaction_id END,
                l.currency, CASE WHEN l.category IN ({Ours}) THEN 0 END, 0, 0, l.gross, l.file_id, l.line
            FROM settlement_lines l WHERE l.is_counted = 1 AND l.effective_at >= {from} AND l.effective_at < {to} AND l.category <> 'fee'
        UNION ALL SELECT l.effective_at, '{Fee}', l.transaction_id, l.currency, NULL, 0, 0, CASE WHEN l.category = 'fee' THEN l.net ELSE -l.fee END, l.file_id, l.line
            FROM settlement_lines l WHERE l.is_counted = 1 AND l.effective_at >= {from} AND l.effective_at < {to} AND (l.category = 'fee' OR l.fee <> 0)
        """;

    /// <summary>
    /// How much there is of the day: entries only come, and lines go only with a whole file that is taken back, which is counted for ever. So an equal mark means
    /// unchanged figures; that a file of another day voids a signature too is the price. Answered out of two indexes, which is what lets a signature be checked within a unit.
    /// </summary>
    public const string Mark = """
        SELECT (SELECT COUNT(*) FROM journal_entries WHERE effective_at >= $1 AND effective_at < $2) || ':' ||
            (SELECT COUNT(*) FROM settlement_lines WHERE is_counted = 1 AND effective_at >= $1 AND effective_at < $2) || ':' ||
            (SELECT COUNT(*) FROM settlement_files WHERE state IN ('RollingBack', 'RolledBack'))
        """;

    // The kind stands in an expression: as a column its index would tempt the store to walk all entries of that kind since the first.
    private static string Moved(string from, string to) => $"""
        SELECT e.entry_id, e.kind || '' AS kind, e.source_id, e.checkout_id, e.effective_at, u.kind AS undone_kind, u.source_id AS undone_source, p.currency,
            SUM(CASE WHEN p.account = 'psp:clearing' THEN p.amount ELSE 0 END) AS clearing, SUM(CASE WHEN p.account = 'psp:fees' THEN p.amount ELSE 0 END) AS fees,
            SUM(CASE WHEN p.account IN ('psp:clearing', 'psp:fees') THEN 0 ELSE p.amount END) AS others,
            SUM(CASE WHEN p.account IN ('suspense', 'refunds:open', 'refunds:owed', 'disputes:open', 'psp:in_transit') THEN p.amount ELSE 0 END) AS waiting
        FROM journal_entries e JOIN postings p ON p.entry_id = e.entry_id LEFT JOIN journal_entries u ON u.entry_id = e.reverses
        WHERE e.effective_at >= {from} AND e.effective_at < {to} AND e.kind || '' IN ({Gross}, 'PspFee', 'Adjustment', 'Manual', 'Reversal')
        GROUP BY e.entry_id, e.kind, e.source_id, e.checkout_id, e.effective_at, u.kind, u.source_id, p.currency
        HAVING e.kind NOT IN ('Adjustment', 'Manual', 'Reversal') OR SUM(CASE WHEN p.account = 'psp:clearing' THEN p.amount ELSE 0 END) <> 0
        """;
}
