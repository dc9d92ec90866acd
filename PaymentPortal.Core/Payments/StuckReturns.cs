using PaymentPortal.Core.Retries;

namespace PaymentPortal.Core.Payments;

/// <summary>Refunds and disputes that are not over, and that neither a step nor a second person will move.</summary>
internal static class StuckReturns
{
    public static readonly IReadOnlyList<StuckQuery> All =
    [
        new("Refund without a next step", """
            SELECT r.refund_id AS what, r.updated_at AS since FROM refunds r WHERE r.status IN ('REQUESTED', 'APPROVED', 'SENT') AND r.updated_at < $1
                AND NOT EXISTS (SELECT 1 FROM retry_tasks t WHERE t.kind = 'refund' AND t.subject_id = r.refund_id)
                AND NOT EXISTS (SELECT 1 FROM approvals a WHERE a.kind = 'refund' AND a.subject_id = r.refund_id AND a.state = 'Pending')
            """),
        new("Dispute that nobody looks at", """
            SELECT d.dispute_id AS what, d.updated_at AS since FROM disputes d WHERE d.status NOT IN ('WON', 'LOST', 'ACCEPTED', 'CLOSED') AND d.updated_at < $1
                AND NOT EXISTS (SELECT 1 FROM retry_tasks t WHERE t.kind = 'dispute' AND t.subject_id = d.dispute_id)
            """),
        new("Answer to a dispute that nothing sends", """
            SELECT d.dispute_id AS what, d.updated_at AS since FROM disputes d WHERE d.status IN ('INQUIRY', 'NEEDS_RESPONSE') AND d.submitted_at IS NULL AND d.updated_at < $1
                AND (d.accept_requested_at IS NOT NULL OR d.submit_requested_at IS NOT NULL OR d.staged_version < d.evidence_version)
                AND NOT EXISTS (SELECT 1 FROM retry_tasks t WHERE t.kind = 'dispute.answer' AND t.subject_id = d.dispute_id)
            """),
    ];
}
