using System.Text.Json.Nodes;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Sandbox;

public sealed class DisputeTests(SandboxFixture fixture) : IClassFixture<SandboxFixture>
{
    private readonly SandboxServer _server = fixture.Server;
    private readonly SandboxApi _api = fixture.Api;

    [Theory]
    [InlineData("pm_card_createDispute", "fraudulent")]
    [InlineData("pm_card_createDisputeProductNotReceived", "product_not_received")]
    public async Task Chargeback_TakesAmountAndFee_AndBarsRefunds(string card, string reason)
    {
        var charge = await _api.ChargeAsync(card);
        var dispute = await DisputeOfAsync(charge);

        var refund = await _api.PostAsync("/v1/refunds", ("charge", charge));
        var transaction = (JsonObject)dispute["balance_transactions"]![0]!;

        Assert.Equal((reason, "needs_response", false), ((string?)dispute["reason"], (string?)dispute["status"], (bool)dispute["is_charge_refundable"]!));
        Assert.Equal((-1000, 1500, -2500, "adjustment", "dispute"), (
            (long)transaction["amount"]!, (long)transaction["fee"]!, (long)transaction["net"]!, (string?)transaction["type"], (string?)transaction["reporting_category"]));
        Assert.Equal((400, "charge_disputed"), (refund.Status, (string?)refund.Error!["code"]));
        Assert.True((bool)(await _api.GetAsync($"/v1/charges/{charge}")).Body["disputed"]!);
        Assert.Equal(["charge.dispute.created", "charge.dispute.funds_withdrawn"], await _api.EventsOfAsync($"{dispute["id"]}"));
    }

    [Fact]
    public async Task Inquiry_MovesNoMoney_AndLeavesTheChargeRefundable()
    {
        var charge = await _api.ChargeAsync("pm_card_createDisputeInquiry");
        var inquiry = await DisputeOfAsync(charge);

        var refund = await _api.PostAsync("/v1/refunds", ("charge", charge), ("amount", "100"));

        Assert.Equal(("warning_needs_response", "inquiry"), ((string?)inquiry["status"], (string?)inquiry["payment_method_details"]!["card"]!["case_type"]));
        Assert.Empty((JsonArray)inquiry["balance_transactions"]!);
        Assert.Equal(200, refund.Status);
        Assert.Equal(["charge.dispute.created"], await _api.EventsOfAsync($"{inquiry["id"]}"));
    }

    [Theory]
    [InlineData("pm_card_createDispute", "winning_evidence", "under_review", "won", 2)]
    [InlineData("pm_card_createDispute", "losing_evidence", "under_review", "lost", 1)]
    [InlineData("pm_card_createDisputeInquiry", "winning_evidence", "warning_under_review", "warning_closed", 0)]
    [InlineData("pm_card_createDisputeInquiry", "losing_evidence", "warning_under_review", "warning_closed", 0)]
    [InlineData("pm_card_createDisputeInquiry", "escalate_inquiry_evidence", "warning_under_review", "needs_response", 1)]
    public async Task Evidence_SaysWhatTheBankDecides(string card, string words, string review, string end, int movements)
    {
        var id = (string)(await DisputeOfAsync(await _api.ChargeAsync(card)))["id"]!;

        var submitted = (await _api.PostAsync($"/v1/disputes/{id}", ("evidence[uncategorized_text]", words))).Body;
        await fixture.LaterAsync();
        var decided = (await _api.GetAsync($"/v1/disputes/{id}")).Body;

        Assert.Equal((review, 1, "manual"), (
            (string?)submitted["status"], (long)submitted["evidence_details"]!["submission_count"]!, (string?)submitted["evidence_details"]!["submission_method"]));
        Assert.Equal((end, movements), ((string?)decided["status"], ((JsonArray)decided["balance_transactions"]!).Count));
        Assert.Equal(end != "needs_response", (await _api.EventsOfAsync(id)).Contains("charge.dispute.closed"));
        Assert.Equal(end == "won", (await _api.EventsOfAsync(id)).Contains("charge.dispute.funds_reinstated"));
    }

    [Fact]
    public async Task Won_GivesTheAmountBackWithoutTheFee()
    {
        var id = (string)(await DisputeOfAsync(await _api.ChargeAsync("pm_card_createDispute")))["id"]!;
        await _api.PostAsync($"/v1/disputes/{id}", ("evidence[uncategorized_text]", "winning_evidence"));
        await fixture.LaterAsync();

        var back = (await _api.GetAsync($"/v1/disputes/{id}")).Body["balance_transactions"]![1]!;

        Assert.Equal((1000, 0, "dispute_reversal"), ((long)back["amount"]!, (long)back["fee"]!, (string?)back["reporting_category"]));
    }

    [Fact]
    public async Task StagedEvidence_WaitsUntilItIsSubmitted_AndIsSubmittedOnce()
    {
        var id = (string)(await DisputeOfAsync(await _api.ChargeAsync("pm_card_createDispute")))["id"]!;

        var staged = (await _api.PostAsync($"/v1/disputes/{id}", ("evidence[product_description]", "Tea"), ("submit", "false"))).Body;
        var noted = (await _api.PostAsync($"/v1/disputes/{id}", ("metadata[case]", "7"))).Body;
        var submitted = (await _api.PostAsync($"/v1/disputes/{id}", ("submit", "true"))).Body;
        var again = await _api.PostAsync($"/v1/disputes/{id}", ("evidence[product_description]", "Coffee"));
        var closed = await _api.PostAsync($"/v1/disputes/{id}/close");

        Assert.Equal(("needs_response", true, "not_submitted"), (
            (string?)staged["status"], (bool)staged["evidence_details"]!["has_evidence"]!, (string?)staged["evidence_details"]!["submission_method"]));
        Assert.Equal("needs_response", (string?)noted["status"]);
        Assert.Equal(("under_review", "Tea"), ((string?)submitted["status"], (string?)submitted["evidence"]!["product_description"]));
        Assert.Equal((400, 400), (again.Status, closed.Status));
    }

    [Fact]
    public async Task Close_Accepts_AndNothingMayChangeAfterIt()
    {
        var id = (string)(await DisputeOfAsync(await _api.ChargeAsync("pm_card_createDispute")))["id"]!;

        var closed = await _api.PostAsync($"/v1/disputes/{id}/close");
        var again = await _api.PostAsync($"/v1/disputes/{id}/close");
        var update = await _api.PostAsync($"/v1/disputes/{id}", ("metadata[a]", "1"));

        Assert.Equal("lost", closed.Text("status"));
        Assert.Equal((400, 400), (again.Status, update.Status));
    }

    [Theory]
    [InlineData("pm_card_createDispute", "lost")]
    [InlineData("pm_card_createDisputeInquiry", "warning_closed")]
    public async Task Unanswered_PastItsDeadline_IsOver(string card, string end)
    {
        var dispute = await DisputeOfAsync(await _api.ChargeAsync(card));
        var dueBy = (long)dispute["evidence_details"]!["due_by"]!;

        await _server.Control.AdvanceClockAsync(TimeSpan.FromDays(11));
        var after = (await _api.GetAsync($"/v1/disputes/{dispute["id"]}")).Body;

        Assert.InRange(dueBy - (long)dispute["created"]!, 9 * 86_400, 10 * 86_400);
        Assert.Equal((end, true), ((string?)after["status"], (bool)after["evidence_details"]!["past_due"]!));
    }

    [Theory]
    [InlineData("evidence[receipt]", "file_unknown", "evidence[receipt]")]
    [InlineData("evidence[teapot]", "x", "evidence[teapot]")]
    [InlineData("submit", "true", "evidence")]
    public async Task WrongEvidence_Is400NamingIt(string name, string value, string param)
    {
        var id = (string)(await DisputeOfAsync(await _api.ChargeAsync("pm_card_createDispute")))["id"]!;

        var answer = await _api.PostAsync($"/v1/disputes/{id}", (name, value));

        Assert.Equal((400, param), (answer.Status, (string?)answer.Error!["param"]));
        Assert.Equal("needs_response", (await _api.GetAsync($"/v1/disputes/{id}")).Text("status"));
    }

    [Fact]
    public async Task PartlyRefundedCharge_IsDisputedForTheRest_AndAWhollyRefundedOneNot()
    {
        var (partly, wholly) = (await _api.ChargeAsync("pm_card_createDispute"), await _api.ChargeAsync("pm_card_createDispute"));
        await _api.PostAsync("/v1/refunds", ("charge", partly), ("amount", "400"));
        await _api.PostAsync("/v1/refunds", ("charge", wholly));

        var dispute = await DisputeOfAsync(partly);

        Assert.Equal(600, (long)dispute["amount"]!);
        Assert.Empty(await _api.ListAsync($"/v1/disputes?charge={wholly}"));
    }

    [Fact]
    public async Task Transactions_InsideADispute_BecomeAvailable_AndExpandToIt()
    {
        var charge = await _api.ChargeAsync("pm_card_createDispute");
        var before = (JsonObject)(await DisputeOfAsync(charge))["balance_transactions"]![0]!;
        await _server.Control.AdvanceClockAsync(TimeSpan.FromDays(2));

        var after = (await _api.ListAsync($"/v1/disputes?charge={charge}&expand[]=data.charge"))[0];
        var source = (await _api.GetAsync($"/v1/balance_transactions/{before["id"]}?expand[]=source")).Body["source"]!;

        Assert.Equal(("pending", "available"), ((string?)before["status"], (string?)after["balance_transactions"]![0]!["status"]));
        Assert.Equal((charge, "dispute"), ((string?)after["charge"]!["id"], (string?)source["object"]));
    }

    private async Task<JsonObject> DisputeOfAsync(string charge)
    {
        await fixture.LaterAsync();
        return Assert.Single(await _api.ListAsync($"/v1/disputes?charge={charge}"));
    }
}
