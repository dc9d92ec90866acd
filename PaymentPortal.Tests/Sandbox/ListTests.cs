using System.Text.Json.Nodes;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Sandbox;

public sealed class ListTests(SandboxFixture fixture) : IClassFixture<SandboxFixture>
{
    private readonly SandboxApi _api = fixture.Api;
    private readonly SandboxServer _server = fixture.Server;

    [Fact]
    public async Task Pages_Forwards_GoThroughAllNewestFirst()
    {
        var ids = await MakeIntentsAsync(5);
        var seen = new List<string>();
        var page = await PageAsync("limit=2");
        seen.AddRange(page.Ids);
        while (seen.Count < ids.Count)
        {
            page = await PageAsync($"limit=2&starting_after={seen[^1]}");
            seen.AddRange(page.Ids);
        }

        Assert.Equal(Enumerable.Reverse(ids), seen.Take(ids.Count));
    }

    [Fact]
    public async Task EndingBefore_GivesThePageJustBefore_StillNewestFirst()
    {
        var ids = await MakeIntentsAsync(5);

        var page = await PageAsync($"limit=2&ending_before={ids[0]}");

        Assert.Equal([ids[2], ids[1]], page.Ids);
        Assert.True(page.HasMore);
    }

    [Fact]
    public async Task LastPage_SaysSo()
    {
        var ids = await MakeIntentsAsync(2);

        var page = await PageAsync($"limit=1&ending_before={ids[0]}");

        Assert.Equal([ids[1]], page.Ids);
        Assert.False(page.HasMore);
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=101", "limit")]
    [InlineData("starting_after=pi_unknown", "starting_after")]
    [InlineData("ending_before=pi_unknown", "ending_before")]
    public async Task WrongPaging_Is400(string query, string param)
    {
        var answer = await _api.GetAsync($"/v1/payment_intents?{query}");

        Assert.Equal((400, param), (answer.Status, (string?)answer.Error!["param"]));
    }

    [Fact]
    public async Task Created_FiltersByRangeAndExactly()
    {
        var created = (long)(await _api.GetAsync($"/v1/payment_intents/{(await MakeIntentsAsync(1))[0]}")).Body["created"]!;

        Assert.NotEmpty((await PageAsync($"created={created}")).Ids);
        Assert.NotEmpty((await PageAsync($"created[gte]={created}&created[lte]={created}")).Ids);
        Assert.Empty((await PageAsync($"created[gt]={created + 3600}")).Ids);
        Assert.Empty((await PageAsync($"created[lt]={created - 3600}")).Ids);
    }

    [Fact]
    public async Task Sessions_FilterByIntentAndStatus()
    {
        var id = (string)(await _api.CreateSessionAsync())["id"]!;
        await _server.ConfirmAsync(id);
        var intent = (string)(await _api.GetAsync($"/v1/checkout/sessions/{id}")).Body["payment_intent"]!;

        var byIntent = await _api.GetAsync($"/v1/checkout/sessions?payment_intent={intent}&status=complete");
        var wrongStatus = await _api.GetAsync($"/v1/checkout/sessions?payment_intent={intent}&status=open");

        Assert.Equal(id, (string?)byIntent.Body["data"]![0]!["id"]);
        Assert.Empty((JsonArray)wrongStatus.Body["data"]!);
    }

    [Fact]
    public async Task BalanceTransactions_FilterBySourceAndType()
    {
        var charge = await _api.ChargeAsync();

        var list = await _api.GetAsync($"/v1/balance_transactions?source={charge}&type=charge&currency=usd");

        Assert.Equal(charge, (string?)list.Body["data"]![0]!["source"]);
    }

    [Fact]
    public async Task LineItems_PageAndExpand()
    {
        var more = Enumerable.Range(1, 11).SelectMany(i => new[]
        {
            ($"line_items[{i}][quantity]", "2"), ($"line_items[{i}][price_data][currency]", "usd"),
            ($"line_items[{i}][price_data][unit_amount]", "100"), ($"line_items[{i}][price_data][product_data][name]", $"Cup {i}"),
        }).ToArray();
        var session = await _api.CreateSessionAsync(more: more);
        var id = (string)session["id"]!;

        var expanded = await _api.GetAsync($"/v1/checkout/sessions/{id}?expand[]=line_items");
        var rest = await _api.GetAsync($"/v1/checkout/sessions/{id}/line_items?limit=10&starting_after={expanded.Body["line_items"]!["data"]![9]!["id"]}");

        Assert.Null(session["line_items"]);
        Assert.Equal(1250 + (11 * 200), (long)session["amount_total"]!);
        Assert.True((bool)expanded.Body["line_items"]!["has_more"]!);
        Assert.Equal(["Cup 10", "Cup 11"], ((JsonArray)rest.Body["data"]!).Select(item => (string)item!["description"]!));
    }

    [Theory]
    [InlineData("payment_intent.latest_charge.balance_transaction", 200)]
    [InlineData("customer", 200)]
    [InlineData("teapot", 400)]
    [InlineData("amount_total", 400)]
    [InlineData("payment_intent.teapot", 400)]
    [InlineData("payment_intent.latest_charge.balance_transaction.source.payment_intent", 400)]
    public async Task Expand_OfASession_IsJudgedByType(string path, int status)
    {
        var id = (string)(await _api.CreateSessionAsync())["id"]!;

        var answer = await _api.GetAsync($"/v1/checkout/sessions/{id}?expand[]={path}");

        Assert.Equal(status, answer.Status);
    }

    [Fact]
    public async Task Expand_OfAField_ThatIsNone_SaysWhich()
    {
        var answer = await _api.GetAsync("/v1/charges?expand[]=data.teapot");

        Assert.Equal("This property cannot be expanded (data.teapot).", (string?)answer.Error!["message"]);
    }

    [Fact]
    public async Task Expand_OnAList_GoesThroughData_AndRefundsAppearOnlyThen()
    {
        var charge = await _api.ChargeAsync();

        var list = await _api.GetAsync("/v1/charges?limit=1&expand[]=data.balance_transaction&expand[]=data.payment_intent.payment_method&expand[]=data.refunds");
        var plain = await _api.GetAsync($"/v1/charges/{charge}");

        var first = list.Body["data"]![0]!;
        Assert.Equal("balance_transaction", (string?)first["balance_transaction"]!["object"]);
        Assert.Equal("4242", (string?)first["payment_intent"]!["payment_method"]!["card"]!["last4"]);
        Assert.Empty((JsonArray)first["refunds"]!["data"]!);
        Assert.False(plain.Body.ContainsKey("refunds"));
    }

    [Fact]
    public async Task Search_FindsByMetadataAndStatus_OnceItIsIndexed()
    {
        var tag = Guid.NewGuid().ToString();
        await _api.PostAsync("/v1/payment_intents", ("amount", "1000"), ("currency", "usd"), ("metadata[order id]", tag));
        await _server.Control.AdvanceClockAsync(TimeSpan.FromSeconds(5));

        var found = await _api.GetAsync($"/v1/payment_intents/search?query=metadata['order id']:'{tag}' AND status:'requires_payment_method' AND amount>=1000");
        var other = await _api.GetAsync($"/v1/payment_intents/search?query=metadata['order id']:'{tag}' AND -status:'requires_payment_method'");

        Assert.Equal("search_result", found.Text("object"));
        Assert.Single((JsonArray)found.Body["data"]!);
        Assert.Empty((JsonArray)other.Body["data"]!);
    }

    [Theory]
    [InlineData("status:'a' AND status:'b' OR status:'c'")]
    [InlineData("teapot:'1'")]
    [InlineData("status:")]
    [InlineData("status:'open")]
    [InlineData("status>'a'")]
    public async Task Search_WithAWrongQuery_Is400(string query)
    {
        var answer = await _api.GetAsync($"/v1/charges/search?query={Uri.EscapeDataString(query)}");

        Assert.Equal((400, "query"), (answer.Status, (string?)answer.Error!["param"]));
    }

    [Fact]
    public async Task Search_Pages_ByItsToken()
    {
        var tag = Guid.NewGuid().ToString();
        for (var i = 0; i < 3; i++)
        {
            await _api.PostAsync("/v1/payment_intents", ("amount", "1000"), ("currency", "usd"), ("metadata[tag]", tag));
        }

        await _server.Control.AdvanceClockAsync(TimeSpan.FromSeconds(5));
        var first = await _api.GetAsync($"/v1/payment_intents/search?limit=2&query=metadata['tag']:'{tag}'");
        var second = await _api.GetAsync($"/v1/payment_intents/search?limit=2&query=metadata['tag']:'{tag}'&page={Uri.EscapeDataString(first.Text("next_page"))}");

        Assert.Equal((2, 1), (((JsonArray)first.Body["data"]!).Count, ((JsonArray)second.Body["data"]!).Count));
        Assert.Null(second.Body["next_page"]);
    }

    private async Task<List<string>> MakeIntentsAsync(int count)
    {
        var ids = new List<string>();
        for (var i = 0; i < count; i++)
        {
            ids.Add((await _api.PostAsync("/v1/payment_intents", ("amount", "1000"), ("currency", "usd"))).Text("id"));
        }

        return ids;
    }

    private async Task<(List<string> Ids, bool HasMore)> PageAsync(string query)
    {
        var body = (await _api.GetAsync($"/v1/payment_intents?{query}")).Body;
        return ([.. ((JsonArray)body["data"]!).Select(item => (string)item!["id"]!)], (bool)body["has_more"]!);
    }
}
