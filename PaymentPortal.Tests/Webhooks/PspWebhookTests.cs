using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using PaymentPortal.Tests.Support;
using PaymentPortal.Webhooks;

namespace PaymentPortal.Tests.Webhooks;

/// <summary>Only what the PSP signed, freshly and byte by byte, is stored; and that once.</summary>
[Collection(EngineCollection.Name)]
public sealed class PspWebhookTests(EngineHost host)
{
    private string Secret => host.Services.GetRequiredService<WebhookSecrets>().All[^1];

    private long Now => host.Services.GetRequiredService<TimeProvider>().GetUtcNow().ToUnixTimeSeconds();

    [Fact]
    public async Task Webhook_Signed_IsStoredOnceHoweverOftenItComes()
    {
        var id = NewId();

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => PostAsync(Body(id), Header(Now, Secret, Body(id)))));

        Assert.All(answers, status => Assert.Equal(200, status));
        Assert.Equal(1, await StoredAsync(id));
        await host.CountAsync(1, "SELECT COUNT(*) FROM psp_inbox WHERE event_id = $1 AND deliveries = 20", id);
    }

    [Fact]
    public async Task Webhook_ForAnUnknownObject_IsKeptAndChangesNothing()
    {
        var id = NewId();

        Assert.Equal(200, await PostAsync(Body(id), Header(Now, Secret, Body(id))));

        await host.CountAsync(1, "SELECT COUNT(*) FROM psp_inbox WHERE event_id = $1 AND state = 'UnknownObject'", id);
    }

    [Theory]
    [InlineData("forged")]
    [InlineData("stale")]
    [InlineData("future")]
    [InlineData("truncated")]
    [InlineData("changed")]
    [InlineData("v0-only")]
    [InlineData("no-header")]
    [InlineData("garbage")]
    public async Task Webhook_ThatThePspDidNotSendSo_Is400AndNotStored(string fault)
    {
        var id = NewId();
        var body = Body(id);
        var header = fault switch
        {
            "forged" => Header(Now, "whsec_another", body),
            "stale" => Header(Now - 400, Secret, body),
            "future" => Header(Now + 400, Secret, body),
            "v0-only" => Header(Now, Secret, body).Replace("v1=", "v0=", StringComparison.Ordinal),
            "no-header" => null,
            "garbage" => "t=1,v1=zz,,=,",
            _ => Header(Now, Secret, body),
        };
        var sent = fault switch { "truncated" => body[..^5], "changed" => body.Replace("cs_test_x", "cs_test_y", StringComparison.Ordinal), _ => body };

        Assert.Equal(400, await PostAsync(sent, header));
        Assert.Equal(0, await StoredAsync(id));
    }

    [Fact]
    public async Task Webhook_HugeBody_Is413() => Assert.Equal(413, await PostAsync(new string(' ', 300 * 1024), Header(Now, Secret, "x")));

    [Theory]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("""{"id":"evt_1","id":"evt_2","object":"event"}""")]
    [InlineData("{}")]
    public async Task Webhook_SignedButNoEvent_Is400(string body) => Assert.Equal(400, await PostAsync(body, Header(Now, Secret, body)));

    private static string NewId() => "evt_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12));

    private static string Body(string id) =>
        $$"""{"id":"{{id}}","object":"event","api_version":"2026-10-28.endive","created":1763800000,"livemode":false,"pending_webhooks":1,"request":null,"type":"checkout.session.completed",""" +
        $$"""  "data":{"object":{"id":"cs_test_x{{id}}","object":"checkout.session","metadata":{} } } }""";

    private static string Header(long time, string secret, string body) =>
        $"t={time},v1={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{time}.{body}")))}";

    private Task<long> StoredAsync(string id) => host.ScalarAsync("SELECT COUNT(*) FROM psp_inbox WHERE event_id = $1", id);

    private async Task<int> PostAsync(string body, string? header)
    {
        using var http = new HttpClient { BaseAddress = new Uri(host.Address) };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/webhooks/psp") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (header is not null) request.Headers.TryAddWithoutValidation("Stripe-Signature", header);
        using var response = await http.SendAsync(request);
        return (int)response.StatusCode;
    }
}
