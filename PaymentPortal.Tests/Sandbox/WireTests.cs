using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Sandbox;

public sealed partial class WireTests(SandboxFixture fixture) : IClassFixture<SandboxFixture>
{
    private readonly SandboxServer _server = fixture.Server;
    private readonly SandboxApi _api = fixture.Api;

    [Fact]
    public void Schema_InCI_IsThere() =>
        Assert.True(OpenApiSubset.Instance is not null || Environment.GetEnvironmentVariable("CI") != "true", $"{OpenApiSubset.RelativePath} is missing");

    /// <summary>Whatever the description names is known here, if only to complain about what it was sent.</summary>
    [Fact]
    public async Task Operations_OfTheSchema_AreAllRouted()
    {
        var operations = OpenApiSubset.Instance?.Operations.ToList() ?? [];

        var unknown = new List<string>();
        foreach (var (method, path) in operations)
        {
            var answer = await _api.SendAsync(new HttpMethod(method), Placeholder().Replace(path, "none"), method == "POST" ? [] : null);
            if (((string?)answer.Body["error"]?["message"])?.StartsWith("Unrecognized request URL", StringComparison.Ordinal) == true) unknown.Add($"{method} {path}");
        }

        // docs/sandbox.md says so: nobody here takes a payout back from a bank.
        Assert.Equal(operations.Count == 0 ? [] : ["POST /v1/payouts/{payout}/reverse"], unknown);
        Assert.True(OpenApiSubset.Instance is null || operations.Count > 50, $"{operations.Count} operations");
    }

    [Theory]
    [InlineData("", "You did not provide an API key.")]
    [InlineData("Bearer sk_test_wrong_key_1234", "Invalid API Key provided: sk_test_**********1234")]
    [InlineData("Basic !!", "You did not provide an API key.")]
    public async Task WrongKey_Is401WithoutCode(string authorization, string message)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{_server.BaseAddress}/v1/balance");
        request.Headers.TryAddWithoutValidation("Authorization", authorization);
        using var http = new HttpClient();
        using var response = await http.SendAsync(request);
        var error = JsonNode.Parse(await response.Content.ReadAsStringAsync())!["error"]!;

        Assert.Equal(401, (int)response.StatusCode);
        Assert.StartsWith(message, (string?)error["message"]);
        Assert.Null(error["code"]);
        Assert.StartsWith("req_", response.Headers.GetValues("Request-Id").Single());
    }

    [Fact]
    public async Task BasicAuthentication_TakesTheKeyAsUserName()
    {
        var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{_server.ApiKey}:"));

        var answer = await _api.SendAsync(HttpMethod.Get, "/v1/balance", null, ("Authorization", $"Basic {basic}"));

        Assert.Equal(200, answer.Status);
    }

    [Fact]
    public async Task Version_IsEchoed_AndUnknownOnesAreRefused()
    {
        var known = await _api.SendAsync(HttpMethod.Get, "/v1/balance", null, ("Stripe-Version", "2025-03-31.basil"));
        var unknown = await _api.SendAsync(HttpMethod.Get, "/v1/balance", null, ("Stripe-Version", "2031-01-01.zebra"));
        var none = await _api.GetAsync("/v1/balance");

        Assert.Equal("2025-03-31.basil", known.Headers["Stripe-Version"]);
        Assert.Equal((400, "invalid_request_error"), (unknown.Status, (string?)unknown.Error!["type"]));
        Assert.Equal("2026-10-28.endive", none.Headers["Stripe-Version"]);
    }

    [Fact]
    public async Task UnknownAccount_Is403()
    {
        var answer = await _api.SendAsync(HttpMethod.Get, "/v1/balance", null, ("Stripe-Account", "acct_unknown"));

        Assert.Equal((403, "account_invalid"), (answer.Status, (string?)answer.Error!["code"]));
    }

    [Theory]
    [InlineData("GET", "/v1/teapots")]
    [InlineData("PUT", "/v1/charges/ch_x")]
    [InlineData("DELETE", "/v1/charges/ch_x")]
    public async Task UnknownUrl_Is404WithoutCode(string method, string path)
    {
        var answer = await _api.SendAsync(new HttpMethod(method), path, null);

        Assert.Equal(404, answer.Status);
        Assert.Null(answer.Error!["code"]);
        Assert.StartsWith($"Unrecognized request URL ({method}: {path})", (string?)answer.Error["message"]);
    }

    [Theory]
    [InlineData("/v1/payment_intents/pi_x", "intent")]
    [InlineData("/v1/checkout/sessions/cs_x", "session")]
    [InlineData("/v1/charges/ch_x", "charge")]
    [InlineData("/v1/events/evt_x", "id")]
    [InlineData("/v1/balance_transactions/txn_x", "id")]
    [InlineData("/v1/payment_methods/pm_x", "payment_method")]
    [InlineData("/v1/webhook_endpoints/we_x", "webhook_endpoint")]
    [InlineData("/v1/refunds/re_x", "refund")]
    [InlineData("/v1/disputes/dp_x", "dispute")]
    [InlineData("/v1/accounts/acct_x", "account")]
    [InlineData("/v1/transfers/tr_x", "transfer")]
    [InlineData("/v1/transfers/tr_x/reversals", "transfer")]
    [InlineData("/v1/payouts/po_x", "payout")]
    public async Task UnknownId_InThePath_Is404NamingIt(string path, string param)
    {
        var answer = await _api.GetAsync(path);

        Assert.Equal((404, "resource_missing", param), (answer.Status, (string?)answer.Error!["code"], (string?)answer.Error["param"]));
    }

    [Fact]
    public async Task JsonBody_IsRefused()
    {
        using var content = new StringContent("{}", Encoding.UTF8, "application/json");
        using var response = await _api.Http.PostAsync($"{_server.BaseAddress}/v1/payment_intents", content);

        Assert.Equal(400, (int)response.StatusCode);
        Assert.Contains("application/x-www-form-urlencoded", await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("teapot", "1", "teapot", "parameter_unknown")]
    [InlineData("line_items[0][price_data][teapot]", "1", "line_items[0][price_data][teapot]", "parameter_unknown")]
    [InlineData("payment_intent_data[teapot][a]", "1", "payment_intent_data[teapot]", "parameter_unknown")]
    [InlineData("expires_at", "soon", "expires_at", "parameter_invalid_integer")]
    [InlineData("success_url", "", "success_url", "parameter_invalid_empty")]
    [InlineData("mode", "subscribe", "mode", null)]
    [InlineData("expires_at", "1000", "expires_at", null)]
    [InlineData("success_url", "ftp://x", "success_url", "url_invalid")]
    [InlineData("cancel_url", "shop", "cancel_url", "url_invalid")]
    [InlineData("customer_email", "nobody", "customer_email", "email_invalid")]
    [InlineData("line_items[0][quantity]", "0", "line_items[0][quantity]", "parameter_invalid_integer")]
    [InlineData("line_items[0][price_data][unit_amount]", "49", "line_items", "amount_too_small")]
    [InlineData("line_items[0][price_data][unit_amount]", "100000000", "line_items[0][price_data][unit_amount]", "amount_too_large")]
    [InlineData("line_items[0][price_data][currency]", "xyz", "line_items[0][price_data][currency]", null)]
    [InlineData("line_items[0][price]", "price_x", "line_items[0][price]", "resource_missing")]
    [InlineData("metadata[a]", "501", "metadata[a]", null)]
    [InlineData("payment_method_types[0]", "card", "payment_method_types", "payment_method_types_no_longer_supported")]
    [InlineData("metadata", "text", "metadata", null)]
    [InlineData("client_reference_id", "201", "client_reference_id", null)]
    public async Task WrongParameter_Is400NamingItInBrackets(string name, string value, string param, string? code)
    {
        // A number alone stands for a text of that length where length is the point.
        var text = value is "501" or "201" ? new string('x', int.Parse(value, null)) : value;

        var answer = await _api.PostAsync("/v1/checkout/sessions", SandboxApi.SessionFields(more: (name, text)));

        Assert.Equal((400, param, code), (answer.Status, (string?)answer.Error!["param"], (string?)answer.Error["code"]));
        Assert.Equal("invalid_request_error", (string?)answer.Error["type"]);
        Assert.Equal(code is null ? null : $"https://stripe.com/docs/error-codes/{code.Replace('_', '-')}", (string?)answer.Error["doc_url"]);
    }

    [Theory]
    [InlineData("line_items[0][price_data][product_data][name]")]
    [InlineData("line_items[0][price_data][unit_amount]")]
    [InlineData("line_items[0][quantity]")]
    [InlineData("success_url")]
    [InlineData("mode")]
    public async Task MissingParameter_Is400NamingIt(string name)
    {
        var answer = await _api.PostAsync("/v1/checkout/sessions", [.. SandboxApi.SessionFields().Where(field => field.Name != name)]);

        Assert.Equal((400, "parameter_missing"), (answer.Status, (string?)answer.Error!["code"]));
        Assert.StartsWith(name.Split("[name]")[0], (string?)answer.Error["param"]);
    }

    [Fact]
    public async Task MixedCurrencies_AreRefused()
    {
        var answer = await _api.PostAsync("/v1/checkout/sessions", SandboxApi.SessionFields(more: [
            ("line_items[1][quantity]", "1"), ("line_items[1][price_data][currency]", "eur"),
            ("line_items[1][price_data][unit_amount]", "100"), ("line_items[1][price_data][product_data][name]", "Cup")]));

        Assert.Equal((400, "line_items"), (answer.Status, (string?)answer.Error!["param"]));
    }

    [Theory]
    [InlineData("kwd", 5124, 400)]
    [InlineData("kwd", 5120, 200)]
    [InlineData("jpy", 50, 200)]
    [InlineData("jpy", 49, 400)]
    [InlineData("isk", 10050, 400)]
    [InlineData("gbp", 30, 200)]
    [InlineData("usd", 99_999_999, 200)]
    public async Task Amount_ObeysItsCurrency(string currency, long amount, int status)
    {
        var answer = await _api.PostAsync("/v1/payment_intents", ("amount", $"{amount}"), ("currency", currency));

        Assert.Equal(status, answer.Status);
    }

    [Fact]
    public async Task Metadata_OnUpdate_MergesAndEmptyUnsets()
    {
        var id = (string)(await _api.CreateSessionAsync(more: [("metadata[a]", "1"), ("metadata[b]", "2")]))["id"]!;

        var merged = await _api.PostAsync($"/v1/checkout/sessions/{id}", ("metadata[b]", ""), ("metadata[c]", "3"));
        var emptied = await _api.PostAsync($"/v1/checkout/sessions/{id}", ("metadata", ""));

        Assert.Equal("""{"a":"1","c":"3"}""", merged.Body["metadata"]!.ToJsonString());
        Assert.Equal("{}", emptied.Body["metadata"]!.ToJsonString());
    }

    [Fact]
    public async Task Form_WithEncodedBracketsPlusAndUnicode_IsReadAsSent()
    {
        using var content = new StringContent(
            "amount=1000&currency=usd&description=caf%C3%A9+au+lait+%2B1&metadata%5Border%5D=7&expand[]=latest_charge",
            Encoding.UTF8, "application/x-www-form-urlencoded");
        using var response = await _api.Http.PostAsync($"{_server.BaseAddress}/v1/payment_intents", content);
        var intent = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;

        Assert.Equal(("café au lait +1", "7"), ((string?)intent["description"], (string?)intent["metadata"]!["order"]));
    }

    [Fact]
    public async Task Stack_OfAFailure_NeverShows()
    {
        var answer = await _api.PostAsync("/v1/payment_intents", ("amount", "99999999999999999999"), ("currency[a]", "usd"));

        Assert.Equal(400, answer.Status);
        Assert.DoesNotContain("   at ", answer.Body.ToJsonString());
    }

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Placeholder();
}
