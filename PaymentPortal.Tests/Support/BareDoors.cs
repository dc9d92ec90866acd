using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PaymentPortal.Api;
using PaymentPortal.Core;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Payments;
using PaymentPortal.Core.Psp.Stripe;
using PaymentPortal.Core.Storage;
using PaymentPortal.Tests.Psp;
using PaymentPortal.Webhooks;

namespace PaymentPortal.Tests.Support;

/// <summary>
/// The two doors at which strangers can knock, the API and the PSP's webhook, on a real server that loses patience with a slow body after a second.
/// Nothing behind them works by itself.
/// </summary>
public sealed class BareDoors : IAsyncLifetime
{
    public const string Webhook = "/webhooks/psp";
    public const string Checkouts = "/api/v1/checkouts";

    private const string Secret = "whsec_doors";
    private readonly string _directory = Directory.CreateTempSubdirectory("doors-").FullName;
    private WebApplication _app = null!;

    public Uri Address { get; private set; } = null!;

    public HttpClient Client { get; private set; } = null!;

    /// <summary>An API key that may do all.</summary>
    public string Key { get; private set; } = "";

    public WriteLane Lane => _app.Services.GetRequiredService<WriteLane>();

    /// <summary>The signature that the PSP would send with this body now.</summary>
    public static string Sign(string body) => StripeSigner.Header(body, TimeProvider.System.GetUtcNow(), Secret);

    public static string Event(string id) =>
        $$"""{"id":"{{id}}","object":"event","api_version":"2026-10-28.endive","created":1763800000,"livemode":false,"type":"checkout.session.completed","data":{"object":{"id":"cs_test_{{id}}","object":"checkout.session","metadata":{} } } }""";

    public async Task InitializeAsync()
    {
        var dialect = new SqliteDialect(OpenStore.FileOf(_directory));
        await StoreMigrator.MigrateAsync(dialect, CancellationToken.None);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(240, TimeSpan.FromSeconds(1.1));
        });
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddPaymentCore(
            dialect, KeyRing.OpenOrCreate(Path.Combine(_directory, "keys")), _directory, new PaymentSettings { PublicBaseAddress = () => "http://portal.example" },
            new StripeOptions { BaseAddress = new Uri("http://psp.example"), ApiKey = "none" });
        builder.Services.AddSingleton(new WebhookSecrets([Secret]));
        builder.Services.AddPortalApi();
        _app = builder.Build();
        _app.MapPortalApi();
        _app.MapPspWebhook();
        await _app.StartAsync();
        Address = new Uri(_app.Urls.Single());
        Client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = Address };
        Key = (await _app.Services.GetRequiredService<ApiKeyService>().CreateAsync("doors", ["*"], null, Actor.Program("test"), CancellationToken.None)).Value.Key;
    }

    /// <summary>Delivers an event as the PSP does.</summary>
    public async Task<HttpStatusCode> DeliverAsync(string body, string? signature = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Webhook) { Content = new StringContent(body) };
        request.Headers.TryAddWithoutValidation(StripeSignature.HeaderName, signature ?? Sign(body));
        using var answer = await Client.SendAsync(request);
        return answer.StatusCode;
    }

    public Task<long> StoredAsync(string idStart) => Lane.RunAsync(unit => unit.Scalar("SELECT COUNT(*) FROM psp_inbox WHERE event_id LIKE $1 || '%'", idStart), CancellationToken.None);

    public async Task DisposeAsync()
    {
        Client.Dispose();
        using var hurry = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        await _app.StopAsync(hurry.Token);
        await _app.DisposeAsync();
        SqliteConnection.ClearAllPools();
        Directory.Delete(_directory, recursive: true);
    }
}
