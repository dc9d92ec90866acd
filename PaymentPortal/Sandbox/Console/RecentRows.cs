using PaymentPortal.Sandbox.Control;
using PaymentPortal.Sandbox.Storage;

namespace PaymentPortal.Sandbox.Console;

/// <summary>Everything that the console shows, of one moment.</summary>
public sealed record ConsoleState(
    FaultSettings Faults, DateTimeOffset Now, bool CanMoveClock, SandboxBooks Books, IReadOnlyList<DeliveryRow> Deliveries, IReadOnlyList<ObjectRow> Objects);

/// <summary>One webhook on its way, or what came of it.</summary>
public sealed record DeliveryRow(string EventId, string EventType, string Account, string Url, string State, int Attempts, string? LastAnswer, long CreatedSeconds);

/// <summary>One stored object.</summary>
public sealed record ObjectRow(string Id, string Type, string Account, string? Status, long? Amount, string? Currency, long CreatedSeconds);

/// <summary>The newest rows of the file, for the console. Events stand under deliveries, so the objects are those that events tell of.</summary>
public static class RecentRows
{
    private const int Most = 25;

    public static IReadOnlyList<DeliveryRow> Deliveries(SandboxDb db) => db.Query(
        """
        SELECT d.event, e.json ->> '$.type', e.account, coalesce(w.json ->> '$.url', d.endpoint), d.state, d.attempts, d.last_answer, d.created
        FROM deliveries d JOIN objects e ON e.id = d.event LEFT JOIN objects w ON w.id = d.endpoint ORDER BY d.seq DESC LIMIT @0
        """,
        row => new DeliveryRow(
            row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetInt32(5),
            row.IsDBNull(6) ? null : row.GetString(6), row.GetInt64(7)),
        Most);

    public static IReadOnlyList<ObjectRow> Objects(SandboxDb db) => db.Query(
        """
        SELECT id, type, account, json ->> '$.status', coalesce(json ->> '$.amount', json ->> '$.amount_total'), json ->> '$.currency', created
        FROM objects WHERE type NOT IN ('event', 'payment_method') ORDER BY seq DESC LIMIT @0
        """,
        row => new ObjectRow(
            row.GetString(0), row.GetString(1), row.GetString(2), row.IsDBNull(3) ? null : row.GetString(3),
            row.IsDBNull(4) ? null : row.GetInt64(4), row.IsDBNull(5) ? null : row.GetString(5), row.GetInt64(6)),
        Most);
}
