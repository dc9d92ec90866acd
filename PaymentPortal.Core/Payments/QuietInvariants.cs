using PaymentPortal.Core.Integrity;

namespace PaymentPortal.Core.Payments;

/// <summary>What must be true once everything that was begun has come to its end.</summary>
public static class QuietInvariants
{
    public static IReadOnlyList<IInvariant> Of(VerifyScope scope) =>
    [
        new QuietInvariant("quiet-01", "No step waits for its turn, and none is stuck half way.", """
            SELECT 'step ' || kind || ' of ' || subject_id || ' is due since ' || due_at FROM retry_tasks WHERE state = 'Due' AND last_error IS NOT NULL
            UNION ALL SELECT 'attempt ' || a.attempt_id || ' is complete at the PSP and not settled' FROM attempts a WHERE a.state = 'Open' AND a.completed_at IS NOT NULL
            UNION ALL SELECT 'attempt ' || a.attempt_id || ' has no session yet' FROM attempts a WHERE a.state = 'Open' AND a.psp_token IS NULL
            """, scope),
        new QuietInvariant("quiet-02", "Every event of the PSP is dealt with.", "SELECT 'event ' || event_id || ' waits' FROM psp_inbox WHERE state = 'Waiting'", scope),
        new QuietInvariant("quiet-03", "Every fact is in the log, and every consumer has read to its end.", """
            SELECT 'fact ' || version || ' of ' || aggregate_id || ' has no position' FROM outbox WHERE position IS NULL
            UNION ALL SELECT 'consumer ' || consumer || ' has read to ' || position FROM event_consumers WHERE position < (SELECT COALESCE(MAX(position), 0) FROM outbox)
            """, scope),
        new QuietInvariant("quiet-04", "No refund and no answer to a dispute is on its way to the PSP.", """
            SELECT 'refund ' || refund_id || ' is ' || status FROM refunds WHERE status = 'APPROVED'
            UNION ALL SELECT 'an answer to dispute ' || subject_id || ' waits' FROM retry_tasks WHERE kind = 'dispute.answer'
            """, scope),
    ];
}
