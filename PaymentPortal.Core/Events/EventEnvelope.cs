using System.Text.Json;

namespace PaymentPortal.Core.Events;

/// <summary>A fact as it leaves the program, by the API and by webhook alike. One fact always gives the same bytes.</summary>
public sealed record EventEnvelope(string EventId, string Type, int TypeVersion, long Position, string AggregateId, long Version, DateTimeOffset CreatedAt, JsonElement Data)
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static EventEnvelope Of(PortalEvent fact)
    {
        using var data = JsonDocument.Parse(fact.Payload);
        return new EventEnvelope(
            fact.EventId, fact.Type, EventCatalogue.Of(fact.Type).Version, fact.Position ?? throw new InvalidOperationException($"{fact.EventId} has no position yet."),
            fact.AggregateId, fact.Version, fact.CreatedAt, data.RootElement.Clone());
    }

    public string ToJson() => JsonSerializer.Serialize(this, Options);
}
