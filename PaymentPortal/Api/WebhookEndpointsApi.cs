using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Notifications;

namespace PaymentPortal.Api;

/// <summary>/api/v1/webhook-endpoints: whom we tell of facts.</summary>
public static class WebhookEndpointsApi
{
    private const string Path = "/webhook-endpoints";

    public static void Map(RouteGroupBuilder api)
    {
        api.MapPost(Path, CreateAsync).WithMetadata(new RequiredScope(ApiScopes.WebhooksWrite)).Accepts<EndpointInput>("application/json").Produces<SecretEndpointBody>(201).WithName("createWebhookEndpoint");
        api.MapGet(Path, ListAsync).WithMetadata(new RequiredScope(ApiScopes.WebhooksRead)).Produces<ListBody<EndpointBody>>().WithName("listWebhookEndpoints");
        api.MapGet(Path + "/{id}", GetAsync).WithMetadata(new RequiredScope(ApiScopes.WebhooksRead)).Produces<EndpointBody>().WithName("getWebhookEndpoint");
        api.MapPut(Path + "/{id}", UpdateAsync).WithMetadata(new RequiredScope(ApiScopes.WebhooksWrite)).Accepts<EndpointInput>("application/json").Produces<EndpointBody>().WithName("updateWebhookEndpoint");
        api.MapDelete(Path + "/{id}", DeleteAsync).WithMetadata(new RequiredScope(ApiScopes.WebhooksWrite)).Produces(204).WithName("deleteWebhookEndpoint");
        api.MapPost(Path + "/{id}/rotate-secret", RotateAsync).WithMetadata(new RequiredScope(ApiScopes.WebhooksWrite)).Produces<SecretEndpointBody>().WithName("rotateWebhookSecret");
        WebhookDeliveriesApi.Map(api);
    }

    public static async Task<IResult> CreateAsync(HttpContext http, WebhookEndpoints endpoints, WebhookSettings settings, CancellationToken cancellationToken)
    {
        var key = IdempotencyKeys.Read(http.Request);
        if (key.IsRefused) return Problems.From(key.Refusal!);
        var body = await ApiBody.ReadAsync<EndpointInput>(http.Request, cancellationToken);
        if (body.IsRefused) return Problems.From(body.Refusal!);
        var wish = EndpointRules.Check(body.Value.Value.ToRequest(), settings);
        if (wish.IsRefused) return Problems.From(wish.Refusal!);
        var call = IdempotentCall.Of(http.Caller().Id.Value, key.Value, "POST /api/v1/webhook-endpoints", body.Value.Raw);
        return Answer(http, await endpoints.CreateAsync(wish.Value, Actor.ApiKey(http.Caller().Id), call, cancellationToken), 201);
    }

    public static async Task<IResult> ListAsync(WebhookEndpoints endpoints, CancellationToken cancellationToken) =>
        ApiJson.Ok(new ListBody<EndpointBody>([.. (await endpoints.ListAsync(cancellationToken)).Select(EndpointBody.Of)], null));

    public static async Task<IResult> GetAsync(string id, WebhookEndpoints endpoints, CancellationToken cancellationToken) =>
        Ids.TryParse<WebhookEndpointId>(id, out var endpoint) && await endpoints.FindAsync(endpoint, cancellationToken) is { } found ? ApiJson.Ok(EndpointBody.Of(found)) : Missing(id);

    /// <summary>The whole endpoint as it shall be; asking twice is asking once.</summary>
    public static async Task<IResult> UpdateAsync(string id, HttpContext http, WebhookEndpoints endpoints, WebhookSettings settings, CancellationToken cancellationToken)
    {
        if (!Ids.TryParse<WebhookEndpointId>(id, out var endpoint)) return Missing(id);
        var body = await ApiBody.ReadAsync<EndpointInput>(http.Request, cancellationToken);
        if (body.IsRefused) return Problems.From(body.Refusal!);
        var wish = EndpointRules.Check(body.Value.Value.ToRequest(), settings);
        if (wish.IsRefused) return Problems.From(wish.Refusal!);
        var changed = await endpoints.UpdateAsync(endpoint, wish.Value, Actor.ApiKey(http.Caller().Id), cancellationToken);
        return changed.IsRefused ? Problems.From(changed.Refusal!) : ApiJson.Ok(EndpointBody.Of(changed.Value));
    }

    public static async Task<IResult> DeleteAsync(string id, HttpContext http, WebhookEndpoints endpoints, CancellationToken cancellationToken)
    {
        if (!Ids.TryParse<WebhookEndpointId>(id, out var endpoint)) return Missing(id);
        var deleted = await endpoints.DeleteAsync(endpoint, Actor.ApiKey(http.Caller().Id), cancellationToken);
        return deleted.IsRefused ? Problems.From(deleted.Refusal!) : Results.NoContent();
    }

    public static async Task<IResult> RotateAsync(string id, HttpContext http, WebhookEndpoints endpoints, CancellationToken cancellationToken)
    {
        var key = IdempotencyKeys.Read(http.Request);
        if (key.IsRefused) return Problems.From(key.Refusal!);
        if (!Ids.TryParse<WebhookEndpointId>(id, out var endpoint)) return Missing(id);
        var call = IdempotentCall.Of(http.Caller().Id.Value, key.Value, $"POST /api/v1/webhook-endpoints/{id}/rotate-secret", []);
        return Answer(http, await endpoints.RotateSecretAsync(endpoint, Actor.ApiKey(http.Caller().Id), call, cancellationToken), 200);
    }

    /// <summary>A replay is read anew, because a stored answer would hold the secret in the clear.</summary>
    private static IResult Answer(HttpContext http, Result<SecretEndpoint> made, int status)
    {
        if (made.IsRefused) return Problems.From(made.Refusal!);
        if (made.Value.IsReplay) http.Response.Headers["Idempotency-Replayed"] = "true";
        return Results.Json(SecretEndpointBody.Of(made.Value), ApiJson.Options, statusCode: status);
    }

    internal static IResult Missing(string id) => Problems.From(WebhookEndpoints.Missing(new WebhookEndpointId(id.Length > 60 ? id[..60] : id)));
}

/// <summary>An endpoint as a caller wants it.</summary>
public sealed record EndpointInput(string? Url, IReadOnlyList<string?>? Types, string? Description, bool? Enabled)
{
    public EndpointRequest ToRequest() => new(Url, Types, Description, Enabled);
}

/// <summary>An endpoint on the wire.</summary>
public sealed record EndpointBody(
    string EndpointId, string Url, IReadOnlyList<string> Types, string? Description, bool Enabled, string? DisabledReason, DateTimeOffset? FailingSince, DateTimeOffset? LastSuccessAt, DateTimeOffset CreatedAt)
{
    public static EndpointBody Of(WebhookEndpoint endpoint) => new(
        endpoint.EndpointId, endpoint.Url, endpoint.Types.Split(' '), endpoint.Description, endpoint.State == EndpointState.Enabled, endpoint.StateReason, endpoint.FailingSince, endpoint.LastSuccessAt, endpoint.CreatedAt);
}

/// <summary>An endpoint with its secret, in the answer to its making and to a new secret only.</summary>
public sealed record SecretEndpointBody(string EndpointId, string Url, IReadOnlyList<string> Types, string? Description, bool Enabled, DateTimeOffset CreatedAt, string Secret, DateTimeOffset? OldSecretUntil)
{
    public static SecretEndpointBody Of(SecretEndpoint made) => new(
        made.Endpoint.EndpointId, made.Endpoint.Url, made.Endpoint.Types.Split(' '), made.Endpoint.Description, made.Endpoint.State == EndpointState.Enabled, made.Endpoint.CreatedAt, made.Secret, made.Endpoint.OldSecretUntil);
}
