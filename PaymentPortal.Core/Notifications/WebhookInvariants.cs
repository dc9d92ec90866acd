using PaymentPortal.Core.Integrity;

namespace PaymentPortal.Core.Notifications;

/// <summary>What must be true of merchant webhooks in every committed state.</summary>
internal static class WebhookInvariants
{
    public static readonly IReadOnlyList<IInvariant> All =
    [
        new SqlInvariant("webhooks-01", "A delivery that waits has a step that will send it, and one that was delivered has none.", """
            SELECT 'delivery ' || d.delivery_id || ' waits and has no step' FROM webhook_deliveries d WHERE d.state = 'Waiting'
                AND NOT EXISTS (SELECT 1 FROM retry_tasks t WHERE t.kind = 'webhook.send' AND t.subject_id = d.delivery_id AND t.state = 'Due')
            UNION ALL SELECT 'delivery ' || d.delivery_id || ' is ' || d.state || ' and would be sent again' FROM webhook_deliveries d
                JOIN retry_tasks t ON t.kind = 'webhook.send' AND t.subject_id = d.delivery_id WHERE d.state = 'Delivered'
            """),
        new SqlInvariant("webhooks-02", "Each delivery is of one fact of the log, its tries are all written down, and it is delivered only by an answer of 2xx.", """
            SELECT 'delivery ' || d.delivery_id || ' is of no fact in the log' FROM webhook_deliveries d WHERE NOT EXISTS (SELECT 1 FROM outbox o WHERE o.event_id = d.event_id AND o.type = d.event_type AND o.position IS NOT NULL)
            UNION ALL SELECT 'delivery ' || d.delivery_id || ' is for no endpoint' FROM webhook_deliveries d WHERE NOT EXISTS (SELECT 1 FROM webhook_endpoints e WHERE e.endpoint_id = d.endpoint_id)
            UNION ALL SELECT 'delivery ' || d.delivery_id || ' had ' || d.tries || ' tries, and ' || COUNT(a.number) || ' are written down' FROM webhook_deliveries d LEFT JOIN webhook_attempts a ON a.delivery_id = d.delivery_id
                GROUP BY d.delivery_id, d.tries HAVING d.tries <> COUNT(a.number) OR d.tries <> COALESCE(MAX(a.number), 0)
            UNION ALL SELECT 'delivery ' || d.delivery_id || ' is delivered, and no try was answered 2xx' FROM webhook_deliveries d WHERE d.state = 'Delivered'
                AND NOT EXISTS (SELECT 1 FROM webhook_attempts a WHERE a.delivery_id = d.delivery_id AND a.http_status BETWEEN 200 AND 299)
            """),
    ];
}
