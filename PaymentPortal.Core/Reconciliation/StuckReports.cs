using PaymentPortal.Core.Retries;

namespace PaymentPortal.Core.Reconciliation;

/// <summary>Reports that were asked for and that nothing fetches.</summary>
internal static class StuckReports
{
    public static readonly IReadOnlyList<StuckQuery> All =
    [
        new("Report that nothing fetches", """
            SELECT o.order_id AS what, o.created_at AS since FROM report_orders o WHERE o.done_at IS NULL AND o.created_at < $1
                AND NOT EXISTS (SELECT 1 FROM retry_tasks t WHERE t.kind = 'settlement.report' AND t.subject_id = o.order_id)
            """),
    ];
}
