using PaymentPortal.Core.Retries;

namespace PaymentPortal.Core.Psp;

/// <summary>Events of the PSP that wait without a step.</summary>
internal static class StuckEvents
{
    public static readonly IReadOnlyList<StuckQuery> All =
    [
        new("Event of the PSP without a step", """
            SELECT i.type || ' ' || i.event_id AS what, i.received_at AS since FROM psp_inbox i WHERE i.state = 'Waiting' AND i.received_at < $1
                AND NOT EXISTS (SELECT 1 FROM retry_tasks t WHERE t.kind = 'psp.event' AND t.subject_id = i.event_id)
            """),
    ];
}
