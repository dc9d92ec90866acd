using System.Data.Common;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Events;

/// <summary>How a row of the outbox is read, for all who read it by hand.</summary>
internal static class StoredFacts
{
    public const string Select = "SELECT seq, event_id, aggregate_id, version, type, payload, created_at, position FROM outbox";

    public static PortalEvent Read(DbDataReader row) => new()
    {
        Seq = row.GetInt64(0),
        EventId = row.GetString(1),
        AggregateId = row.GetString(2),
        Version = row.GetInt64(3),
        Type = row.GetString(4),
        Payload = row.GetString(5),
        CreatedAt = row.Moment(6),
        Position = row.NumberOrNull(7),
    };
}
