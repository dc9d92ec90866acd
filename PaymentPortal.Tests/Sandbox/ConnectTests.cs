using System.Text.Json.Nodes;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Sandbox;

public sealed class ConnectTests(SandboxFixture fixture) : IClassFixture<SandboxFixture>
{
    private readonly SandboxServer _server = fixture.Server;
    private readonly SandboxApi _api = fixture.Api;

    [Fact]
    public async Task Account_WithABank_MayBePaidOut_AndTellsOnlyTheLastDigits()
    {
        var account = await _server.AddAccountAsync();

        var bank = account["external_accounts"]!["data"]![0]!;
        Assert.Equal(("active", true, "manual"), (
            (string?)account["capabilities"]!["transfers"], (bool)account["payouts_enabled"]!, (string?)account["settings"]!["payouts"]!["schedule"]!["interval"]));
        Assert.Equal(("6789", "110000000", "usd"), ((string?)bank["last4"], (string?)bank["routing_number"], (string?)bank["currency"]));
        Assert.DoesNotContain("000123456789", account.ToJsonString());
    }

    [Fact]
    public async Task AccountWithoutABank_IsPaidOutOnceItHasOne_AndTheEventIsItsOwn()
    {
        var made = (await _api.PostAsync("/v1/accounts", ("type", "express"), ("country", "US"), ("email", "seller@example.com"))).Body;
        var id = (string)made["id"]!;

        var updated = (await _api.PostAsync($"/v1/accounts/{id}", ("external_account", "btok_us_verified"), ("metadata[seller]", "7"))).Body;
        var happened = await _api.ListAsync("/v1/events?type=account.updated", ("Stripe-Account", id));

        Assert.Equal((false, true), ((bool)made["payouts_enabled"]!, (bool)updated["payouts_enabled"]!));
        Assert.Equal("external_account", (string?)made["requirements"]!["currently_due"]![0]);
        Assert.Equal("7", (string?)updated["metadata"]!["seller"]);
        Assert.All(happened, each => Assert.Equal(id, (string?)each["account"]));
        Assert.Equal(2, happened.Count);
        Assert.DoesNotContain(await _api.ListAsync("/v1/events?type=account.updated&limit=100"), each => (string?)each["data"]!["object"]!["id"] == id);
    }

    [Fact]
    public async Task NewBank_TakesThePlaceOfTheOldOneOfItsCurrency()
    {
        var id = (string)(await _server.AddAccountAsync())["id"]!;

        var changed = (await _api.PostAsync($"/v1/accounts/{id}", [.. SandboxServer.BankFields("000111111116")])).Body;

        Assert.Equal(["1116"], ((JsonArray)changed["external_accounts"]!["data"]!).Select(bank => (string)bank!["last4"]!));
    }

    [Theory]
    [InlineData("country", "Germany", "country")]
    [InlineData("email", "nobody", "email")]
    [InlineData("external_account", "btok_unknown", "external_account")]
    [InlineData("external_account[routing_number]", "110000001", "external_account[routing_number]")]
    [InlineData("external_account[account_number]", "12", "external_account[account_number]")]
    [InlineData("external_account[currency]", "xyz", "external_account[currency]")]
    [InlineData("settings[payouts][schedule][interval]", "hourly", "settings[payouts][schedule][interval]")]
    [InlineData("capabilities[teapots][requested]", "true", "capabilities[teapots]")]
    public async Task WrongAccount_Is400NamingTheParameter(string name, string value, string param)
    {
        var fields = SandboxServer.AccountFields().Where(field => name != "external_account" || !field.Name.StartsWith("external", StringComparison.Ordinal))
            .Where(field => field.Name != name).Append((name, value));

        var answer = await _api.PostAsync("/v1/accounts", [.. fields]);

        Assert.Equal((400, param), (answer.Status, (string?)answer.Error!["param"]));
    }

    [Fact]
    public async Task Transfer_MovesAvailableMoney_FromOneBalanceToTheOther()
    {
        await _api.ChargeAsync("pm_card_bypassPending", ("amount", "5000"));
        var account = (string)(await _server.AddAccountAsync())["id"]!;

        var transfer = await TransferAsync(account, 1200, ("transfer_group", "out_1"), ("metadata[pp_key]", "k"));
        var there = await _api.ListAsync("/v1/balance_transactions?expand[]=data.source", ("Stripe-Account", account));
        var book = (await _server.Control.BooksAsync()).Accounts[account]["usd"];

        Assert.Equal(200, transfer.Status);
        Assert.Equal(-1200, (long)(await _api.GetAsync($"/v1/balance_transactions/{transfer.Body["balance_transaction"]}")).Body["amount"]!);
        var arrived = Assert.Single(there);
        Assert.Equal(("payment", 1200, "available"), ((string?)arrived["type"], (long)arrived["amount"]!, (string?)arrived["status"]));
        Assert.Equal(((string?)transfer.Body["destination_payment"], transfer.Text("id")), ((string?)arrived["source"]!["id"], (string?)arrived["source"]!["source_transfer"]));
        Assert.Equal((1200, 1200), (book.Received, book.Available));
        Assert.Equal(["transfer.created"], await _api.EventsOfAsync(transfer.Text("id")));
        Assert.Equal([transfer.Text("id")], (await _api.ListAsync($"/v1/transfers?destination={account}&transfer_group=out_1")).Select(each => (string)each["id"]!));
    }

    [Fact]
    public async Task Transfer_OfMoreThanIsAvailable_IsRefused_UnlessItTakesAPendingChargeAlong()
    {
        await using var server = await SandboxServer.StartAsync();
        var charge = await server.Api.ChargeAsync();
        var account = (string)(await server.AddAccountAsync())["id"]!;

        var refused = await server.TransferAsync(account, 900);
        var bound = await server.TransferAsync(account, 900, ("source_transaction", charge));
        var over = await server.TransferAsync(account, 200, ("source_transaction", charge));
        var before = (await server.Control.BooksAsync()).Accounts[account]["usd"];
        await server.Control.AdvanceClockAsync(TimeSpan.FromDays(2) + TimeSpan.FromMinutes(1));

        Assert.Equal((400, "balance_insufficient"), (refused.Status, (string?)refused.Error!["code"]));
        Assert.Equal((200, 400), (bound.Status, over.Status));
        Assert.Equal((0, 900), (before.Available, before.Pending));
        Assert.Equal(900, (await server.Control.BooksAsync()).Accounts[account]["usd"].Available);
        var happened = await server.Api.ListAsync("/v1/events?type=balance.available", ("Stripe-Account", account));
        Assert.Equal(account, (string?)Assert.Single(happened)["account"]);
    }

    [Fact]
    public async Task Reversals_TakeBackInParts_AndNeverMoreThanWasSent()
    {
        await _api.ChargeAsync("pm_card_bypassPending", ("amount", "5000"));
        var account = (string)(await _server.AddAccountAsync())["id"]!;
        var transfer = (await TransferAsync(account, 1000)).Text("id");

        var part = await _api.PostAsync($"/v1/transfers/{transfer}/reversals", ("amount", "400"), ("metadata[pp_key]", "k"));
        var over = await _api.PostAsync($"/v1/transfers/{transfer}/reversals", ("amount", "700"));
        var rest = await _api.PostAsync($"/v1/transfers/{transfer}/reversals");
        var after = (await _api.GetAsync($"/v1/transfers/{transfer}")).Body;
        var list = await _api.ListAsync($"/v1/transfers/{transfer}/reversals");

        Assert.Equal((400, "amount"), (over.Status, (string?)over.Error!["param"]));
        Assert.Equal((400, 600), ((long)part.Body["amount"]!, (long)rest.Body["amount"]!));
        Assert.Equal((true, 1000, 2), ((bool)after["reversed"]!, (long)after["amount_reversed"]!, ((JsonArray)after["reversals"]!["data"]!).Count));
        Assert.Equal([rest.Text("id"), part.Text("id")], list.Select(each => (string)each["id"]!));
        Assert.Equal(part.Text("id"), (await _api.GetAsync($"/v1/transfers/{transfer}/reversals/{part.Text("id")}?expand[]=destination_payment_refund")).Text("id"));
        Assert.Equal(0, (await _server.Control.BooksAsync()).Accounts[account]["usd"].Received);
        Assert.Equal(["transfer.created", "transfer.reversed", "transfer.reversed"], await _api.EventsOfAsync(transfer));
    }

    [Fact]
    public async Task Reversal_OfMoneyThatWasPaidOut_IsRefused()
    {
        await _api.ChargeAsync("pm_card_bypassPending", ("amount", "5000"));
        var account = (string)(await _server.AddAccountAsync())["id"]!;
        var transfer = (await TransferAsync(account, 1000)).Text("id");
        await _server.PayoutAsync(account, 800);

        var refused = await _api.PostAsync($"/v1/transfers/{transfer}/reversals");
        var rest = await _api.PostAsync($"/v1/transfers/{transfer}/reversals", ("amount", "200"));

        Assert.Equal((400, "balance_insufficient"), (refused.Status, (string?)refused.Error!["code"]));
        Assert.Equal(200, rest.Status);
    }

    [Theory]
    [InlineData("destination", "acct_unknown", "resource_missing")]
    [InlineData("source_transaction", "ch_unknown", "resource_missing")]
    [InlineData("amount", "0", "parameter_invalid_integer")]
    [InlineData("currency", "xyz", null)]
    public async Task WrongTransfer_Is400NamingTheParameter(string name, string value, string? code)
    {
        var account = (string)(await _server.AddAccountAsync())["id"]!;
        var fields = new Dictionary<string, string> { ["amount"] = "100", ["currency"] = "usd", ["destination"] = account, [name] = value };

        var answer = await _api.PostAsync("/v1/transfers", [.. fields.Select(field => (field.Key, field.Value))]);

        Assert.Equal((400, name, code), (answer.Status, (string?)answer.Error!["param"], (string?)answer.Error["code"]));
    }

    [Fact]
    public async Task AccountWithoutTheCapability_GetsNoTransfer()
    {
        var account = (await _api.PostAsync("/v1/accounts", ("type", "express"))).Text("id");

        var answer = await TransferAsync(account, 100);

        Assert.Equal("insufficient_capabilities_for_transfer", (string?)answer.Error!["code"]);
    }

    [Fact]
    public async Task OnBehalfOfAnAccount_OnlyItsOwnMoneyIsSeen_AndOtherActsAreRefused()
    {
        var account = (string)(await _server.AddAccountAsync())["id"]!;

        var own = await _api.SendAsync(HttpMethod.Get, "/v1/account", null, ("Stripe-Account", account));
        var balance = await _api.SendAsync(HttpMethod.Get, "/v1/balance", null, ("Stripe-Account", account));
        var session = await _api.SendAsync(HttpMethod.Post, "/v1/checkout/sessions", SandboxApi.SessionFields(), ("Stripe-Account", account));
        var platform = await _api.GetAsync("/v1/account");

        Assert.Equal(account, own.Text("id"));
        Assert.Equal(0, (long)balance.Body["available"]![0]!["amount"]!);
        Assert.Equal(403, session.Status);
        Assert.NotEqual(account, platform.Text("id"));
    }

    [Fact]
    public async Task DeletedAccount_IsGone_AndOneWithMoneyCannotBe()
    {
        await _api.ChargeAsync("pm_card_bypassPending", ("amount", "5000"));
        var (empty, rich) = ((string)(await _server.AddAccountAsync())["id"]!, (string)(await _server.AddAccountAsync())["id"]!);
        await TransferAsync(rich, 100);

        var deleted = await _api.DeleteAsync($"/v1/accounts/{empty}");
        var refused = await _api.DeleteAsync($"/v1/accounts/{rich}");

        Assert.True((bool)deleted.Body["deleted"]!);
        Assert.Equal((404, 400), ((await _api.GetAsync($"/v1/accounts/{empty}")).Status, refused.Status));
    }

    [Fact]
    public async Task ConnectEndpoint_GetsTheAccountsEvents_AndThePlatformsDoesNot()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var platform = await WebhookReceiver.StartAsync();
        await using var server = await SandboxServer.StartAsync(options =>
            (options.DefaultWebhookUrl, options.DefaultWebhookSecret, options.DefaultConnectSecret) = (receiver.Url, "whsec_platform", "whsec_connect"));
        await server.AddWebhookEndpointAsync(platform.Url, "account.updated", "checkout.session.completed");

        var account = (string)(await server.AddAccountAsync())["id"]!;
        var webhook = await receiver.NextOfAsync("account.updated");
        await server.ConfirmAsync((string)(await server.Api.CreateSessionAsync())["id"]!);

        Assert.Equal(account, (string?)webhook.Event["account"]);
        Assert.True(webhook.IsSignedWith("whsec_connect"));
        Assert.Equal("checkout.session.completed", (await platform.NextAsync()).Type);
        Assert.True((await receiver.NextOfAsync("checkout.session.completed")).IsSignedWith("whsec_platform"));
    }

    private Task<SandboxAnswer> TransferAsync(string account, long amount, params (string Name, string Value)[] more) => _server.TransferAsync(account, amount, more);
}
