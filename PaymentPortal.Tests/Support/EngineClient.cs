using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace PaymentPortal.Tests.Support;

/// <summary>One answer of the platform's API.</summary>
public sealed record EngineAnswer(int Status, string Text, bool IsReplay)
{
    public TimeSpan? RetryAfter { get; init; }

    public JsonObject Body => (JsonObject)JsonNode.Parse(Text)!;
}

/// <summary>The platform's backend and its buyer, over real HTTP.</summary>
public sealed class EngineClient : IDisposable
{
    private readonly HttpClient _http;

    public EngineClient(string address, string apiKey)
    {
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false }) { BaseAddress = new Uri(address), Timeout = TimeSpan.FromMinutes(1) };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", apiKey);
    }

    public static string CheckoutBody(string amount = "12.50", string currency = "USD") =>
        $$"""{"buyer_account":"buyer-1","buyer_email":"anna@example.com","currency":"{{currency}}","orders":[{"seller_account":"seller-1","amount":"{{amount}}","description":"Tea"},{"seller_account":"seller-2","amount":"{{amount}}"}]}""";

    public Task<EngineAnswer> PostAsync(string path, string? key, string body = "{}", CancellationToken cancellationToken = default)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        return SendAsync(request, cancellationToken);
    }

    /// <summary>A settlement file as it is.</summary>
    public Task<EngineAnswer> UploadAsync(string key, string csv)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/settlement-files?name=day.csv") { Content = new StringContent(csv, Encoding.UTF8, "text/csv") };
        request.Headers.Add("Idempotency-Key", key);
        return SendAsync(request, CancellationToken.None);
    }

    /// <summary>Calls that need no idempotency key.</summary>
    public Task<EngineAnswer> SendAsync(HttpMethod method, string path, string? body = null) =>
        SendAsync(new HttpRequestMessage(method, path) { Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json") }, CancellationToken.None);

    public Task<EngineAnswer> GetAsync(string path) => SendAsync(new HttpRequestMessage(HttpMethod.Get, path), CancellationToken.None);

    public async Task<MadeCheckout> CreateCheckoutAsync(string key, string amount = "12.50", string currency = "USD")
    {
        var answer = await PostAsync("/api/v1/checkouts", key, CheckoutBody(amount, currency));
        Assert.True(answer.Status == 201, answer.Text);
        return new MadeCheckout((string)answer.Body["checkout_id"]!, ((string)answer.Body["checkout_url"]!).Split('/')[^1]);
    }

    public Task<EngineAnswer> CancelAsync(MadeCheckout checkout) => PostAsync($"/api/v1/checkouts/{checkout.Id}/cancel", Guid.NewGuid().ToString());

    /// <summary>Presses Pay as a browser does from the page itself; gives where it leads.</summary>
    public async Task<string?> PressPayAsync(string link)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/pay/" + link) { Content = new FormUrlEncodedContent([]) };
        request.Headers.Add("Sec-Fetch-Site", "same-origin");
        using var response = await _http.SendAsync(request);
        return response.StatusCode == HttpStatusCode.SeeOther ? response.Headers.Location?.OriginalString : null;
    }

    public void Dispose() => _http.Dispose();

    private async Task<EngineAnswer> SendAsync(HttpRequestMessage message, CancellationToken cancellationToken)
    {
        using var request = message;
        using var response = await _http.SendAsync(request, cancellationToken);
        return new EngineAnswer((int)response.StatusCode, await response.Content.ReadAsStringAsync(cancellationToken), response.Headers.Contains("Idempotency-Replayed")) { RetryAfter = response.Headers.RetryAfter?.Delta };
    }
}
