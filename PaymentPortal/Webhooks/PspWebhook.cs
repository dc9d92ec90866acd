using System.Text;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Psp.Stripe;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Webhooks;

/// <summary>The secrets whose signatures we believe: those of both endpoints, and of one that is being rolled.</summary>
public sealed record WebhookSecrets(IReadOnlyList<string> All);

/// <summary>
/// POST /webhooks/psp: verify the signature over the raw bytes, store, answer; nothing else. The PSP repeats what we don't answer 2xx, so the answer
/// comes only after the commit.
/// </summary>
public static class PspWebhook
{
    public static void MapPspWebhook(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapPost("/webhooks/psp", ReceiveAsync).AllowAnonymous().DisableAntiforgery().ExcludeFromDescription();

    public static async Task<IResult> ReceiveAsync(HttpContext http, WebhookSecrets secrets, PspInbox inbox, RetryWorker worker, RefusedWebhooks refused, TimeProvider time, ILogger<WebhookSecrets> log)
    {
        var body = await RawBody.ReadAsync(http.Request, http.RequestAborted);
        if (body.IsRefused) return Refused(body.Refusal!);
        var raw = body.Value;
        var verdict = StripeSignature.Verify(raw, http.Request.Headers[StripeSignature.HeaderName], secrets.All, time.GetUtcNow());
        if (StripeSignature.Refuse(verdict) is { } refusal)
        {
            if (refused.Count(verdict.ToString())) Log.SignatureRefused(log, verdict);
            return Refused(refusal);
        }
        var received = StripeEvents.Read(raw);
        if (received.IsRefused) return Refused(received.Refusal!);
        try
        {
            CrashPoint.Hit("webhook-before-store");
            var isNew = await inbox.ReceiveAsync(received.Value, Encoding.UTF8.GetString(raw), worker.Wake, http.RequestAborted);
            CrashPoint.Hit("webhook-after-store");
            return Results.Json(new { received = true, duplicate = !isNew });
        }
        catch (StoreUnavailableException error)
        {
            Log.StoreUnavailable(log, error);
            http.Response.Headers.RetryAfter = "5";
            return Refused(new Refusal(RefusalCodes.StoreUnavailable, 503, "The store can't commit right now: deliver again."));
        }
    }

    private static IResult Refused(Refusal refusal) => Results.Json(new { error = refusal.Text, code = refusal.Code }, statusCode: refusal.HttpStatus);
}
