using PaymentPortal.Core.Common;
using PaymentPortal.Core.Events;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Notifications;

namespace PaymentPortal.Api;

/// <summary>/api/v1/webhook-endpoints/{id}/deliveries: what an endpoint was sent, newest first, and how to have it once more.</summary>
public static class WebhookDeliveriesApi
{
    private const string Path = "/webhook-endpoints/{id}/deliveries";

    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet(Path, ListAsync).WithMetadata(new RequiredScope(ApiScopes.WebhooksRead)).Produces<ListBody<DeliveryBody>>().WithName("listWebhookDeliveries");
        api.MapPost(Path + "/{delivery}/resend", ResendAsync).WithMetadata(new RequiredScope(ApiScopes.WebhooksWrite)).Produces<DeliveryBody>(202).WithName("resendWebhookDelivery");
    }

    public static async Task<IResult> ListAsync(
        string id, WebhookEndpoints endpoints, WebhookQueries queries, CancellationToken cancellationToken, string? after = null, string? limit = null, string? state = null)
    {
        var paging = Paging.Read<WebhookDeliveryId>(after, limit);
        if (paging.IsRefused) return Problems.From(paging.Refusal!);
        DeliveryState? wanted = null;
        if (state is not null)
        {
            if (!Enum.GetValues<DeliveryState>().Any(known => DeliveryBody.Word(known) == state))
                return Problems.From(new Refusal(RefusalCodes.Invalid, 422, $"The state is one of {string.Join(", ", Enum.GetValues<DeliveryState>().Select(DeliveryBody.Word))}.", "state"));
            wanted = Enum.GetValues<DeliveryState>().First(known => DeliveryBody.Word(known) == state);
        }
        if (!Ids.TryParse<WebhookEndpointId>(id, out var endpoint) || await endpoints.FindAsync(endpoint, cancellationToken) is null) return WebhookEndpointsApi.Missing(id);
        var slice = await queries.ListAsync(new DeliveryFilter(wanted, endpoint.Value), new PagePlace(paging.Value.After), paging.Value.Limit, cancellationToken);
        return ApiJson.Ok(new ListBody<DeliveryBody>([.. slice.Rows.Select(row => DeliveryBody.Of(row.Delivery, row.NextTry))], slice.Next));
    }

    /// <summary>Sent again at once and under its old id, with the policy's tries before it. The same key does it once.</summary>
    public static async Task<IResult> ResendAsync(string id, string delivery, HttpContext http, WebhookDesk desk, WebhookQueries queries, CancellationToken cancellationToken)
    {
        var key = IdempotencyKeys.Read(http.Request);
        if (key.IsRefused) return Problems.From(key.Refusal!);
        if (!Ids.TryParse<WebhookEndpointId>(id, out var endpoint)) return WebhookEndpointsApi.Missing(id);
        if (!Ids.TryParse<WebhookDeliveryId>(delivery, out var one)) return Problems.From(new Refusal(RefusalCodes.NotFound, 404, $"There is no webhook delivery '{(delivery.Length > 60 ? delivery[..60] : delivery)}'.", "id"));
        var call = IdempotentCall.Of(http.Caller().Id.Value, key.Value, $"POST /api/v1/webhook-endpoints/{id}/deliveries/{delivery}/resend", []);
        var sent = await desk.ResendAsync(endpoint, one, Actor.ApiKey(http.Caller().Id), call, cancellationToken);
        if (sent.IsRefused) return Problems.From(sent.Refusal!);
        if (sent.Value.IsReplay) http.Response.Headers["Idempotency-Replayed"] = "true";
        var shown = (await queries.FindAsync(one, cancellationToken))!;
        return Results.Json(DeliveryBody.Of(shown.Delivery, shown.NextTry), ApiJson.Options, statusCode: sent.Value.HttpStatus);
    }
}

/// <summary>A delivery on the wire.</summary>
public sealed record DeliveryBody(
    string DeliveryId, string EndpointId, string EventId, string EventType, string AggregateId, bool Test, string State, int Tries, int? LastStatus, string? LastError, DateTimeOffset CreatedAt, DateTimeOffset? DeliveredAt,
    DateTimeOffset? NextTryAt)
{
    public static DeliveryBody Of(WebhookDelivery delivery, DateTimeOffset? nextTry) => new(
        delivery.DeliveryId, delivery.EndpointId, delivery.EventId, delivery.EventType, delivery.AggregateId, delivery.EventType == EventTypes.WebhookTest, Word(delivery.State), delivery.Tries, delivery.LastStatus, delivery.LastError,
        delivery.CreatedAt, delivery.DeliveredAt, nextTry);

    public static string Word(DeliveryState state) => state.ToString().ToLowerInvariant();
}
