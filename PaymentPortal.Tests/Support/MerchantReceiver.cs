using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace PaymentPortal.Tests.Support;

/// <summary>One webhook of ours as a merchant's server got it.</summary>
public sealed record MerchantWebhook(string Path, string Id, string Timestamp, string Signature, string ContentType, string Body)
{
    public JsonObject Event => (JsonObject)JsonNode.Parse(Body)!;

    public IReadOnlyList<string> Signatures => Signature.Split(' ');

    /// <summary>Written apart from the product's own code, from the Standard Webhooks specification.</summary>
    public bool IsSignedWith(string secret)
    {
        var key = Convert.FromBase64String(secret["whsec_".Length..]);
        var expected = "v1," + Convert.ToBase64String(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Id}.{Timestamp}.{Body}"))));
        return Signatures.Contains(expected);
    }
}

/// <summary>A merchant's server over real HTTP. It answers 200 unless told otherwise and keeps what it got.</summary>
public sealed class MerchantReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<MerchantWebhook> _got = new();

    private MerchantReceiver(WebApplication app) => _app = app;

    /// <summary>Everything that arrived, in that order.</summary>
    public IReadOnlyList<MerchantWebhook> Got => [.. _got];

    public Uri Address { get; private set; } = null!;

    public string Url => new Uri(Address, "/hooks").ToString();

    /// <summary>Writes the answer to a webhook.</summary>
    public Func<HttpContext, Task> Answer { get; set; } = _ => Task.CompletedTask;

    public void AnswerWith(int status, string body = "") => Answer = http =>
    {
        http.Response.StatusCode = status;
        return http.Response.WriteAsync(body);
    };

    public static async Task<MerchantReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel().UseUrls("http://127.0.0.1:0");
        var receiver = new MerchantReceiver(builder.Build());
        receiver._app.Run(receiver.ReceiveAsync);
        await receiver._app.StartAsync();
        receiver.Address = new Uri(receiver._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        return receiver;
    }

    /// <summary>Waits for a webhook about an object.</summary>
    public async Task<MerchantWebhook> OfAsync(string aggregate, string type)
    {
        MerchantWebhook? found = null;
        await Until.TrueAsync(() => Task.FromResult((found = _got.FirstOrDefault(webhook => (string?)webhook.Event["aggregate_id"] == aggregate && (string?)webhook.Event["type"] == type)) is not null));
        return found!;
    }

    public async ValueTask DisposeAsync()
    {
        using var hurry = new CancellationTokenSource(TimeSpan.Zero);
        await _app.StopAsync(hurry.Token).ContinueWith(_ => { }, TaskScheduler.Default);
        await _app.DisposeAsync();
    }

    private async Task ReceiveAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body);
        _got.Enqueue(new MerchantWebhook(
            http.Request.Path, http.Request.Headers["webhook-id"].ToString(), http.Request.Headers["webhook-timestamp"].ToString(), http.Request.Headers["webhook-signature"].ToString(),
            http.Request.ContentType ?? "", await reader.ReadToEndAsync()));
        await Answer(http);
    }
}
