using PaymentPortal.Core.Common;
using PaymentPortal.Core.Events;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Notifications;

/// <summary>Makes a delivery and the step that sends it for each endpoint that wants a fact. The unique index, not memory, decides that it is made once.</summary>
public sealed class WebhookFanOut : IFactConsumer
{
    public string Name => "webhooks";

    public void Apply(UnitOfWork unit, IReadOnlyList<PortalEvent> facts)
    {
        var endpoints = unit.Query(
            "SELECT endpoint_id, types, from_position FROM webhook_endpoints WHERE state = 'Enabled'",
            row => (Id: row.GetString(0), Types: row.GetString(1).Split(' '), From: row.GetInt64(2)));
        if (endpoints.Count == 0) return;
        foreach (var fact in facts)
        {
            foreach (var endpoint in endpoints.Where(endpoint => fact.Position > endpoint.From && Wants(endpoint.Id, endpoint.Types, fact))) Add(unit, endpoint.Id, fact);
        }
    }

    /// <summary>A test is for the endpoint that it tries and for no other, whatever they want to hear.</summary>
    private static bool Wants(string endpoint, string[] types, PortalEvent fact) =>
        fact.Type == EventTypes.WebhookTest ? fact.AggregateId == endpoint : types is [EndpointRules.AllTypes] || types.Contains(fact.Type);

    private static void Add(UnitOfWork unit, string endpoint, PortalEvent fact)
    {
        var id = unit.NewId<WebhookDeliveryId>();
        var isNew = unit.Execute(
            """
            INSERT INTO webhook_deliveries (delivery_id, endpoint_id, event_id, event_type, aggregate_id, state, tries, created_at)
            VALUES ($1, $2, $3, $4, $5, 'Waiting', 0, $6) ON CONFLICT (endpoint_id, event_id) DO NOTHING
            """,
            id.Value, endpoint, fact.EventId, fact.Type, fact.AggregateId, unit.Now);
        if (isNew != 1) return;
        RetryQueue.Add(unit, WebhookSendStep.Step, id.Value, unit.Now);
        unit.Signal(WebhookDesk.Changed);
    }
}
