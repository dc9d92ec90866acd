using System.Text.Json.Nodes;
using PaymentPortal.Sandbox.Storage;
using PaymentPortal.Sandbox.Wire;

namespace PaymentPortal.Sandbox.Events;

/// <summary>Writes events, each with its deliveries, in the unit of work that caused them: no change without its event, no event without its change.</summary>
public static class EventLog
{
    /// <param name="previous">For updates: the changed members as they were.</param>
    public static void Emit(SandboxUnit unit, string type, JsonObject document, JsonObject? previous = null)
    {
        var endpoints = WebhookEndpoints.Subscribed(unit, type);
        var data = new JsonObject { ["object"] = Documents.Published(document) };
        if (previous is not null)
        {
            data["previous_attributes"] = previous;
        }

        var happened = new JsonObject
        {
            ["id"] = Ids.New("evt_1"),
            ["object"] = "event",
            ["api_version"] = ApiVersions.Current,
            ["created"] = unit.Seconds,
            ["data"] = data,
            ["livemode"] = false,
            ["pending_webhooks"] = (long)endpoints.Count,
            ["request"] = new JsonObject { ["id"] = unit.RequestId, ["idempotency_key"] = unit.IdempotencyKey },
            ["type"] = type,
        };
        if (unit.Account.Length > 0)
        {
            happened["account"] = unit.Account;
        }

        Documents.Insert(unit, happened);
        endpoints.ForEach(endpoint => Deliveries.Add(unit, happened.Text("id"), endpoint));
    }
}
