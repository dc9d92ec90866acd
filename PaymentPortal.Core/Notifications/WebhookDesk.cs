using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Notifications;

/// <summary>What a person does about deliveries: sends one, or all that failed, again. A receiver knows the repeat by its id.</summary>
public sealed class WebhookDesk(WriteLane lane, AuditLog audit)
{
    private const int UnitSize = 200;

    /// <summary>Due at once, with the policy's tries before it; also for one that was delivered, because the receiver may have lost it.</summary>
    public Task<Result<WebhookDeliveryId>> ResendAsync(WebhookDeliveryId id, Actor actor, CancellationToken cancellationToken) => lane.RunAsync<Result<WebhookDeliveryId>>(
        unit =>
        {
            var endpoint = unit.QueryFirst(
                "SELECT e.state FROM webhook_deliveries d JOIN webhook_endpoints e ON e.endpoint_id = d.endpoint_id WHERE d.delivery_id = $1", row => Enum.Parse<EndpointState>(row.GetString(0)).ToString(), id.Value);
            if (endpoint is null) return new Refusal(RefusalCodes.NotFound, 404, $"There is no webhook delivery {id}.", "id");
            if (endpoint != nameof(EndpointState.Enabled)) return new Refusal(RefusalCodes.StateConflict, 409, "Its endpoint is disabled or deleted, so nothing was sent. An admin can enable it.");
            Revive(unit, id.Value);
            audit.Write(unit, new AuditEntry(actor, "webhook.resend", id.Value));
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
    }

    private int Note(UnitOfWork unit, WebhookEndpointId? endpoint, Actor actor, int count)
    {
        audit.Write(unit, new AuditEntry(actor, "webhook.resend-failed", endpoint?.Value ?? "all") { After = $"{count} deliveries" });
        return 0;
    }
}
