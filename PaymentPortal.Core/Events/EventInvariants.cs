using PaymentPortal.Core.Integrity;

namespace PaymentPortal.Core.Events;

/// <summary>What must be true of the log and its readers in every committed state.</summary>
internal static class EventInvariants
{
    public static readonly IReadOnlyList<IInvariant> All =
    [
        new SqlInvariant("events-01", "Positions count from 1 without a gap and keep the order of versions in each aggregate.", """
            SELECT 'positions are not 1 to ' || COUNT(*) FROM outbox WHERE position IS NOT NULL HAVING COUNT(*) > 0 AND (MIN(position) <> 1 OR MAX(position) <> COUNT(*))
            UNION ALL SELECT 'fact ' || event_id || ' has a position without a time, or a time without one' FROM outbox WHERE (position IS NULL) <> (published_at IS NULL)
            UNION ALL SELECT 'fact ' || later.version || ' of ' || later.aggregate_id || ' stands before its forerunner' FROM outbox later JOIN outbox earlier ON earlier.aggregate_id = later.aggregate_id AND earlier.version = later.version - 1
                WHERE later.position IS NOT NULL AND (earlier.position IS NULL OR earlier.position > later.position)
            """),
        new SqlInvariant("events-02", "No consumer has read beyond the log, and each parked fact is one that its consumer has passed.", """
            SELECT 'consumer ' || consumer || ' has read to ' || position || ', beyond the log' FROM event_consumers WHERE position > (SELECT COALESCE(MAX(position), 0) FROM outbox)
            UNION ALL SELECT 'fact ' || p.position || ' is parked for ' || p.consumer || ', which has not come to it' FROM event_parked p
                WHERE p.position > COALESCE((SELECT c.position FROM event_consumers c WHERE c.consumer = p.consumer), 0)
            UNION ALL SELECT 'fact ' || p.position || ' is parked for ' || p.consumer || ' and is not in the log' FROM event_parked p WHERE NOT EXISTS (SELECT 1 FROM outbox o WHERE o.position = p.position AND o.aggregate_id = p.aggregate_id)
            UNION ALL SELECT 'fact ' || o.position || ' passed the parked ' || p.position || ' of ' || o.aggregate_id || ' for ' || p.consumer FROM event_parked p
                JOIN outbox o ON o.aggregate_id = p.aggregate_id AND o.position > p.position JOIN event_consumers c ON c.consumer = p.consumer AND c.position >= o.position
                WHERE NOT EXISTS (SELECT 1 FROM event_parked q WHERE q.consumer = p.consumer AND q.position = o.position)
            """),
        new SqlInvariant("events-03", "The first parked fact of each aggregate has its step, and no other fact has one.", """
            SELECT 'fact ' || p.position || ' of ' || p.aggregate_id || ' is parked for ' || p.consumer || ' and nothing will try it'
                FROM (SELECT consumer, aggregate_id, MIN(position) AS position FROM event_parked GROUP BY consumer, aggregate_id) p
                WHERE NOT EXISTS (SELECT 1 FROM retry_tasks t WHERE t.kind = 'fact.apply' AND t.subject_id = p.consumer || ':' || p.position)
            UNION ALL SELECT 'step ' || t.kind || ' tries ' || t.subject_id || ', which is not the first that its consumer has parked' FROM retry_tasks t WHERE t.kind = 'fact.apply'
                AND t.subject_id NOT IN (SELECT p.consumer || ':' || MIN(p.position) FROM event_parked p GROUP BY p.consumer, p.aggregate_id)
            """),
    ];
}
