using System.Text.Json.Nodes;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Sandbox;

public sealed class RefundTests(SandboxFixture fixture) : IClassFixture<SandboxFixture>
{
    private readonly SandboxServer _server = fixture.Server;
    private readonly SandboxApi _api = fixture.Api;

    [Fact]
    public async Task FullRefund_TakesTheGrossAndNoFeeBack_AndTheChargeSaysSo()
    {
        var charge = await _api.ChargeAsync();

        var refund = await _api.PostAsync("/v1/refunds", ("charge", charge), ("reason", "requested_by_customer"), ("metadata[pp_key]", "k1"));
        var transaction = (await _api.GetAsync($"/v1/balance_transactions/{refund.Body["balance_transaction"]}")).Body;
        var after = (await _api.GetAsync($"/v1/charges/{charge}?expand[]=refunds")).Body;

        Assert.Equal(("succeeded", 1000, "k1"), (refund.Text("status"), (long)refund.Body["amount"]!, (string?)refund.Body["metadata"]!["pp_key"]));
        Assert.Equal((-1000, 0, -1000, "refund", refund.Text("id")), (
            (long)transaction["amount"]!, (long)transaction["fee"]!, (long)transaction["net"]!, (string?)transaction["reporting_category"], (string?)transaction["source"]));
        Assert.Equal((true, 1000, refund.Text("id")), ((bool)after["refunded"]!, (long)after["amount_refunded"]!, (string?)after["refunds"]!["data"]![0]!["id"]));
        Assert.Equal(["refund.created"], await _api.EventsOfAsync(refund.Text("id")));
        Assert.Contains("charge.refunded", await _api.EventsOfAsync(charge));
    }

    [Fact]
    public async Task PartialRefunds_OverTheRest_AreRefusedInThePspsWords()
    {
        var intent = (await _api.PayAsync()).Body;
        var first = await RefundAsync(("payment_intent", $"{intent["id"]}"), ("amount", "600"));

        var over = await RefundAsync(("payment_intent", $"{intent["id"]}"), ("amount", "700"));
        var rest = await RefundAsync(("payment_intent", $"{intent["id"]}"));
        var nothing = await RefundAsync(("charge", $"{intent["latest_charge"]}"));
        var list = await _api.ListAsync($"/v1/refunds?payment_intent={intent["id"]}");

        Assert.Equal((400, "amount", null), (over.Status, (string?)over.Error!["param"], (string?)over.Error["code"]));
        Assert.Equal("Refund amount ($7.00) is greater than unrefunded amount on charge ($4.00)", (string?)over.Error["message"]);
        Assert.Equal(400, (long)rest.Body["amount"]!);
        Assert.Equal((400, "charge_already_refunded"), (nothing.Status, (string?)nothing.Error!["code"]));
        Assert.Equal([rest.Text("id"), first.Text("id")], list.Select(refund => (string)refund["id"]!));
    }

    [Fact]
    public async Task SixtyFourAtOnce_NeverExceedTheCharge()
    {
        var charge = await _api.ChargeAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => RefundAsync(("charge", charge), ("amount", "30"))));

        Assert.Equal(33, answers.Count(answer => answer.Status == 200));
        Assert.Equal(990, (long)(await _api.GetAsync($"/v1/charges/{charge}")).Body["amount_refunded"]!);
    }

    [Theory]
    [InlineData("pm_card_pendingRefund", "pending", "succeeded", null)]
    [InlineData("pm_card_refundFail", "succeeded", "failed", "expired_or_canceled_card")]
    [InlineData("pm_sandbox_refund_slow_failure", "pending", "failed", "declined")]
    public async Task TestCard_DecidesWhatBecomesOfItsRefund(string card, string first, string last, string? reason)
    {
        var charge = await _api.ChargeAsync(card);
        var made = await RefundAsync(("charge", charge));

        await fixture.LaterAsync();
        var after = (await _api.GetAsync($"/v1/refunds/{made.Text("id")}?expand[]=failure_balance_transaction")).Body;

        Assert.Equal((first, last, reason), (made.Text("status"), (string?)after["status"], (string?)after["failure_reason"]));
        Assert.Contains("refund.updated", await _api.EventsOfAsync(made.Text("id")));
        if (last == "failed")
        {
            Assert.Contains("refund.failed", await _api.EventsOfAsync(made.Text("id")));
            Assert.Equal((1000, "refund_failure"), ((long)after["failure_balance_transaction"]!["amount"]!, (string?)after["failure_balance_transaction"]!["type"]));
        }

        Assert.Equal(last == "failed" ? 0 : 1000, (long)(await _api.GetAsync($"/v1/charges/{charge}")).Body["amount_refunded"]!);
    }

    [Fact]
    public async Task RefundThatFailed_MayBeMadeAnew()
    {
        var charge = await _api.ChargeAsync("pm_card_refundFail");
        await RefundAsync(("charge", charge));
        await fixture.LaterAsync();

        var again = await RefundAsync(("charge", charge));

        Assert.Equal("succeeded", again.Text("status"));
    }

    [Fact]
    public async Task RefundThatWaitsForTheBuyer_MayBeCancelled_AndOnlyThen()
    {
        var waiting = await RefundAsync(("charge", await _api.ChargeAsync("pm_sandbox_refund_action")));
        var done = await RefundAsync(("charge", await _api.ChargeAsync()));

        var cancelled = await _api.PostAsync($"/v1/refunds/{waiting.Text("id")}/cancel");
        var again = await _api.PostAsync($"/v1/refunds/{waiting.Text("id")}/cancel");
        var late = await _api.PostAsync($"/v1/refunds/{done.Text("id")}/cancel");

        Assert.Equal(("requires_action", "display_details"), (waiting.Text("status"), (string?)waiting.Body["next_action"]!["type"]));
        Assert.Equal("canceled", cancelled.Text("status"));
        Assert.NotNull(cancelled.Body["failure_balance_transaction"]);
        Assert.Equal((400, 400), (again.Status, late.Status));
    }

    [Fact]
    public async Task RefundThatWaitsForTheBuyer_PastItsTime_Fails()
    {
        var waiting = await RefundAsync(("charge", await _api.ChargeAsync("pm_sandbox_refund_action")));

        await _server.Control.AdvanceClockAsync(TimeSpan.FromDays(31));

        Assert.Equal("failed", (await _api.GetAsync($"/v1/refunds/{waiting.Text("id")}")).Text("status"));
    }

    [Fact]
    public async Task RefundOfPendingMoney_WaitsWithIt_AndOfAvailableMoneyDoesNot()
    {
        var pending = await _api.ChargeAsync();
        var available = await _api.ChargeAsync("pm_card_bypassPending");

        var charged = await TransactionAsync((await _api.GetAsync($"/v1/charges/{pending}")).Body);
        var first = await TransactionAsync((await RefundAsync(("charge", pending))).Body);
        var second = await TransactionAsync((await RefundAsync(("charge", available))).Body);

        Assert.Equal(("pending", (long)charged["available_on"]!), ((string?)first["status"], (long)first["available_on"]!));
        Assert.Equal("available", (string?)second["status"]);
    }

    [Theory]
    [InlineData("charge", "ch_unknown")]
    [InlineData("payment_intent", "pi_unknown")]
    public async Task UnknownCharge_Is400NamingTheParameter(string param, string id)
    {
        var refund = await RefundAsync((param, id));
        var list = await _api.GetAsync($"/v1/refunds?{param}={id}");

        Assert.All([refund, list], answer => Assert.Equal((400, "resource_missing", param), (answer.Status, (string?)answer.Error!["code"], (string?)answer.Error["param"])));
    }

    [Fact]
    public async Task WhatWasNotTaken_CannotBeGivenBack()
    {
        var intent = (await _api.PayAsync("pm_card_visa", ("capture_method", "manual"))).Body;
        var declined = (string)(await _api.PayAsync("pm_card_chargeDeclined")).Error!["charge"]!;

        Assert.Equal(400, (await RefundAsync(("payment_intent", $"{intent["id"]}"))).Status);
        Assert.Equal(400, (await RefundAsync(("charge", $"{intent["latest_charge"]}"))).Status);
        Assert.Equal(400, (await RefundAsync(("charge", declined))).Status);
        Assert.Equal(400, (await RefundAsync()).Status);
    }

    [Fact]
    public async Task Key_GivesTheSameRefund_AndARefusalIsReplayedToo()
    {
        var charge = await _api.ChargeAsync();
        var (good, bad) = (Guid.NewGuid().ToString(), Guid.NewGuid().ToString());

        var first = await _api.PostWithKeyAsync(good, "/v1/refunds", ("charge", charge), ("amount", "100"));
        var second = await _api.PostWithKeyAsync(good, "/v1/refunds", ("charge", charge), ("amount", "100"));
        await _api.PostWithKeyAsync(bad, "/v1/refunds", ("charge", charge), ("amount", "5000"));
        var refused = await _api.PostWithKeyAsync(bad, "/v1/refunds", ("charge", charge), ("amount", "5000"));

        Assert.Equal(first.Text("id"), second.Text("id"));
        Assert.Equal(100, (long)(await _api.GetAsync($"/v1/charges/{charge}")).Body["amount_refunded"]!);
        Assert.Equal((400, "true"), (refused.Status, refused.Headers["Idempotent-Replayed"]));
    }

    [Fact]
    public async Task Metadata_IsAllThatAnUpdateMayChange()
    {
        var refund = await RefundAsync(("charge", await _api.ChargeAsync()));

        var changed = await _api.PostAsync($"/v1/refunds/{refund.Text("id")}", ("metadata[note]", "x"));
        var refused = await _api.PostAsync($"/v1/refunds/{refund.Text("id")}", ("amount", "1"));

        Assert.Equal("x", (string?)changed.Body["metadata"]!["note"]);
        Assert.Equal("parameter_unknown", (string?)refused.Error!["code"]);
    }

    [Fact]
    public async Task Books_AfterRefundsThatWentAndCameBack_AddUp()
    {
        await using var server = await SandboxServer.StartAsync();
        await server.Api.PostAsync("/v1/refunds", ("charge", await server.Api.ChargeAsync("pm_card_refundFail")), ("amount", "400"));
        await server.Api.PostAsync("/v1/refunds", ("charge", await server.Api.ChargeAsync()), ("amount", "300"));
        await server.Control.AdvanceClockAsync(TimeSpan.FromSeconds(10));

        var book = (await server.Control.BooksAsync()).Currencies["usd"];

        Assert.Equal((2000, 300, 2 * 59, 2000 - 300 - (2 * 59)), (book.Gross, book.Refunds, book.Fees, book.Balance));
    }

    private Task<SandboxAnswer> RefundAsync(params (string Name, string Value)[] fields) => _api.PostAsync("/v1/refunds", fields);

    private async Task<JsonObject> TransactionAsync(JsonObject document) => (await _api.GetAsync($"/v1/balance_transactions/{document["balance_transaction"]}")).Body;
}
