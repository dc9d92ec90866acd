using PaymentPortal.Core.Integrity;

namespace PaymentPortal.Core.Payments;

/// <summary>What must be true of payments in every committed state, each rule as the query that finds its exceptions.</summary>
public static class PaymentInvariants
{
    public static IReadOnlyList<IInvariant> All { get; } =
    [
        new SqlInvariant("payments-01", "A payment takes the money of at most one session, and each booked session stands in the ledger with what the PSP charged for it.", """
            SELECT 'payment ' || checkout_id || ' took the money of ' || COUNT(*) || ' sessions' FROM booked_sessions WHERE booked_to = 'Orders' GROUP BY checkout_id HAVING COUNT(*) > 1
            UNION ALL SELECT 'session ' || b.session_id || ' is booked as ' || b.amount || ' ' || b.currency || ', its payment asks ' || p.amount || ' ' || p.currency
                FROM booked_sessions b JOIN payment_events p ON p.checkout_id = b.checkout_id WHERE b.booked_to = 'Orders' AND (b.amount <> p.amount OR b.currency <> p.currency)
            UNION ALL SELECT 'session ' || b.session_id || ' is booked to suspense and has no entry of that amount' FROM booked_sessions b
                WHERE b.booked_to = 'Suspense' AND NOT EXISTS (SELECT 1 FROM journal_entries e JOIN postings p ON p.entry_id = e.entry_id
                    WHERE e.kind = 'Suspense' AND e.source_id = b.session_id AND p.account = 'psp:clearing' AND p.amount = b.amount AND p.currency = b.currency)
            UNION ALL SELECT 'session ' || b.session_id || ' is booked to orders that are not paid' FROM booked_sessions b JOIN payment_events p ON p.checkout_id = b.checkout_id
                WHERE b.booked_to = 'Orders' AND p.status <> 'SUCCESS'
            """),
        new SqlInvariant("payments-02", "Every paid session is booked once, and money waits in suspense only with a task for finance.", """
            SELECT 'attempt ' || a.attempt_id || ' is paid and its session is not booked' FROM attempts a WHERE a.state = 'Paid'
                AND NOT EXISTS (SELECT 1 FROM booked_sessions b WHERE b.session_id = a.psp_token)
                AND NOT EXISTS (SELECT 1 FROM finance_tasks f WHERE f.session_id = a.psp_token AND f.kind = 'SettlementDiffers')
            UNION ALL SELECT 'session ' || b.session_id || ' is in suspense without a task for finance' FROM booked_sessions b
                WHERE b.booked_to = 'Suspense' AND NOT EXISTS (SELECT 1 FROM finance_tasks f WHERE f.session_id = b.session_id)
            UNION ALL SELECT 'session ' || b.session_id || ' is booked for an attempt that is not its own' FROM booked_sessions b
                WHERE NOT EXISTS (SELECT 1 FROM attempts a WHERE a.attempt_id = b.attempt_id AND a.checkout_id = b.checkout_id
                    AND ((a.psp_token = b.session_id AND a.state = 'Paid') OR (a.psp_token <> b.session_id AND b.booked_to = 'Suspense')))
            """),
        new SqlInvariant("payments-03", "Both flags of an order are set exactly when its pay-in stands in the ledger, once and with its amount; no pay-in stands there without its order.", """
            SELECT 'order ' || o.payment_order_id || ' says ' || o.ledger_updated || '/' || o.wallet_updated || ' and has ' || COUNT(e.entry_id) || ' entries of pay-in'
            FROM payment_orders o LEFT JOIN journal_entries e ON e.source_id = o.payment_order_id AND e.kind IN ('PayIn', 'SuspenseAccepted')
            GROUP BY o.payment_order_id, o.ledger_updated, o.wallet_updated, o.payment_order_status
            HAVING o.ledger_updated <> COUNT(e.entry_id) OR o.wallet_updated <> o.ledger_updated OR o.ledger_updated <> (o.payment_order_status = 'SUCCESS')
            UNION ALL SELECT 'order ' || o.payment_order_id || ' of ' || o.amount || ' is booked with another amount or seller' FROM payment_orders o
            JOIN journal_entries e ON e.source_id = o.payment_order_id AND e.kind IN ('PayIn', 'SuspenseAccepted')
            WHERE o.amount - o.platform_fee <> COALESCE((SELECT -SUM(CASE WHEN p.account = 'seller:' || o.seller_account || ':payable' AND p.currency = o.currency THEN p.amount END) FROM postings p WHERE p.entry_id = e.entry_id), 0)
            UNION ALL SELECT 'entry ' || e.entry_id || ' pays in for ' || e.source_id || ', which is no order' FROM journal_entries e WHERE e.kind IN ('PayIn', 'SuspenseAccepted')
                AND NOT EXISTS (SELECT 1 FROM payment_orders o WHERE o.payment_order_id = e.source_id)
            """),
        new SqlInvariant("payments-05", "A payment is done exactly when all its orders are paid; its orders have its status and currency and add up to its total.", """
            SELECT 'payment ' || checkout_id || ' is ' || status || ' and says done: ' || is_payment_done FROM payment_events WHERE is_payment_done <> (status = 'SUCCESS')
            UNION ALL SELECT 'order ' || o.payment_order_id || ' is ' || o.payment_order_status || ', its payment ' || p.status FROM payment_orders o JOIN payment_events p ON p.checkout_id = o.checkout_id
                WHERE o.payment_order_status <> p.status OR o.currency <> p.currency OR o.buyer_account <> p.buyer_account
            UNION ALL SELECT 'payment ' || p.checkout_id || ' of ' || p.amount || ' has orders of ' || COALESCE(SUM(o.amount), 0) FROM payment_events p LEFT JOIN payment_orders o ON o.checkout_id = p.checkout_id
                GROUP BY p.checkout_id, p.amount HAVING p.amount <> COALESCE(SUM(o.amount), 0)
            UNION ALL SELECT 'order ' || payment_order_id || ' belongs to no payment' FROM payment_orders o WHERE NOT EXISTS (SELECT 1 FROM payment_events p WHERE p.checkout_id = o.checkout_id)
            """),
        new SqlInvariant("payments-06", "Every payment that is not over, every open attempt and every waiting event has exactly one next step, and what is over has none.", """
            SELECT 'payment ' || p.checkout_id || ' is ' || p.status || ' and nothing will move it' FROM payment_events p WHERE p.status IN ('NOT_STARTED', 'EXECUTING')
                AND NOT EXISTS (SELECT 1 FROM retry_tasks t WHERE t.kind = 'checkout.end' AND t.subject_id = p.checkout_id)
                AND NOT EXISTS (SELECT 1 FROM finance_tasks f WHERE f.checkout_id = p.checkout_id AND f.state = 'Open')
            UNION ALL SELECT 'payment ' || p.checkout_id || ' is ' || p.status || ' and still has a step to end it' FROM payment_events p JOIN retry_tasks t ON t.kind = 'checkout.end' AND t.subject_id = p.checkout_id
                WHERE p.status NOT IN ('NOT_STARTED', 'EXECUTING')
            UNION ALL SELECT 'payment ' || t.subject_id || ' waits for finance and still has a step to end it' FROM retry_tasks t WHERE t.kind = 'checkout.end'
                AND EXISTS (SELECT 1 FROM finance_tasks f WHERE f.checkout_id = t.subject_id AND f.state = 'Open' AND f.kind IN ('AmountDiffers', 'SettlementDiffers'))
            UNION ALL SELECT 'attempt ' || a.attempt_id || ' is ' || a.state || ' and still has a step' FROM attempts a JOIN retry_tasks t ON t.kind = 'attempt' AND t.subject_id = a.attempt_id
                WHERE a.state IN ('Paid', 'SessionExpired', 'AsyncFailed')
            UNION ALL SELECT 'step ' || t.kind || ' is of ' || t.subject_id || ', which is not there' FROM retry_tasks t WHERE CASE t.kind
                WHEN 'attempt' THEN NOT EXISTS (SELECT 1 FROM attempts a WHERE a.attempt_id = t.subject_id)
                WHEN 'checkout.end' THEN NOT EXISTS (SELECT 1 FROM payment_events p WHERE p.checkout_id = t.subject_id)
                WHEN 'psp.event' THEN NOT EXISTS (SELECT 1 FROM psp_inbox i WHERE i.event_id = t.subject_id) ELSE 0 END
            UNION ALL SELECT 'attempt ' || a.attempt_id || ' is open and has no step' FROM attempts a WHERE a.state = 'Open' AND NOT EXISTS (SELECT 1 FROM retry_tasks t WHERE t.kind = 'attempt' AND t.subject_id = a.attempt_id)
            UNION ALL SELECT 'event ' || i.event_id || ' waits and has no step' FROM psp_inbox i WHERE i.state = 'Waiting' AND NOT EXISTS (SELECT 1 FROM retry_tasks t WHERE t.kind = 'psp.event' AND t.subject_id = i.event_id)
            UNION ALL SELECT 'payment ' || a.checkout_id || ' is ' || p.status || ' and has an open attempt' FROM attempts a JOIN payment_events p ON p.checkout_id = a.checkout_id WHERE a.state = 'Open' AND p.status <> 'EXECUTING'
            """),
        new SqlInvariant("payments-07", "An event of the PSP is dealt with once: it waits with a step, or it is settled with its time and without one, and what the PSP sent is kept with it.", """
            SELECT 'event ' || event_id || ' is ' || state || ' without its time' FROM psp_inbox WHERE state <> 'Waiting' AND applied_at IS NULL
            UNION ALL SELECT 'event ' || event_id || ' waits and has been applied' FROM psp_inbox WHERE state = 'Waiting' AND applied_at IS NOT NULL
            UNION ALL SELECT 'event ' || i.event_id || ' is ' || i.state || ' and would be worked on again' FROM psp_inbox i JOIN retry_tasks t ON t.kind = 'psp.event' AND t.subject_id = i.event_id WHERE i.state <> 'Waiting'
            UNION ALL SELECT 'event ' || event_id || ' occurs ' || COUNT(*) || ' times' FROM psp_inbox GROUP BY event_id HAVING COUNT(*) > 1
            UNION ALL SELECT 'event ' || i.event_id || ' has lost its body' FROM psp_inbox i WHERE NOT EXISTS (SELECT 1 FROM psp_bodies b WHERE b.event_id = i.event_id)
            UNION ALL SELECT 'the body ' || b.event_id || ' belongs to no event' FROM psp_bodies b WHERE NOT EXISTS (SELECT 1 FROM psp_inbox i WHERE i.event_id = b.event_id)
            """),
        new SqlInvariant("payments-08", "Each move of a payment is one fact in the outbox, of the same version, and facts count from 1 without a gap.", """
            SELECT 'move ' || h.version || ' of ' || h.checkout_id || ' was never told' FROM payment_history h WHERE NOT EXISTS (SELECT 1 FROM outbox o WHERE o.aggregate_id = h.checkout_id AND o.version = h.version)
            UNION ALL SELECT 'fact ' || o.version || ' of ' || o.aggregate_id || ' has no move' FROM outbox o WHERE o.aggregate_id LIKE 'chk!_%' ESCAPE '!'
                AND NOT EXISTS (SELECT 1 FROM payment_history h WHERE h.checkout_id = o.aggregate_id AND h.version = o.version)
            UNION ALL SELECT 'facts of ' || aggregate_id || ' are not 1 to ' || COUNT(*) FROM outbox GROUP BY aggregate_id HAVING MIN(version) <> 1 OR MAX(version) <> COUNT(*)
            UNION ALL SELECT 'fact ' || later.version || ' of ' || later.aggregate_id || ' was published before its forerunner' FROM outbox later JOIN outbox earlier ON earlier.aggregate_id = later.aggregate_id AND earlier.version = later.version - 1
                WHERE later.position IS NOT NULL AND (earlier.position IS NULL OR earlier.position > later.position)
            """),
    ];
}
