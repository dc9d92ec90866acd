using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Api;

/// <summary>Endpoints over the API, from their making to their first webhook and their end.</summary>
[Collection(EngineCollection.Name)]
public sealed class WebhookEndpointsApiTests(EngineHost engine)
{
    private const string Path = "/api/v1/webhook-endpoints";

    [Fact]
    public async Task Checkout_MadeAndPaid_IsToldToTheMerchant()
    {
        await using var merchant = await MerchantReceiver.StartAsync();
        var made = await CreateAsync(merchant.Url);
        var checkout = await engine.CreateAsync();
        await engine.ConfirmAsync(await engine.PressAsync(checkout));

        var got = await merchant.OfAsync(checkout.Id, "checkout.succeeded");

        Assert.True(got.IsSignedWith((string)made["secret"]!));
        var page = await engine.Client.GetAsync($"/api/v1/events?limit=1&after={(long)got.Event["position"]! - 1}");
        Assert.Equal(page.Body["data"]![0]!.ToJsonString(), got.Event.ToJsonString());
        await merchant.OfAsync(checkout.Id, "checkout.created");
        await merchant.OfAsync(checkout.Id, "checkout.executing");
        await DeleteAsync(made);
        await engine.AssertSoundAsync();
    }

    [Fact]
    public async Task Endpoint_MadeTwiceUnderOneKey_IsOneAndItsSecretIsStoredNowhereInTheClear()
    {
        var key = Guid.NewGuid().ToString();
        var first = await engine.Client.PostAsync(Path, key, Body("https://shop.example/hooks"));
        var again = await engine.Client.PostAsync(Path, key, Body("https://shop.example/hooks"));
        var other = await engine.Client.PostAsync(Path, key, Body("https://shop.example/other"));

        Assert.Equal((201, 201, 422), (first.Status, again.Status, other.Status));
        Assert.True(again.IsReplay);
        Assert.Equal(first.Text, again.Text);
        var secret = (string)first.Body["secret"]!;
        Assert.Equal(0, await engine.ScalarAsync("SELECT (SELECT COUNT(*) FROM idempotency_keys WHERE answer LIKE '%' || $1 || '%') + (SELECT COUNT(*) FROM webhook_endpoints WHERE CAST(secret AS TEXT) LIKE '%' || $1 || '%')", secret));
        var shown = await engine.Client.GetAsync($"{Path}/{(string)first.Body["endpoint_id"]!}");
        Assert.DoesNotContain(secret, shown.Text, StringComparison.Ordinal);
        await DeleteAsync(first.Body);
    }

    [Fact]
    public async Task Endpoint_ChangedRotatedAndDeleted_ShowsEach()
    {
        var made = await CreateAsync("https://shop.example/hooks");
        var id = (string)made["endpoint_id"]!;

        var changed = await PutAsync(id, """{"url":"https://shop.example/new","types":["checkout.failed","checkout.failed"],"description":"the shop","enabled":false}""");
        var rotated = await engine.Client.PostAsync($"{Path}/{id}/rotate-secret", Guid.NewGuid().ToString(), "");

        Assert.Equal(("https://shop.example/new", false, "the shop"), ((string?)changed.Body["url"], (bool)changed.Body["enabled"]!, (string?)changed.Body["description"]));
        Assert.Equal(["checkout.failed"], changed.Body["types"]!.AsArray().Select(type => (string?)type));
        Assert.NotEqual((string?)made["secret"], (string?)rotated.Body["secret"]);
        Assert.NotNull((string?)rotated.Body["old_secret_until"]);
        await DeleteAsync(made);
        Assert.Equal(404, (await engine.Client.GetAsync($"{Path}/{id}")).Status);
        Assert.DoesNotContain(id, (await engine.Client.GetAsync(Path)).Text, StringComparison.Ordinal);
        Assert.Equal(404, (await PutAsync(id, Body("https://shop.example/hooks"))).Status);
    }

    /// <summary>The same key and the same (empty) body on another path: the stored answer is about something else.</summary>
    [Fact]
    public async Task Key_ReusedOnAnotherPath_Is422AndDoesNothingThere()
    {
        var key = Guid.NewGuid().ToString();
        var (one, two) = (await CreateAsync("https://shop.example/one"), await CreateAsync("https://shop.example/two"));
        var first = await engine.Client.PostAsync($"{Path}/{one["endpoint_id"]}/rotate-secret", key, "");

        var other = await engine.Client.PostAsync($"{Path}/{two["endpoint_id"]}/rotate-secret", key, "");
        var again = await engine.Client.PostAsync($"{Path}/{one["endpoint_id"]}/rotate-secret", key, "");

        Assert.Equal((200, 422, "idempotency_key_reused"), (first.Status, other.Status, (string?)other.Body["code"]));
        Assert.Equal((first.Text, true), (again.Text, again.IsReplay));
        Assert.Equal(1, await engine.ScalarAsync("SELECT COUNT(*) FROM webhook_endpoints WHERE endpoint_id IN ($1, $2) AND old_secret IS NOT NULL", (string)one["endpoint_id"]!, (string)two["endpoint_id"]!));
        await DeleteAsync(one);
        await DeleteAsync(two);
    }

    [Fact]
    public async Task Deliveries_OfAnEndpoint_AreListedInPages_AndSentAgainOnceAKey()
    {
        await using var merchant = await MerchantReceiver.StartAsync();
        var made = await CreateAsync(merchant.Url);
        var list = $"{Path}/{(string)made["endpoint_id"]!}/deliveries";
        var checkout = await engine.CreateAsync();
        await engine.Client.CancelAsync(checkout);
        await merchant.OfAsync(checkout.Id, "checkout.canceled");
        await engine.CountAsync(0, "SELECT COUNT(*) FROM webhook_deliveries WHERE endpoint_id = $1 AND state <> 'Delivered'", (string)made["endpoint_id"]!);

        var page = await engine.Client.GetAsync(list + "?limit=1&state=delivered");
        var next = await engine.Client.GetAsync($"{list}?limit=100&after={(string)page.Body["next_cursor"]!}");
        var newest = page.Body["data"]![0]!;
        var first = merchant.Got.First(got => got.Id == (string)newest["event_id"]!);
        var (key, resend) = (Guid.NewGuid().ToString(), $"{list}/{(string)newest["delivery_id"]!}/resend");
        var sent = await engine.Client.PostAsync(resend, key, "");
        var again = await engine.Client.PostAsync(resend, key, "");

        Assert.DoesNotContain((string)newest["delivery_id"]!, next.Text, StringComparison.Ordinal);
        Assert.Equal(((string?)first.Event["aggregate_id"], "delivered", false), ((string?)newest["aggregate_id"], (string?)newest["state"], (bool)newest["test"]!));
        Assert.Equal((202, 202, false, true), (sent.Status, again.Status, sent.IsReplay, again.IsReplay));
        await Until.TrueAsync(() => Task.FromResult(merchant.Got.Count(got => got.Id == first.Id) == 2));
        await engine.CountAsync(2, "SELECT tries FROM webhook_deliveries WHERE delivery_id = $1", (string)newest["delivery_id"]!);
        Assert.Equal(2, merchant.Got.Count(got => got.Id == first.Id));
        Assert.Equal((404, 404, 422), ((await engine.Client.GetAsync(Path + "/whe_none/deliveries")).Status, (await engine.Client.PostAsync(list + "/whd_none/resend", key + "x", "")).Status, (await engine.Client.GetAsync(list + "?state=happy")).Status));
        await DeleteAsync(made);
        Assert.Equal(409, (await engine.Client.PostAsync(resend, key + "y", "")).Status);
        await engine.AssertSoundAsync();
    }

    [Theory]
    [InlineData("""{"types":["*"]}""", 422, "url")]
    [InlineData("""{"url":"shop","types":["*"]}""", 422, "url")]
    [InlineData("""{"url":"ftp://shop.example/","types":["*"]}""", 422, "url")]
    [InlineData("""{"url":"https://anna:secret@shop.example/","types":["*"]}""", 422, "url")]
    [InlineData("""{"url":"https://shop.example/#part","types":["*"]}""", 422, "url")]
    [InlineData("""{"url":"http://169.254.169.254/latest/meta-data","types":["*"]}""", 422, "url")]
    [InlineData("""{"url":"http://[fe80::1]/","types":["*"]}""", 422, "url")]
    [InlineData("""{"url":"https://shop.example/"}""", 422, "types")]
    [InlineData("""{"url":"https://shop.example/","types":[]}""", 422, "types")]
    [InlineData("""{"url":"https://shop.example/","types":[null]}""", 422, "types")]
    [InlineData("""{"url":"https://shop.example/","types":["checkout.invented"]}""", 422, "types")]
    [InlineData("""{"url":"https://shop.example/","types":["*"],"secret":"mine"}""", 400, "secret")]
    [InlineData("""{"url":"https://shop.example/","url":"https://shop.example/","types":["*"]}""", 400, "url")]
    [InlineData("""{"url":"https://shop.example/","types":"*"}""", 400, "types")]
    [InlineData("[]", 400, null)]
    public async Task Endpoint_AskedForWrongly_IsRefusedWithTheField(string body, int status, string? field)
    {
        var before = await engine.ScalarAsync("SELECT COUNT(*) FROM webhook_endpoints");

        var answer = await engine.Client.PostAsync(Path, Guid.NewGuid().ToString(), body);

        Assert.True(status == answer.Status, answer.Text);
        Assert.Equal((field, "none"), ((string?)answer.Body["field"], (string?)answer.Body["money"]));
        Assert.Equal(before, await engine.ScalarAsync("SELECT COUNT(*) FROM webhook_endpoints"));
    }

    [Fact]
    public async Task Endpoint_LongerThanAllowed_IsRefused() =>
        Assert.Equal(422, (await engine.Client.PostAsync(Path, Guid.NewGuid().ToString(), Body("https://shop.example/" + new string('a', 10_000)))).Status);

    [Fact]
    public async Task Endpoint_WithoutKeyScopeOrId_IsRefused()
    {
        Assert.Equal(400, (await engine.Client.PostAsync(Path, null, Body("https://shop.example/"))).Status);
        Assert.Equal(404, (await engine.Client.GetAsync(Path + "/whe_none")).Status);
        Assert.Equal(404, (await engine.Client.PostAsync(Path + "/whe_none/rotate-secret", "rotate", "")).Status);
        var keys = engine.Services.GetRequiredService<ApiKeyService>();
        var key = (await keys.CreateAsync("reader", ["webhooks:read"], null, Actor.Program("test"), CancellationToken.None)).Value.Key;
        using var reader = new EngineClient(engine.Address, key);
        Assert.Equal(200, (await reader.GetAsync(Path)).Status);
        Assert.Equal(403, (await reader.PostAsync(Path, "new", Body("https://shop.example/"))).Status);
    }

    private static string Body(string url) => $$"""{"url":"{{url}}","types":["*"]}""";

    private async Task<JsonObject> CreateAsync(string url)
    {
        var answer = await engine.Client.PostAsync(Path, Guid.NewGuid().ToString(), Body(url));
        Assert.True(answer.Status == 201, answer.Text);
        return answer.Body;
    }

    private async Task DeleteAsync(JsonObject made) => Assert.Equal(204, (await engine.Client.SendAsync(HttpMethod.Delete, $"{Path}/{(string)made["endpoint_id"]!}")).Status);

    private Task<EngineAnswer> PutAsync(string id, string body) => engine.Client.SendAsync(HttpMethod.Put, $"{Path}/{id}", body);
}
