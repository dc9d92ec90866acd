using System.Net.Http.Json;
using System.Text.Json.Nodes;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Sandbox;

public sealed class PayoutTests(SandboxFixture fixture) : IClassFixture<SandboxFixture>
{
    private readonly SandboxServer _server = fixture.Server;
    private readonly SandboxApi _api = fixture.Api;

    [Fact]
    public async Task Payout_LeavesTheBalanceAtOnce_AndArrives()
    {
        var account = await FundedAccountAsync();

        var made = await _server.PayoutAsync(account, 700);
        var waiting = (await _server.Control.BooksAsync()).Accounts[account]["usd"];
        await fixture.LaterAsync();
        var paid = await FindAsync(account, made.Text("id"));

        Assert.Equal(("pending", false, "not_applicable"), (made.Text("status"), (bool)made.Body["automatic"]!, made.Text("reconciliation_status")));
        Assert.Equal((300, 700), (waiting.Available, waiting.Payouts));
        Assert.Equal(("paid", "supported"), ((string?)paid["status"], (string?)paid["trace_id"]!["status"]));
        Assert.Equal(0, (long)paid["arrival_date"]! % 86_400);
        Assert.Equal(["payout.created", "payout.updated", "payout.updated", "payout.paid"], await _api.EventsOfAsync(made.Text("id"), "payout.*", ("Stripe-Account", account)));
    }

    [Theory]
    [InlineData("000111111116", "no_account")]
    [InlineData("000111111113", "account_closed")]
    [InlineData("000222222227", "insufficient_funds")]
    [InlineData("000333333335", "debit_not_authorized")]
    [InlineData("000444444440", "invalid_currency")]
    public async Task BankThatRefuses_FailsThePayout_AndTheMoneyIsBack(string number, string code)
    {
        var account = await FundedAccountAsync(number);
        var made = await _server.PayoutAsync(account, 700);

        await fixture.LaterAsync();
        var failed = await FindAsync(account, made.Text("id"), "?expand[]=failure_balance_transaction");

        Assert.Equal(("failed", code), ((string?)failed["status"], (string?)failed["failure_code"]));
        Assert.Equal((700, "payout_failure", "payout_reversal"), (
            (long)failed["failure_balance_transaction"]!["amount"]!, (string?)failed["failure_balance_transaction"]!["type"],
            (string?)failed["failure_balance_transaction"]!["reporting_category"]));
        Assert.Equal(1000, (await _server.Control.BooksAsync()).Accounts[account]["usd"].Available);
        Assert.DoesNotContain("payout.paid", await _api.EventsOfAsync(made.Text("id"), "payout.*", ("Stripe-Account", account)));
    }

    [Fact]
    public async Task PaidPayout_CanStillFail()
    {
        var account = await FundedAccountAsync("000555555559");
        var made = await _server.PayoutAsync(account, 700);

        await fixture.LaterAsync();

        Assert.Equal("failed", (string?)(await FindAsync(account, made.Text("id")))["status"]);
        var events = await _api.EventsOfAsync(made.Text("id"), "payout.*", ("Stripe-Account", account));
        Assert.True(events.ToList().IndexOf("payout.paid") < events.ToList().IndexOf("payout.failed"));
    }

    [Fact]
    public async Task PendingPayout_CanBeCancelled_AndALaterOneNot()
    {
        var account = await FundedAccountAsync();
        var (first, second) = (await _server.PayoutAsync(account, 300), await _server.PayoutAsync(account, 400));

        var cancelled = await CancelAsync(account, first.Text("id"));
        await fixture.LaterAsync();
        var late = await CancelAsync(account, second.Text("id"));

        Assert.Equal("canceled", cancelled.Text("status"));
        Assert.NotNull(cancelled.Body["failure_balance_transaction"]);
        Assert.Equal(400, late.Status);
        Assert.Equal("paid", (string?)(await FindAsync(account, second.Text("id")))["status"]);
        Assert.Equal("canceled", (string?)(await FindAsync(account, first.Text("id")))["status"]);
        Assert.Equal(600, (await _server.Control.BooksAsync()).Accounts[account]["usd"].Available);
    }

    [Fact]
    public async Task Payout_OfMoreThanIsAvailable_OrWithoutABankInItsCurrency_IsRefused()
    {
        var account = await FundedAccountAsync();

        var over = await _server.PayoutAsync(account, 1001);
        var foreign = await _server.PayoutAsync(account, 100, ("currency", "eur"));
        var instant = await _server.PayoutAsync(account, 100, ("method", "instant"));
        var stranger = await _server.PayoutAsync(account, 100, ("destination", "ba_unknown"));

        Assert.Equal("balance_insufficient", (string?)over.Error!["code"]);
        Assert.Contains("external accounts in that currency", (string?)foreign.Error!["message"]);
        Assert.Equal(("method", "destination"), ((string?)instant.Error!["param"], (string?)stranger.Error!["param"]));
    }

    [Fact]
    public async Task PlatformsOwnPayout_GoesToItsOwnBank()
    {
        await _api.ChargeAsync("pm_card_bypassPending", ("amount", "5000"), ("currency", "eur"));

        var made = await _api.PostAsync("/v1/payouts", ("amount", "2000"), ("currency", "eur"), ("metadata[pp_key]", "k"), ("expand[]", "destination"));
        await fixture.LaterAsync();

        Assert.Equal("eur", (string?)made.Body["destination"]!["currency"]);
        var paid = await _api.ListAsync($"/v1/payouts?status=paid&destination={made.Body["destination"]!["id"]}");
        Assert.Equal(made.Text("id"), (string?)Assert.Single(paid)["id"]);
        Assert.Contains("payout.paid", await _api.EventsOfAsync(made.Text("id"), "payout.*"));
    }

    [Fact]
    public async Task AutomaticPayout_TakesAllThatIsAvailable_AndItsTransactionsAddUpToIt()
    {
        await using var server = await SandboxServer.StartAsync();
        var charge = await server.Api.ChargeAsync("pm_card_bypassPending", ("amount", "5000"));
        await server.Api.PostAsync("/v1/refunds", ("charge", charge), ("amount", "700"));
        await server.Api.PostAsync("/v1/payouts", ("amount", "1000"), ("currency", "usd"));

        var payout = await OrderAsync(server);
        await server.Control.AdvanceClockAsync(TimeSpan.FromSeconds(20));
        await server.Api.ChargeAsync("pm_card_bypassPending");
        var items = await server.Api.ListAsync($"/v1/balance_transactions?payout={payout["id"]}&limit=100");
        var after = (await server.Api.GetAsync($"/v1/payouts/{payout["id"]}")).Body;

        var fee = 175;
        Assert.Equal((5000 - 700 - 1000 - fee, true), ((long)payout["amount"]!, (bool)payout["automatic"]!));
        Assert.Equal((long)payout["amount"]!, items.Where(item => (string?)item["source"] != (string?)payout["id"]).Sum(item => (long)item["net"]!));
        Assert.Equal(0, items.Sum(item => (long)item["net"]!));
        Assert.Equal(("paid", "completed"), ((string?)after["status"], (string?)after["reconciliation_status"]));
        Assert.Contains("payout.reconciliation_completed", await server.Api.EventsOfAsync($"{payout["id"]}"));
        Assert.Equal(400, (await server.Api.PostAsync($"/v1/payouts/{payout["id"]}/cancel")).Status);
    }

    [Fact]
    public async Task AutomaticPayout_OfNothing_OrOfAnUnknownCurrency_Is400()
    {
        await using var server = await SandboxServer.StartAsync();

        Assert.Equal(400, await StatusAsync(server, """{"currency":"usd"}"""));
        Assert.Equal(400, await StatusAsync(server, """{"currency":"xyz"}"""));
        Assert.Equal(400, await StatusAsync(server, "{}"));
    }

    [Fact]
    public async Task ManualPayout_CannotBeItemised()
    {
        await _api.ChargeAsync("pm_card_bypassPending");
        var made = await _api.PostAsync("/v1/payouts", ("amount", "100"), ("currency", "usd"));

        var answer = await _api.GetAsync($"/v1/balance_transactions?payout={made.Text("id")}");

        Assert.Equal((400, "Balance transaction history can only be filtered on automatic transfers, not manual."), (answer.Status, (string?)answer.Error!["message"]));
    }

    [Fact]
    public async Task AccountWithADailySchedule_IsPaidOutAtMidnight()
    {
        await _api.ChargeAsync("pm_card_bypassPending", ("amount", "5000"));
        var account = (string)(await _server.AddAccountAsync(more: ("settings[payouts][schedule][interval]", "daily")))["id"]!;
        await _server.TransferAsync(account, 900);

        await _server.Control.AdvanceClockAsync(TimeSpan.FromDays(1));

        var payout = Assert.Single(await _api.ListAsync("/v1/payouts", ("Stripe-Account", account)));
        Assert.Equal((900, true), ((long)payout["amount"]!, (bool)payout["automatic"]!));
    }

    [Fact]
    public async Task PayoutUnderWay_AfterARestart_StillArrives()
    {
        await using var server = await SandboxServer.StartAsync(SandboxFixture.Patiently);
        await server.Api.ChargeAsync("pm_card_bypassPending", ("amount", "5000"));
        var made = await server.Api.PostAsync("/v1/payouts", ("amount", "2000"), ("currency", "usd"));
        await server.StopAsync();
        await server.StartAgainAsync();

        await server.Control.AdvanceClockAsync(TimeSpan.FromMinutes(5));

        Assert.Equal("paid", (await server.Api.GetAsync($"/v1/payouts/{made.Text("id")}")).Text("status"));
    }

    [Fact]
    public async Task OwnFee_OfThePsp_BelongsToNoObject_AndStandsInTheBooks()
    {
        await using var server = await SandboxServer.StartAsync();
        using var response = await server.Control.Http.PostAsJsonAsync("fee", new { currency = "usd", amount = 250 });

        var fee = Assert.Single(await server.Api.ListAsync("/v1/balance_transactions?type=stripe_fee"));
        var book = (await server.Control.BooksAsync()).Currencies["usd"];

        Assert.True(response.IsSuccessStatusCode);
        Assert.Null(fee["source"]);
        Assert.Equal((-250, "fee"), ((long)fee["amount"]!, (string?)fee["reporting_category"]));
        Assert.Equal((250, -250), (book.Fees, book.Balance));
    }

    [Fact]
    public async Task Books_OfEverythingTogether_AddUp()
    {
        await using var server = await SandboxServer.StartAsync();
        var account = (string)(await server.AddAccountAsync())["id"]!;
        await server.Api.ChargeAsync("pm_card_bypassPending", ("amount", "9000"));
        await server.Api.ChargeAsync("pm_card_createDispute");
        await server.TransferAsync(account, 1500);
        await server.Api.PostAsync("/v1/payouts", ("amount", "1000"), ("currency", "usd"));
        await server.Control.AdvanceClockAsync(TimeSpan.FromDays(3));

        var book = (await server.Control.BooksAsync()).Currencies["usd"];

        Assert.Equal((10_000, 1000, 1500, 1000), (book.Gross, book.Disputes, book.Transfers, book.Payouts));
        Assert.Equal(book.Gross - book.Refunds - book.Disputes - book.Fees - book.Transfers - book.Payouts, book.Balance);
        Assert.Equal(book.Balance, (long)(await server.Api.GetAsync("/v1/balance")).Body["available"]![0]!["amount"]!);
    }

    private async Task<string> FundedAccountAsync(string number = "000123456789")
    {
        await _api.ChargeAsync("pm_card_bypassPending", ("amount", "5000"));
        var account = (string)(await _server.AddAccountAsync(number))["id"]!;
        await _server.TransferAsync(account, 1000);
        return account;
    }

    private async Task<JsonObject> FindAsync(string account, string id, string query = "") =>
        (await _api.SendAsync(HttpMethod.Get, $"/v1/payouts/{id}{query}", null, ("Stripe-Account", account))).Body;

    private Task<SandboxAnswer> CancelAsync(string account, string id) =>
        _api.SendAsync(HttpMethod.Post, $"/v1/payouts/{id}/cancel", [], ("Stripe-Account", account));

    private static async Task<JsonObject> OrderAsync(SandboxServer server)
    {
        using var response = await server.Control.Http.PostAsJsonAsync("automatic-payout", new { currency = "usd" });
        return (JsonObject)JsonNode.Parse(await response.Content.ReadAsStringAsync(CancellationToken.None))!;
    }

    private static async Task<int> StatusAsync(SandboxServer server, string json)
    {
        using var content = new StringContent(json, System.Text.Encoding.UTF8, "application/json");
        using var response = await server.Control.Http.PostAsync("automatic-payout", content);
        return (int)response.StatusCode;
    }
}
