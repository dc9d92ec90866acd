using PaymentPortal.Core.Retries;

namespace PaymentPortal.Core.Notifications;

/// <summary>Deliveries that wait without a step.</summary>
internal static class StuckWebhooks
{
    public static readonly IReadOnlyList<StuckQuery> All =
    [
        new("Webhook without a step", """
            SELECT d.delivery_id AS what, d.created_at AS since FROM webhook_deliveries d WHERE d.state = 'Waiting' AND d.created_at < $1
                AND NOT EXISTS (SELECT 1 FROM retry_tasks t WHERE t.kind = 'webhook.send' AND t.subject_id = d.delivery_id)
            """),
    ];
}
