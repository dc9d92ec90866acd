using System.Text;
using System.Text.Json.Nodes;
using PaymentPortal.Sandbox.Control;
using PaymentPortal.Sandbox.Storage;
using PaymentPortal.Sandbox.Wire;

namespace PaymentPortal.Sandbox.Events;

/// <summary>Sends one delivery and writes down what came of it. Only a 2xx in time is success; a redirect is a failure like any other.</summary>
public sealed class WebhookSender(SandboxStore store, SandboxOptions options, TimeProvider clock, FaultBoard faults, ILogger<WebhookSender> logger) : IDisposable
{
    private const int KeptDays = 3;
    private const string Signature = "Stripe-Signature";

    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, MaxConnectionsPerServer = 64 })
    {
        Timeout = TimeSpan.FromSeconds(options.WebhookTimeoutSeconds),
    };

    public async Task SendAsync(Delivery delivery, CancellationToken stopping)
    {
        var (target, happened) = store.Read(db =>
            (WebhookEndpoints.TargetOf(db, delivery.EndpointId), db.Text("SELECT json FROM objects WHERE id = @0", delivery.EventId)));
        if (target is not { } endpoint || happened is null)
        {
            await CloseAsync(delivery, "failed", "endpoint off");
            return;
        }

        var webhooks = faults.Settings.Webhooks;
        if (Chance.Strikes(webhooks.Drop))
        {
            await CloseAsync(delivery, "failed", "dropped by a fault");
            return;
        }

        var body = ApiAnswer.Of(200, Documents.Parse(happened)).Body;
        if (Chance.Strikes(webhooks.Forge))
        {
            await PostAsync(endpoint.Url, Forged(happened), "whsec_forged", stopping);
        }

        var answer = await PostAsync(endpoint.Url, body, endpoint.Secret, stopping);
        if (Chance.Strikes(webhooks.Duplicate))
        {
            await PostAsync(endpoint.Url, body, endpoint.Secret, stopping);
        }

        await MarkAsync(delivery, answer);
    }

    public void Dispose() => _http.Dispose();

    /// <summary>A copy that claims another amount: a receiver that believes it books wrong money.</summary>
    private static string Forged(string happened)
    {
        var forged = Documents.Parse(happened);
        if (forged["data"]!["object"] is JsonObject document)
        {
            document["amount"] = 99_999_999L;
            document["amount_total"] = 99_999_999L;
        }

        return ApiAnswer.Of(200, forged).Body;
    }

    /// <returns>"ok", or what went wrong.</returns>
    private async Task<string> PostAsync(string url, string body, string secret, CancellationToken stopping)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url)
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        var now = (options.SignWithRealTime ? TimeProvider.System : clock).GetUtcNow();
        request.Headers.TryAddWithoutValidation(Signature, WebhookSignature.Header(secret, now, body));
        request.Headers.TryAddWithoutValidation("User-Agent", "Stripe/1.0 (+https://stripe.com/docs/webhooks)");
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stopping);
            return response.IsSuccessStatusCode ? "ok" : $"status {(int)response.StatusCode}";
        }
        catch (HttpRequestException error)
        {
            return error.HttpRequestError.ToString();
        }
        catch (TaskCanceledException) when (!stopping.IsCancellationRequested)
        {
            return "timed out";
        }
    }

    private Task MarkAsync(Delivery delivery, string answer)
    {
        var now = clock.GetUtcNow();
        if (answer == "ok")
        {
            return CloseAsync(delivery, "delivered", answer);
        }

        Log.DeliveryFailed(logger, delivery.EventId, delivery.EndpointId, answer);
        return now.ToUnixTimeSeconds() - delivery.CreatedSeconds > KeptDays * 86_400L
            ? CloseAsync(delivery, "failed", answer)
            : store.WriteAsync(db =>
            {
                Deliveries.Repeat(db, delivery, now + Wait(delivery.Attempts), answer);
                return true;
            });
    }

    private TimeSpan Wait(int attempts) => TimeSpan.FromSeconds(
        Math.Min(options.LongestWebhookRetrySeconds, (long)options.FirstWebhookRetrySeconds << Math.Min(attempts, 20)));

    private Task CloseAsync(Delivery delivery, string state, string answer) => store.WriteAsync(db =>
    {
        Deliveries.Close(db, delivery, state, answer);
        return true;
    });
}
