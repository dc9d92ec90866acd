using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace PaymentPortal.Tests.Support;

/// <summary>One webhook as it arrived.</summary>
public sealed record ReceivedWebhook(string Body, string Signature)
{
    public JsonObject Event { get; } = (JsonObject)JsonNode.Parse(Body)!;

    public string Id => (string)Event["id"]!;

    public string Type => (string)Event["type"]!;

    public long Time => long.Parse(Signature.Split(',')[0][2..], System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Written apart from the product's own code, from the PSP's documentation.</summary>
    public bool IsSignedWith(string secret) => Signature ==
        $"t={Time},v1={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{Time}.{Body}")))}";
}

/// <summary>A merchant's webhook endpoint over real HTTP. It answers 200 unless told otherwise, and tests wait on what arrives, never on time.</summary>
public sealed class WebhookReceiver : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly WebApplication _app;
    private readonly Channel<ReceivedWebhook> _arrived = Channel.CreateUnbounded<ReceivedWebhook>();

    private WebhookReceiver(WebApplication app) => _app = app;

    public string Url { get; private set; } = "";

    /// <summary>The status for a webhook; called for each.</summary>
    public Func<ReceivedWebhook, int> Answer { get; set; } = _ => StatusCodes.Status200OK;

    public static async Task<WebhookReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel().UseUrls("http://127.0.0.1:0");
        var receiver = new WebhookReceiver(builder.Build());
        receiver._app.MapPost("/hooks", receiver.ReceiveAsync);
        await receiver._app.StartAsync();
        receiver.Url = receiver._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single() + "/hooks";
        return receiver;
    }

    public async Task<ReceivedWebhook> NextAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        return await _arrived.Reader.ReadAsync(patience.Token);
    }

    public async Task<IReadOnlyList<ReceivedWebhook>> NextAsync(int count)
    {
        var webhooks = new List<ReceivedWebhook>();
        while (webhooks.Count < count)
        {
            webhooks.Add(await NextAsync());
        }

        return webhooks;
    }

    /// <summary>The next one of a type; others that come before it are passed over.</summary>
    public async Task<ReceivedWebhook> NextOfAsync(string type)
    {
        while (true)
        {
            if (await NextAsync() is { } webhook && webhook.Type == type)
            {
                return webhook;
            }
        }
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task ReceiveAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body);
        var webhook = new ReceivedWebhook(await reader.ReadToEndAsync(), http.Request.Headers["Stripe-Signature"].ToString());
        http.Response.StatusCode = Answer(webhook);
        await http.Response.CompleteAsync();
        await _arrived.Writer.WriteAsync(webhook);
    }
}
