using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using PaymentPortal.Api;

namespace PaymentPortal.Cli;

/// <summary>The running portal as the shop's backend and a buyer's browser reach it: over HTTP, with an API key, and the sandbox PSP's own API for the card.</summary>
internal sealed class PortalSite : IDisposable
{
    private static readonly TimeSpan PressPace = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan PressPatience = TimeSpan.FromMinutes(5);

    private readonly HttpClient _http;
    private readonly string _apiKey;
    private readonly string _sandboxKey;

    public PortalSite(Uri address, string apiKey, string sandboxKey)
    {
        (_apiKey, _sandboxKey) = (apiKey, sandboxKey);
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false }) { BaseAddress = address };
    }

    public async Task<CheckoutBody> CreateAsync(CreateCheckoutBody body, string idempotencyKey, CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(HttpMethod.Post, "/api/v1/checkouts", JsonContent.Create(body, options: ApiJson.Options), idempotencyKey, cancellationToken);
        return await ReadAsync(answer, cancellationToken);
    }

    public async Task<CheckoutBody> FindAsync(string checkoutId, CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(HttpMethod.Get, $"/api/v1/checkouts/{checkoutId}", null, null, cancellationToken);
        return await ReadAsync(answer, cancellationToken);
    }

    public async Task CancelAsync(string checkoutId, CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(HttpMethod.Post, $"/api/v1/checkouts/{checkoutId}/cancel", null, $"cancel-{checkoutId}", cancellationToken);
        await ReadAsync(answer, cancellationToken);
    }

    /// <summary>Presses Pay on the buyer's page, as a browser does there, and gives the session that the redirect leads to.</summary>
    public async Task<string> PayAsync(string checkoutUrl, CancellationToken cancellationToken)
    {
        using var pace = new PeriodicTimer(PressPace);
        var start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var (status, address) = await PressAsync(checkoutUrl, cancellationToken);
            var session = address.LastIndexOf("/cs_", StringComparison.Ordinal);
            if (session >= 0) return address[(session + 1)..].Split('#', '?')[0];
            // On a slow machine the status page comes first, and Pay leads on from there.
            var isComing = status == HttpStatusCode.SeeOther && TimeProvider.System.GetElapsedTime(start) < PressPatience;
            if (!isComing) throw new SiteFailedException($"Pay on {checkoutUrl} was answered with {(int)status} {address}.");
            await pace.WaitForNextTickAsync(cancellationToken);
        }
    }

    /// <summary>Tries a card on the PSP's page. A refused card is an answer like any other.</summary>
    public async Task TryCardAsync(string session, string card, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/sandbox/psp/v1/payment_pages/{session}/confirm")
        {
            Content = new FormUrlEncodedContent([new("payment_method", card)]),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _sandboxKey);
        using var answer = await _http.SendAsync(request, cancellationToken);
        if (!answer.IsSuccessStatusCode && answer.StatusCode != HttpStatusCode.PaymentRequired)
            throw new SiteFailedException($"The sandbox answered {card} on {session} with {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(cancellationToken)}");
    }

    public async Task MoveClockAsync(TimeSpan by, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, "/sandbox/control/clock")
        {
            Content = new StringContent(string.Create(CultureInfo.InvariantCulture, $"{{\"advance_seconds\":{(long)by.TotalSeconds}}}"), System.Text.Encoding.UTF8, "application/json"),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _sandboxKey);
        using var answer = await _http.SendAsync(request, cancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    public void Dispose() => _http.Dispose();

    private async Task<(HttpStatusCode Status, string Address)> PressAsync(string checkoutUrl, CancellationToken cancellationToken)
    {
        using var press = new HttpRequestMessage(HttpMethod.Post, new Uri(checkoutUrl).PathAndQuery) { Content = new FormUrlEncodedContent([]) };
        press.Headers.Add("Sec-Fetch-Site", "same-origin");
        using var answer = await _http.SendAsync(press, cancellationToken);
        return (answer.StatusCode, answer.Headers.Location?.OriginalString ?? "");
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? content, string? idempotencyKey, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _apiKey);
        if (idempotencyKey is not null) request.Headers.Add("Idempotency-Key", idempotencyKey);
        return await _http.SendAsync(request, cancellationToken);
    }

    private static async Task<CheckoutBody> ReadAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        if (!answer.IsSuccessStatusCode)
            throw new SiteFailedException($"{answer.RequestMessage!.Method} {answer.RequestMessage.RequestUri!.PathAndQuery} was answered with {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(cancellationToken)}");
        return (await answer.Content.ReadFromJsonAsync<CheckoutBody>(ApiJson.Options, cancellationToken))!;
    }
}

/// <summary>The portal answered otherwise than a portal that works.</summary>
internal sealed class SiteFailedException(string message) : Exception(message);
