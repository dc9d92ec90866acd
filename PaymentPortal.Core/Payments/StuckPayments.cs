using PaymentPortal.Core.Retries;

namespace PaymentPortal.Core.Payments;

/// <summary>Payments and attempts that are not over, and that neither a step nor finance will move.</summary>
internal static class StuckPayments
{
    public static readonly IReadOnlyList<StuckQuery> All =
    [
        new("Payment without a next step", """
            SELECT p.checkout_id AS what, p.updated_at AS since FROM payment_events p WHERE p.status IN ('NOT_STARTED', 'EXECUTING') AND p.updated_at < $1
                AND NOT EXISTS (SELECT 1 FROM retry_tasks t WHERE t.kind = 'checkout.end' AND t.subject_id = p.checkout_id)
                AND NOT EXISTS (SELECT 1 FROM finance_tasks f WHERE f.checkout_id = p.checkout_id AND f.state = 'Open')
            """),
        new("Attempt without a next step", """
            SELECT a.attempt_id AS what, a.started_at AS since FROM attempts a WHERE a.state = 'Open' AND a.started_at < $1
                AND NOT EXISTS (SELECT 1 FROM retry_tasks t WHERE t.kind = 'attempt' AND t.subject_id = a.attempt_id)
            """),
    ];
}
