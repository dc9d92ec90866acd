using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using PaymentPortal.Sandbox.Control;

namespace PaymentPortal.Tests.Support;

/// <summary>Typed client of the sandbox's control API.</summary>
public sealed class SandboxControl
{
    public SandboxControl(Uri address, string apiKey)
    {
        Http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = address };
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", apiKey);
    }

    public HttpClient Http { get; }

    public Task SetFaultsAsync(params IReadOnlyList<FaultRule> rules) => SetFaultsAsync(new FaultSettings { Rules = rules });

    public Task SetWebhookFaultsAsync(WebhookFaults webhooks) => SetFaultsAsync(new FaultSettings { Webhooks = webhooks });

    public async Task SetFaultsAsync(FaultSettings settings)
    {
        using var response = await Http.PutAsJsonAsync("faults", settings, ControlJson.Options);
        response.EnsureSuccessStatusCode();
    }

    public async Task<FaultSettings> FaultsAsync() => (await Http.GetFromJsonAsync<FaultSettings>("faults", ControlJson.Options))!;

    public async Task ClearFaultsAsync()
    {
        using var response = await Http.DeleteAsync("faults");
        response.EnsureSuccessStatusCode();
    }

    public async Task AdvanceClockAsync(TimeSpan by)
    {
        using var response = await Http.PutAsJsonAsync("clock", new JsonObject { ["advance_seconds"] = (long)by.TotalSeconds });
        response.EnsureSuccessStatusCode();
    }

    public async Task<SandboxBooks> BooksAsync() => (await Http.GetFromJsonAsync<SandboxBooks>("books", ControlJson.Options))!;
}
