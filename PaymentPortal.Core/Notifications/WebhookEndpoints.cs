using Microsoft.EntityFrameworkCore;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Notifications;

/// <summary>An endpoint with its newest secret: shown to whoever made it or rolled it, and never again.</summary>
public sealed record SecretEndpoint(WebhookEndpoint Endpoint, string Secret, bool IsReplay = false);

/// <summary>Makes, changes and ends endpoints. Secrets leave only in the answer to their making; stored answers hold none.</summary>
public sealed class WebhookEndpoints(WriteLane lane, IDbContextFactory<PortalDb> databases, FieldCipher cipher, AuditLog audit, TimeProvider time)
{
    /// <summary>More would make every fact that many deliveries.</summary>
    public const int Most = 16;

    /// <summary>How long the old secret signs beside a new one.</summary>
    public static readonly TimeSpan Overlap = TimeSpan.FromHours(24);

    /// <summary>A call with an idempotency key makes one endpoint however often it is repeated.</summary>
    public async Task<Result<SecretEndpoint>> CreateAsync(EndpointWish wish, Actor actor, IdempotentCall? call, CancellationToken cancellationToken)
    {
        var id = Ids.New<WebhookEndpointId>(time);
        var secret = cipher.Seal(EndpointSeal.Table, id.Value, EndpointSeal.Secret, WebhookSignature.NewSecret());
        var made = await lane.RunAsync<Result<IdempotentAnswer>>(
            unit =>
            {
                if (call is not null && Idempotency.Find(unit, call) is { } earlier) return earlier;
                if (unit.Scalar("SELECT COUNT(*) FROM webhook_endpoints WHERE state <> 'Deleted'") >= Most)
                    return new Refusal(RefusalCodes.StateConflict, 409, $"There are {Most} endpoints, which is the most. Delete one first. Nothing was stored.");
                Insert(unit, id, wish, secret);
                audit.Write(unit, new AuditEntry(actor, "webhook-endpoint.create", id.Value) { After = Describe(wish) });
                if (call is not null) Idempotency.Store(unit, call, 201, id.Value);
                return new IdempotentAnswer(201, id.Value, IsReplay: false);
            },
            cancellationToken).ConfigureAwait(false);
        if (made.IsRefused) return made.Refusal!;
        return await ShowAsync(new WebhookEndpointId(made.Value.Body), made.Value.IsReplay, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>An endpoint that is enabled again starts with a clean slate: its week counts from its next failure.</summary>
    public async Task<Result<WebhookEndpoint>> UpdateAsync(WebhookEndpointId id, EndpointWish wish, Actor actor, CancellationToken cancellationToken)
    {
        var done = await lane.RunAsync<Result<bool>>(
            unit =>
            {
                var before = unit.QueryFirst("SELECT url, types, description, state FROM webhook_endpoints WHERE endpoint_id = $1 AND state <> 'Deleted'",
                    row => new EndpointWish(row.GetString(0), row.GetString(1), row.TextOrNull(2), row.GetString(3) == nameof(EndpointState.Enabled)), id.Value);
                if (before is null) return Missing(id);
                unit.Execute("UPDATE webhook_endpoints SET url = $2, types = $3, description = $4 WHERE endpoint_id = $1", id.Value, wish.Url, wish.Types, wish.Description);
                if (wish.IsEnabled != before.IsEnabled)
                {
                    unit.Execute(
                        "UPDATE webhook_endpoints SET state = $2, state_reason = $3, failing_since = NULL, warned_at = NULL WHERE endpoint_id = $1",
                        id.Value, wish.IsEnabled ? EndpointState.Enabled : EndpointState.Disabled, wish.IsEnabled ? null : "Disabled by a person.");
                }
                if (wish != before) audit.Write(unit, new AuditEntry(actor, "webhook-endpoint.change", id.Value) { Before = Describe(before), After = Describe(wish) });
                return true;
            },
            cancellationToken).ConfigureAwait(false);
        if (done.IsRefused) return done.Refusal!;
        return (await FindAsync(id, cancellationToken).ConfigureAwait(false))!;
    }

    /// <summary>A new secret; the old one signs too for <see cref="Overlap"/>, so that the receiver can change over without losing a webhook.</summary>
    public async Task<Result<SecretEndpoint>> RotateSecretAsync(WebhookEndpointId id, Actor actor, IdempotentCall? call, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, cancellationToken).ConfigureAwait(false) is not { } endpoint) return Missing(id);
        var old = cipher.Seal(EndpointSeal.Table, id.Value, EndpointSeal.OldSecret, Open(endpoint));
        var secret = cipher.Seal(EndpointSeal.Table, id.Value, EndpointSeal.Secret, WebhookSignature.NewSecret());
        var done = await lane.RunAsync<Result<IdempotentAnswer>>(
            unit =>
            {
                if (call is not null && Idempotency.Find(unit, call) is { } earlier) return earlier;
                var isRolled = unit.Execute(
                    "UPDATE webhook_endpoints SET secret = $2, old_secret = $3, old_secret_until = $4 WHERE endpoint_id = $1 AND state <> 'Deleted' AND secret = $5",
                    id.Value, secret.Bytes, old.Bytes, unit.Now + Overlap, endpoint.Secret.Bytes) == 1;
                if (!isRolled) return new Refusal(RefusalCodes.StateConflict, 409, "Somebody else has just changed this endpoint. Look at it again; nothing was done.");
                audit.Write(unit, new AuditEntry(actor, "webhook-endpoint.rotate-secret", id.Value));
                if (call is not null) Idempotency.Store(unit, call, 200, id.Value);
                return new IdempotentAnswer(200, id.Value, IsReplay: false);
            },
            cancellationToken).ConfigureAwait(false);
        if (done.IsRefused) return done.Refusal!;
        return await ShowAsync(id, done.Value.IsReplay, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Deleting twice is deleting once.</summary>
    public Task<Result<WebhookEndpointId>> DeleteAsync(WebhookEndpointId id, Actor actor, CancellationToken cancellationToken) => lane.RunAsync<Result<WebhookEndpointId>>(
        unit =>
        {
            if (unit.Scalar("SELECT COUNT(*) FROM webhook_endpoints WHERE endpoint_id = $1", id.Value) == 0) return Missing(id);
            if (unit.Execute("UPDATE webhook_endpoints SET state = 'Deleted', state_reason = NULL WHERE endpoint_id = $1 AND state <> 'Deleted'", id.Value) == 1)
                audit.Write(unit, new AuditEntry(actor, "webhook-endpoint.delete", id.Value));
            return id;
        },
        cancellationToken);

    public async Task<IReadOnlyList<WebhookEndpoint>> ListAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        return await db.Set<WebhookEndpoint>().AsNoTracking().Where(endpoint => endpoint.State != EndpointState.Deleted).OrderBy(endpoint => endpoint.EndpointId).Take(Most)
            .ToListAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Null when it is not there or deleted.</summary>
    public async Task<WebhookEndpoint?> FindAsync(WebhookEndpointId id, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        return await db.Set<WebhookEndpoint>().AsNoTracking().FirstOrDefaultAsync(endpoint => endpoint.EndpointId == id.Value && endpoint.State != EndpointState.Deleted, cancellationToken).ConfigureAwait(false);
    }

    public static Refusal Missing(WebhookEndpointId id) => new(RefusalCodes.NotFound, 404, $"There is no webhook endpoint {id}.", "id");

    private static void Insert(UnitOfWork unit, WebhookEndpointId id, EndpointWish wish, Sealed secret) => unit.Execute(
        """
        INSERT INTO webhook_endpoints (endpoint_id, url, types, description, state, secret, from_position, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, (SELECT COALESCE(MAX(position), 0) FROM outbox), $7)
        """,
        id.Value, wish.Url, wish.Types, wish.Description, wish.IsEnabled ? EndpointState.Enabled : EndpointState.Disabled, secret.Bytes, unit.Now);

    private async Task<Result<SecretEndpoint>> ShowAsync(WebhookEndpointId id, bool isReplay, CancellationToken cancellationToken) =>
        await FindAsync(id, cancellationToken).ConfigureAwait(false) is { } endpoint ? new SecretEndpoint(endpoint, Open(endpoint), isReplay) : Missing(id);

    private string Open(WebhookEndpoint endpoint) => cipher.Open(EndpointSeal.Table, endpoint.EndpointId, EndpointSeal.Secret, endpoint.Secret);

    private static string Describe(EndpointWish wish) => $"{wish.Url} [{wish.Types}] {(wish.IsEnabled ? "enabled" : "disabled")} {wish.Description}".TrimEnd();
}
