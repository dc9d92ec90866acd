using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace PaymentPortal.Tests.Api;

/// <summary>Bad input gets a clear error that names the field and what it did to money, and nothing is stored.</summary>
[Collection(EngineCollection.Name)]
public sealed class CheckoutInputTests(EngineHost host)
{
    [Theory]
    [InlineData("\"0\"", "USD", 422, "invalid_amount")]
    [InlineData("\"0.00\"", "USD", 422, "invalid_amount")]
    [InlineData("\"-1.00\"", "USD", 422, "invalid_amount")]
    [InlineData("\"1.005\"", "USD", 422, "invalid_amount")]
    [InlineData("\"1,00\"", "USD", 422, "invalid_amount")]
    [InlineData("\"1e309\"", "USD", 422, "invalid_amount")]
    [InlineData("\"NaN\"", "USD", 422, "invalid_amount")]
    [InlineData("\"9223372036854775808\"", "USD", 422, "invalid_amount")]
    [InlineData("\"9223372036854775808\"", "JPY", 422, "invalid_amount")]
    [InlineData("\"92233720368547758080000.00\"", "USD", 422, "invalid_amount")]
    [InlineData("\"12.50\"", "JPY", 422, "invalid_amount")]
    [InlineData("\"1.25\"", "KWD", 422, "invalid_amount")]
    [InlineData("\"1.255\"", "KWD", 422, "invalid_amount")]
    [InlineData("\"0.49\"", "USD", 422, "invalid_amount")]
    [InlineData("\"49\"", "JPY", 422, "invalid_amount")]
    [InlineData("\"1000000.00\"", "USD", 422, "invalid_amount")]
    [InlineData("\" 1.00\"", "USD", 422, "invalid_amount")]
    [InlineData("\"01.00\"", "USD", 422, "invalid_amount")]
    [InlineData("\"\"", "USD", 422, "invalid_amount")]
    [InlineData("null", "USD", 422, "invalid_amount")]
    [InlineData("12.50", "USD", 400, "malformed_request")]
    [InlineData("1e309", "USD", 400, "malformed_request")]
    [InlineData("NaN", "USD", 400, "malformed_request")]
    [InlineData("[]", "USD", 400, "malformed_request")]
    public async Task Amount_ThatIsNone_IsRefusedWithItsField(string amount, string currency, int status, string code)
    {
        var problem = await RefusedAsync($$"""{"buyer_account":"b","currency":"{{currency}}","orders":[{"seller_account":"s","amount":{{amount}}}]}""", status, code);

        if (status == 422) Assert.StartsWith("orders", (string?)problem["field"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("XXX")]
    [InlineData("usd")]
    [InlineData("ISK")]
    [InlineData("UGX")]
    [InlineData("DOLLARS")]
    [InlineData("")]
    public async Task Currency_ThatIsNotOffered_IsRefused(string currency) =>
        Assert.Equal("currency", (string?)(await RefusedAsync($$"""{"buyer_account":"b","currency":"{{currency}}","orders":[{"seller_account":"s","amount":"1.00"}]}""", 422, "unknown_currency"))["field"]);

    [Theory]
    [InlineData("buyer_name", "a\\u0000b")]
    [InlineData("buyer_name", "a\\nb")]
    [InlineData("reference", "a\\u001bb")]
    [InlineData("buyer_account", "a b")]
    [InlineData("buyer_account", "a:b")]
    [InlineData("buyer_email", "not an address")]
    [InlineData("buyer_email", "a@b@c")]
    [InlineData("success_url", "javascript:alert(1)")]
    [InlineData("success_url", "/relative")]
    [InlineData("cancel_url", "ftp://example.com")]
    public async Task Text_ThatBreaksARule_IsRefusedWithItsField(string field, string value)
    {
        var account = field == "buyer_account" ? "" : "\"buyer_account\":\"b\",";

        var problem = await RefusedAsync($$"""{{{account}}"{{field}}":"{{value}}","currency":"USD","orders":[{"seller_account":"s","amount":"1.00"}]}""", 422, "invalid_value");

        Assert.Equal(field, (string?)problem["field"]);
    }

    [Fact]
    public async Task Name_OfTenThousandCharacters_IsRefused() =>
        await RefusedAsync($$"""{"buyer_account":"b","buyer_name":"{{new string('x', 10_000)}}","currency":"USD","orders":[{"seller_account":"s","amount":"1.00"}]}""", 422, "invalid_value");

    [Theory]
    [InlineData("""{"buyer_account":"b","status":"SUCCESS","currency":"USD","orders":[{"seller_account":"s","amount":"1.00"}]}""", 400, "unknown_field")]
    [InlineData("""{"buyer_account":"b","currency":"USD","orders":[{"seller_account":"s","amount":"1.00","platform_fee":"0"}]}""", 400, "unknown_field")]
    [InlineData("""{"buyer_account":"b","currency":"USD","currency":"EUR","orders":[{"seller_account":"s","amount":"1.00"}]}""", 400, "duplicate_field")]
    [InlineData("""{"buyer_account":"b","currency":"USD","orders":[{"seller_account":"s","amount":"1.00"}]""", 400, "malformed_request")]
    [InlineData("""{"buyer_account":"\ud800","currency":"USD","orders":[{"seller_account":"s","amount":"1.00"}]}""", 400, "malformed_request")]
    [InlineData("""[]""", 400, "malformed_request")]
    [InlineData("""null""", 400, "malformed_request")]
    [InlineData("", 400, "malformed_request")]
    [InlineData("""{"buyer_account":"b","currency":"USD","orders":[]}""", 422, "invalid_value")]
    [InlineData("""{"buyer_account":"b","currency":"USD","orders":[null]}""", 422, "invalid_value")]
    [InlineData("""{"buyer_account":"b","currency":"USD"}""", 422, "invalid_value")]
    public async Task Body_ThatIsNotTheCall_IsRefused(string body, int status, string code) => await RefusedAsync(body, status, code);

    [Fact]
    public async Task Orders_MoreThanAHundred_AreRefused()
    {
        var orders = string.Join(',', Enumerable.Repeat("""{"seller_account":"s","amount":"1.00"}""", 101));
        await RefusedAsync($$"""{"buyer_account":"b","currency":"USD","orders":[{{orders}}]}""", 422, "invalid_value");
    }

    [Fact]
    public async Task Orders_TogetherOverThePspsMaximum_AreRefused() =>
        await RefusedAsync("""{"buyer_account":"b","currency":"USD","orders":[{"seller_account":"s","amount":"999999.99"},{"seller_account":"t","amount":"0.01"}]}""", 422, "invalid_amount");

    [Fact]
    public async Task Body_OfAnotherType_Is415() => Assert.Equal(415, await StatusAsync(EngineClient.CheckoutBody(), "text/plain", Guid.NewGuid().ToString()));

    [Fact]
    public async Task Body_Over256Kilobytes_Is413() => Assert.Equal(413, await StatusAsync(new string(' ', 256 * 1024) + EngineClient.CheckoutBody(), "application/json", Guid.NewGuid().ToString()));

    [Fact]
    public async Task Key_Missing_Is400() => Assert.Equal(400, await StatusAsync(EngineClient.CheckoutBody(), "application/json", null));

    [Fact]
    public async Task Key_ReusedForAnotherBody_Is422AndTheFirstStands()
    {
        var key = Guid.NewGuid().ToString();
        var first = await host.Client.PostAsync("/api/v1/checkouts", key, EngineClient.CheckoutBody("12.50"));

        var second = await host.Client.PostAsync("/api/v1/checkouts", key, EngineClient.CheckoutBody("99.00"));
        var again = await host.Client.PostAsync("/api/v1/checkouts", key, EngineClient.CheckoutBody("12.50"));

        Assert.Equal((422, "idempotency_key_reused"), (second.Status, (string?)second.Body["code"]));
        Assert.Equal((201, first.Text, true), (again.Status, again.Text, again.IsReplay));
    }

    [Theory]
    [InlineData("/api/v1/checkouts/chk_00000000000000000000000000", 404)]
    [InlineData("/api/v1/checkouts/'; DROP TABLE payment_events; --", 404)]
    [InlineData("/api/v1/wallets/nobody-was-here", 404)]
    [InlineData("/api/v1/nothing", 404)]
    [InlineData("/api/v1/checkouts?limit=0", 422)]
    [InlineData("/api/v1/checkouts?limit=101", 422)]
    [InlineData("/api/v1/checkouts?limit=x", 422)]
    [InlineData("/api/v1/checkouts?after=x", 422)]
    [InlineData("/api/v1/checkouts?status=paid", 422)]
    [InlineData("/api/v1/ledger/entries?account=petty-cash", 422)]
    [InlineData("/api/v1/ledger/entries?after=%27", 422)]
    [InlineData("/api/v1/ledger/accounts?as_of=yesterday", 422)]
    public async Task Query_ForWhatIsNotThere_IsAClearRefusal(string path, int status)
    {
        var answer = await host.Client.GetAsync(path);

        Assert.Equal(status, answer.Status);
        Assert.NotNull(answer.Body["code"]);
    }

    [Fact]
    public async Task Caller_WithoutKey_Is401()
    {
        using var http = new HttpClient { BaseAddress = new Uri(host.Address) };
        using var response = await http.GetAsync(new Uri("/api/v1/checkouts", UriKind.Relative));
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("Bearer", response.Headers.WwwAuthenticate.ToString());
    }

    [Fact]
    public async Task Caller_WithoutTheScope_Is403AndDoesNothing()
    {
        var keys = host.Services.GetRequiredService<ApiKeyService>();
        var reader = await keys.CreateAsync("reader", ["payments:read"], null, Actor.Program("test"), CancellationToken.None);
        using var client = new EngineClient(host.Address, reader.Value.Key);

        var write = await client.PostAsync("/api/v1/checkouts", Guid.NewGuid().ToString(), EngineClient.CheckoutBody());
        var ledger = await client.GetAsync("/api/v1/ledger/accounts");
        var read = await client.GetAsync("/api/v1/checkouts");

        Assert.Equal((403, 403, 200), (write.Status, ledger.Status, read.Status));
    }

    [Fact]
    public async Task Caller_WithARevokedKey_Is401AtOnce()
    {
        var keys = host.Services.GetRequiredService<ApiKeyService>();
        var made = await keys.CreateAsync("leaver", ["*"], null, Actor.Program("test"), CancellationToken.None);
        using var client = new EngineClient(host.Address, made.Value.Key);
        Assert.Equal(200, (await client.GetAsync("/api/v1/checkouts")).Status);

        await keys.RevokeAsync(made.Value.Id, Actor.Program("test"), CancellationToken.None);

        Assert.Equal(401, (await client.GetAsync("/api/v1/checkouts")).Status);
    }

    private async Task<JsonObject> RefusedAsync(string body, int status, string code)
    {
        var before = await host.ScalarAsync("SELECT (SELECT COUNT(*) FROM payment_events) + (SELECT COUNT(*) FROM idempotency_keys) + (SELECT COUNT(*) FROM users)");
        var answer = await host.Client.PostAsync("/api/v1/checkouts", Guid.NewGuid().ToString(), body);
        Assert.True(answer.Status == status, $"{answer.Status}: {answer.Text}");
        Assert.Equal((code, "none"), ((string?)answer.Body["code"], (string?)answer.Body["money"]));
        Assert.Equal(before, await host.ScalarAsync("SELECT (SELECT COUNT(*) FROM payment_events) + (SELECT COUNT(*) FROM idempotency_keys) + (SELECT COUNT(*) FROM users)"));
        return answer.Body;
    }

    private async Task<int> StatusAsync(string body, string contentType, string? key)
    {
        var made = await host.Services.GetRequiredService<ApiKeyService>().CreateAsync("raw", ["*"], null, Actor.Program("test"), CancellationToken.None);
        using var http = new HttpClient { BaseAddress = new Uri(host.Address) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", made.Value.Key);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/checkouts") { Content = new StringContent(body, Encoding.UTF8, contentType) };
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        using var response = await http.SendAsync(request);
        return (int)response.StatusCode;
    }
}
