using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PaymentPortal.Sandbox;

namespace PaymentPortal.Tests.Support;

/// <summary>What a hosted page answered: a page, or a place to go. Redirects are not followed, as the test wants to see them.</summary>
public sealed record HostedAnswer(int Status, string? Location, string Html);

/// <summary>The sandbox PSP alone, over real HTTP on a free port of 127.0.0.1, with a file of its own that outlives restarts.</summary>
public sealed partial class SandboxServer : IAsyncDisposable
{
    private readonly Action<SandboxOptions>? _configure;
    private readonly TimeProvider? _clock;
    private readonly bool _ownsFile;
    private WebApplication? _app;

    private SandboxServer(Action<SandboxOptions>? configure, string? dataFile, int port, TimeProvider? clock)
    {
        (_configure, _clock, Port, _ownsFile) = (configure, clock, port, dataFile is null);
        DataFile = dataFile ?? Path.Combine(Directory.CreateTempSubdirectory("sandbox-").FullName, "sandbox.db");
    }

    public string ApiKey => "sk_test_sandbox";

    public string DataFile { get; }

    public int Port { get; private set; }

    /// <summary>What Psp:BaseAddress would be.</summary>
    public string BaseAddress => $"http://127.0.0.1:{Port}/sandbox/psp";

    public SandboxApi Api { get; private set; } = null!;

    public SandboxControl Control { get; private set; } = null!;

    /// <param name="clock">Default: a movable clock of the server's own.</param>
    public static async Task<SandboxServer> StartAsync(
        Action<SandboxOptions>? configure = null, string? dataFile = null, int port = 0, TimeProvider? clock = null)
    {
        var server = new SandboxServer(configure, dataFile, port, clock);
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>Stops listening and closes the file; <see cref="StartAgainAsync"/> goes on with the same file on the same port.</summary>
    public async Task StopAsync()
    {
        if (_app is { } app)
        {
            _app = null;
            Api.Dispose();
            using var hurry = new CancellationTokenSource(TimeSpan.Zero);
            await app.StopAsync(hurry.Token).ContinueWith(_ => { }, TaskScheduler.Default);
            await app.DisposeAsync();
        }
    }

    public async Task StartAgainAsync()
    {
        var options = new SandboxOptions { Enabled = true, ApiKey = ApiKey, DataFile = DataFile };
        _configure?.Invoke(options);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel().UseUrls($"http://127.0.0.1:{Port}");
        builder.Services.AddSingleton(_clock ?? new MovableTimeProvider());
        builder.Services.AddSandbox(options);
        _app = builder.Build();
        _app.MapSandbox();
        await _app.StartAsync();
        Port = new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Port;
        Api = new SandboxApi(BaseAddress, ApiKey);
        Control = new SandboxControl(new Uri(new Uri(BaseAddress), "/sandbox/control/"), ApiKey);
    }

    /// <summary>Gets the page and posts its form, as a browser without scripts would.</summary>
    public async Task<HostedAnswer> PayAsync(string sessionUrlOrId, string cardNumber = "4242424242424242", string email = "buyer@example.com")
    {
        var address = sessionUrlOrId.StartsWith("http", StringComparison.Ordinal) ? sessionUrlOrId : $"{BaseAddress}/pay/{sessionUrlOrId}";
        var page = await VisitAsync(address);
        return await PostFormAsync(address, [
            new("attempt", HiddenAttempt().Match(page.Html).Groups[1].Value), new("email", email), new("cardNumber", cardNumber),
            new("cardExpiry", "12 / 44"), new("cardCvc", "123"), new("billingName", "Test Buyer"),
        ]);
    }

    /// <summary>Presses a button of the 3D Secure page.</summary>
    public Task<HostedAnswer> AuthenticateAsync(string address, bool succeed = true) =>
        PostFormAsync(address, [new("outcome", succeed ? "complete" : "fail")]);

    public async Task<HostedAnswer> VisitAsync(string address)
    {
        using var response = await Api.Http.GetAsync(address);
        return await ReadAsync(response);
    }

    public async Task<HostedAnswer> PostFormAsync(string address, IEnumerable<KeyValuePair<string, string>> fields)
    {
        using var content = new FormUrlEncodedContent(fields);
        using var response = await Api.Http.PostAsync(address, content);
        return await ReadAsync(response);
    }

    /// <summary>Completes a session without its page, by payment method alias.</summary>
    public Task<SandboxAnswer> ConfirmAsync(string sessionId, string paymentMethod = "pm_card_visa") =>
        Api.PostAsync($"/v1/payment_pages/{sessionId}/confirm", ("payment_method", paymentMethod));

    /// <returns>The endpoint's secret.</returns>
    public async Task<string> AddWebhookEndpointAsync(string url, params string[] events)
    {
        var fields = new List<(string, string)> { ("url", url) };
        fields.AddRange((events.Length > 0 ? events : ["*"]).Select(name => ("enabled_events[]", name)));
        var answer = await Api.PostAsync("/v1/webhook_endpoints", [.. fields]);
        return (string)answer.Body["secret"]!;
    }

    /// <summary>The endpoint for the events of connected accounts, with a secret of its own.</summary>
    public async Task<string> AddConnectEndpointAsync(string url) =>
        (string)(await Api.PostAsync("/v1/webhook_endpoints", ("url", url), ("enabled_events[]", "*"), ("connect", "true"))).Body["secret"]!;

    /// <summary>A seller's account with a US bank and a manual payout schedule.</summary>
    public async Task<JsonObject> AddAccountAsync(string accountNumber = "000123456789", params (string Name, string Value)[] more)
    {
        var fields = AccountFields(accountNumber).ToDictionary(field => field.Name, field => field.Value);
        Array.ForEach(more, field => fields[field.Name] = field.Value);
        var answer = await Api.PostAsync("/v1/accounts", [.. fields.Select(field => (field.Key, field.Value))]);
        return answer.Status == 200 ? answer.Body : throw new InvalidOperationException(answer.Body.ToJsonString());
    }

    public static (string Name, string Value)[] AccountFields(string accountNumber = "000123456789") =>
    [
        ("type", "custom"), ("country", "US"), ("email", "seller@example.com"), ("capabilities[transfers][requested]", "true"),
        ("settings[payouts][schedule][interval]", "manual"), .. BankFields(accountNumber),
    ];

    public static (string Name, string Value)[] BankFields(string accountNumber) =>
    [
        ("external_account[object]", "bank_account"), ("external_account[country]", "US"), ("external_account[currency]", "usd"),
        ("external_account[routing_number]", "110000000"), ("external_account[account_number]", accountNumber),
    ];

    public Task<SandboxAnswer> TransferAsync(string account, long amount, params (string Name, string Value)[] more) =>
        Api.PostAsync("/v1/transfers", [("amount", $"{amount}"), ("currency", "usd"), ("destination", account), .. more]);

    /// <summary>A payout of a connected account; further fields replace or add to the usual ones.</summary>
    public Task<SandboxAnswer> PayoutAsync(string account, long amount, params (string Name, string Value)[] more)
    {
        var fields = new Dictionary<string, string> { ["amount"] = $"{amount}", ["currency"] = "usd" };
        Array.ForEach(more, field => fields[field.Name] = field.Value);
        return Api.SendAsync(HttpMethod.Post, "/v1/payouts", [.. fields.Select(field => (field.Key, field.Value))], ("Stripe-Account", account));
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        if (_ownsFile)
        {
            Directory.Delete(Path.GetDirectoryName(DataFile)!, recursive: true);
        }
    }

    private static async Task<HostedAnswer> ReadAsync(HttpResponseMessage response) =>
        new((int)response.StatusCode, response.Headers.Location?.OriginalString, await response.Content.ReadAsStringAsync());

    [GeneratedRegex("name=\"attempt\" value=\"([0-9]+)\"")]
    private static partial Regex HiddenAttempt();
}
