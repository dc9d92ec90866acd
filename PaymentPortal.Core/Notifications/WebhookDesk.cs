using System.Text.Json;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Events;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Notifications;

/// <summary>What a person does about deliveries: sends one, or all that failed, again. A receiver knows the repeat by its id.</summary>
public sealed class WebhookDesk(WriteLane lane, AuditLog audit)
{
    /// <summary>Given whenever a delivery is made, tried or sent again: open pages listen to it.</summary>
    public const string Changed = "webhooks.changed";

    private const int UnitSize = 200;

    /// <summary>Due at once, with the policy's tries before it; also for one that was delivered, because the receiver may have lost it.</summary>
    public async Task<Result<WebhookDeliveryId>> ResendAsync(WebhookDeliveryId id, Actor actor, CancellationToken cancellationToken) =>
        (await ResendAsync(null, id, actor, null, cancellationToken).ConfigureAwait(false)).Map(_ => id);

    /// <summary>The same for a caller who may repeat his call under its key, and who names the endpoint too. The body of the answer is the delivery's id.</summary>
    public Task<Result<IdempotentAnswer>> ResendAsync(WebhookEndpointId? endpoint, WebhookDeliveryId id, Actor actor, IdempotentCall? call, CancellationToken cancellationToken) => lane.RunAsync<Result<IdempotentAnswer>>(
        unit =>
        {
            if (call is not null && Idempotency.Find(unit, call) is { } earlier) return earlier;
            if (WhyNotResend(unit, endpoint, id) is { } why) return why;
            Revive(unit, id.Value);
            audit.Write(unit, new AuditEntry(actor, "webhook.resend", id.Value));
            if (call is not null) Idempotency.Store(unit, call, 202, id.Value);
            return new IdempotentAnswer(202, id.Value, IsReplay: false);
        },
        cancellationToken);

    /// <summary>Tells one endpoint of nothing but the test itself: a fact like any other, so that it is recorded, signed, sent and repeated like any other.</summary>
    public Task<Result<WebhookEndpointId>> SendTestAsync(WebhookEndpointId id, Actor actor, CancellationToken cancellationToken) => lane.RunAsync<Result<WebhookEndpointId>>(
        unit =>
        {
            var state = unit.QueryFirst("SELECT state FROM webhook_endpoints WHERE endpoint_id = $1 AND state <> 'Deleted'", row => row.GetString(0), id.Value);
            if (state is null) return WebhookEndpoints.Missing(id);
            if (state != nameof(EndpointState.Enabled)) return new Refusal(RefusalCodes.StateConflict, 409, "The endpoint is disabled, so nothing was sent. Enable it first.");
            Outbox.AddNext(unit, id.Value, EventTypes.WebhookTest, JsonSerializer.Serialize(new { endpoint_id = id.Value, is_test = true }));
            audit.Write(unit, new AuditEntry(actor, "webhook-endpoint.test", id.Value));
            return id;
        },
        cancellationToken);

    /// <summary>Sends every failed delivery of enabled endpoints again, of one endpoint or of all, and tells how many those are.</summary>
    public async Task<int> ResendFailedAsync(WebhookEndpointId? endpoint, Actor actor, CancellationToken cancellationToken)
    {
        var total = 0;
        while (true)
        {
            var some = await lane.RunAsync(unit => ReviveSome(unit, endpoint), cancellationToken).ConfigureAwait(false);
            total += some;
            if (some < UnitSize) break;
        }
        if (total > 0) await lane.RunAsync(unit => Note(unit, endpoint, actor, total), cancellationToken).ConfigureAwait(false);
        return total;
    }

    private static Refusal? WhyNotResend(UnitOfWork unit, WebhookEndpointId? endpoint, WebhookDeliveryId id)
    {
        var state = unit.QueryFirst(
            "SELECT e.state FROM webhook_deliveries d JOIN webhook_endpoints e ON e.endpoint_id = d.endpoint_id WHERE d.delivery_id = $1 AND ($2 IS NULL OR d.endpoint_id = $2)", row => row.GetString(0), id.Value, endpoint?.Value);
        if (state is null) return new Refusal(RefusalCodes.NotFound, 404, $"There is no webhook delivery {id}.", "id");
        return state == nameof(EndpointState.Enabled) ? null : new Refusal(RefusalCodes.StateConflict, 409, "Its endpoint is disabled or deleted, so nothing was sent. An admin can enable it.");
    }

    private static int ReviveSome(UnitOfWork unit, WebhookEndpointId? endpoint)
    {
        var ids = unit.Query(
            """
            SELECT d.delivery_id FROM webhook_deliveries d JOIN webhook_endpoints e ON e.endpoint_id = d.endpoint_id
            WHERE d.state = 'Failed' AND e.state = 'Enabled' AND ($1 IS NULL OR d.endpoint_id = $1) ORDER BY d.delivery_id LIMIT $2
            """,
            row => row.GetString(0), endpoint?.Value, UnitSize);
        foreach (var id in ids) Revive(unit, id);
        return ids.Count;
    }

    private static void Revive(UnitOfWork unit, string id)
    {
        unit.Execute("UPDATE webhook_deliveries SET state = 'Waiting' WHERE delivery_id = $1", id);
        RetryQueue.Add(unit, WebhookSendStep.Step, id, unit.Now);
        unit.Signal(Changed);
    }

    private int Note(UnitOfWork unit, WebhookEndpointId? endpoint, Actor actor, int count)
    {
        audit.Write(unit, new AuditEntry(actor, "webhook.resend-failed", endpoint?.Value ?? "all") { After = $"{count} deliveries" });
        return 0;
    }
}
