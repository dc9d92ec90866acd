using PaymentPortal.Core.Common;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Events;

/// <summary>Writes facts into the unit that makes them true.</summary>
public static class Outbox
{
    public static void Add(UnitOfWork unit, string aggregateId, long version, string type, string payload) =>
        unit.Execute(
            "INSERT INTO outbox (event_id, aggregate_id, version, type, payload, created_at) VALUES ($1, $2, $3, $4, $5, $6)",
            unit.NewId<PortalEventId>().Value, aggregateId, version, type, payload, unit.Now);

    /// <summary>For aggregates that count nothing but their facts: takes the next version.</summary>
    public static void AddNext(UnitOfWork unit, string aggregateId, string type, string payload) =>
        Add(unit, aggregateId, unit.Scalar("SELECT MAX(version) FROM outbox WHERE aggregate_id = $1", aggregateId) + 1, type, payload);
}
