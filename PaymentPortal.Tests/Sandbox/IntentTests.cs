using System.Text.Json.Nodes;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Sandbox;

public sealed class IntentTests(SandboxFixture fixture) : IClassFixture<SandboxFixture>
{
    private readonly SandboxServer _server = fixture.Server;
    private readonly SandboxApi _api = fixture.Api;

    [Theory]
    [InlineData("pm_card_visa", "visa", "4242")]
    [InlineData("pm_card_mastercard", "mastercard", "4444")]
    [InlineData("pm_card_amex", "amex", "0005")]
    [InlineData("pm_card_createDispute", "visa", "0259")]
    public async Task GoodCard_Succeeds_WithAFreshMethodAndItsMoneyPending(string method, string brand, string last4)
    {
        var intent = (await _api.PayAsync(method)).Body;
        var stored = (await _api.GetAsync($"/v1/payment_methods/{intent["payment_method"]}")).Body;
        var transaction = await TransactionOfAsync(intent);

        Assert.Equal("succeeded", (string?)intent["status"]);
        Assert.Equal(1000, (long)intent["amount_received"]!);
        Assert.Equal((brand, last4), ((string?)stored["card"]!["brand"], (string?)stored["card"]!["last4"]));
        Assert.Equal(("pending", "charge"), ((string?)transaction["status"], (string?)transaction["reporting_category"]));
        Assert.Equal((1000, 59, 941), ((long)transaction["amount"]!, (long)transaction["fee"]!, (long)transaction["net"]!));
    }

    [Fact]
    public async Task BypassPendingCard_IsAvailableAtOnce()
    {
        var transaction = await TransactionOfAsync((await _api.PayAsync("pm_card_bypassPending")).Body);

        Assert.Equal("available", (string?)transaction["status"]);
    }

    [Theory]
    [InlineData("pm_card_chargeDeclined", "card_declined", "generic_decline", "issuer_declined")]
    [InlineData("pm_card_visa_chargeDeclined", "card_declined", "generic_decline", "issuer_declined")]
    [InlineData("pm_card_visa_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds", "issuer_declined")]
    [InlineData("pm_card_visa_chargeDeclinedLostCard", "card_declined", "lost_card", "issuer_declined")]
    [InlineData("pm_card_visa_chargeDeclinedStolenCard", "card_declined", "stolen_card", "issuer_declined")]
    [InlineData("pm_card_chargeDeclinedExpiredCard", "expired_card", "expired_card", "issuer_declined")]
    [InlineData("pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc", "incorrect_cvc", "issuer_declined")]
    [InlineData("pm_card_chargeDeclinedProcessingError", "processing_error", "processing_error", "issuer_declined")]
    [InlineData("pm_card_visa_chargeDeclinedVelocityLimitExceeded", "card_declined", "card_velocity_exceeded", "issuer_declined")]
    [InlineData("pm_card_radarBlock", "card_declined", "fraudulent", "blocked")]
    public async Task BadCard_Is402_WithItsCodesAndAFailedChargeThatMovesNothing(string method, string code, string declineCode, string outcome)
    {
        var answer = await _api.PayAsync(method);
        var error = answer.Error!;
        var charge = (await _api.GetAsync($"/v1/charges/{error["charge"]}")).Body;

        Assert.Equal((402, "card_error", code, declineCode), (answer.Status, (string?)error["type"], (string?)error["code"], (string?)error["decline_code"]));
        Assert.Equal("requires_payment_method", (string?)error["payment_intent"]!["status"]);
        Assert.Null(error["payment_intent"]!["payment_method"]);
        Assert.Equal(code, (string?)error["payment_intent"]!["last_payment_error"]!["code"]);
        Assert.Equal(("failed", code, outcome), ((string?)charge["status"], (string?)charge["failure_code"], (string?)charge["outcome"]!["type"]));
        Assert.False((bool)charge["paid"]!);
        Assert.Null(charge["balance_transaction"]);
    }

    [Theory]
    [InlineData("pm_card_authenticationRequired", true, "succeeded", null)]
    [InlineData("pm_card_threeDSecure2Required", true, "succeeded", null)]
    [InlineData("pm_card_authenticationRequired", false, "requires_payment_method", "payment_intent_authentication_failure")]
    [InlineData("pm_card_authenticationRequiredChargeDeclinedInsufficientFunds", true, "requires_payment_method", "card_declined")]
    public async Task AuthenticationCard_WaitsForThePayer_ThenFollowsHim(string method, bool completes, string status, string? code)
    {
        var asked = (await _api.PayAsync(method, ("return_url", "https://shop.example/back?a=1"))).Body;
        var redirect = asked["next_action"]!["redirect_to_url"]!;

        var answer = await _server.AuthenticateAsync((string)redirect["url"]!, completes);
        var after = (await _api.GetAsync($"/v1/payment_intents/{asked["id"]}")).Body;

        Assert.Equal(("requires_action", "redirect_to_url"), ((string?)asked["status"], (string?)asked["next_action"]!["type"]));
        Assert.Null(asked["latest_charge"]);
        Assert.StartsWith($"https://shop.example/back?a=1&payment_intent={asked["id"]}&", answer.Location);
        Assert.EndsWith(status == "succeeded" ? "redirect_status=succeeded" : "redirect_status=failed", answer.Location);
        Assert.Equal((status, code), ((string?)after["status"], (string?)after["last_payment_error"]?["code"]));
    }

    [Fact]
    public async Task AuthenticationCard_OffSession_IsDeclined()
    {
        var answer = await _api.PayAsync("pm_card_authenticationRequired", ("off_session", "true"));

        Assert.Equal((402, "authentication_required"), (answer.Status, (string?)answer.Error!["code"]));
    }

    [Fact]
    public async Task ManualCapture_TakesPartAndReleasesTheRest()
    {
        var intent = (await _api.PayAsync("pm_card_visa", ("capture_method", "manual"))).Body;
        var tooMuch = await _api.PostAsync($"/v1/payment_intents/{intent["id"]}/capture", ("amount_to_capture", "1001"));

        var captured = (await _api.PostAsync($"/v1/payment_intents/{intent["id"]}/capture", ("amount_to_capture", "400"))).Body;
        var transactions = (JsonArray)(await _api.GetAsync($"/v1/balance_transactions?source={intent["latest_charge"]}")).Body["data"]!;

        Assert.Equal(("requires_capture", 1000), ((string?)intent["status"], (long)intent["amount_capturable"]!));
        Assert.Equal(400, tooMuch.Status);
        Assert.Equal(("succeeded", 400), ((string?)captured["status"], (long)captured["amount_received"]!));
        Assert.Equal([-600, 1000], transactions.Select(transaction => (long)transaction!["amount"]!));
        Assert.Equal("partial_capture_reversal", (string?)transactions[0]!["reporting_category"]);
        Assert.Equal(400 - 42, transactions.Sum(transaction => (long)transaction!["net"]!));
    }

    [Fact]
    public async Task Cancel_OfAnAuthorization_ReadsAsRefundedAndMovesNothing()
    {
        var intent = (await _api.PayAsync("pm_card_visa", ("capture_method", "manual"))).Body;

        var canceled = (await _api.PostAsync($"/v1/payment_intents/{intent["id"]}/cancel", ("cancellation_reason", "abandoned"))).Body;
        var charge = (await _api.GetAsync($"/v1/charges/{intent["latest_charge"]}")).Body;

        Assert.Equal(("canceled", "abandoned"), ((string?)canceled["status"], (string?)canceled["cancellation_reason"]));
        Assert.Equal((true, 1000), ((bool)charge["refunded"]!, (long)charge["amount_refunded"]!));
        Assert.Null(charge["balance_transaction"]);
    }

    [Theory]
    [InlineData("confirm")]
    [InlineData("capture")]
    [InlineData("cancel")]
    public async Task SucceededIntent_RefusesEveryMove(string act)
    {
        var intent = (await _api.PayAsync("pm_card_visa")).Body;

        var answer = await _api.PostAsync(
            $"/v1/payment_intents/{intent["id"]}/{act}", act == "confirm" ? [("payment_method", "pm_card_visa")] : []);

        Assert.Equal((400, "payment_intent_unexpected_state"), (answer.Status, (string?)answer.Error!["code"]));
    }

    [Fact]
    public async Task Confirm_WithoutReturnUrl_IsRefusedWhereMethodsMayRedirect()
    {
        var intent = (await _api.PostAsync("/v1/payment_intents", ("amount", "1000"), ("currency", "usd"))).Body;

        var refused = await _api.PostAsync($"/v1/payment_intents/{intent["id"]}/confirm", ("payment_method", "pm_card_visa"));
        var accepted = await _api.PostAsync(
            $"/v1/payment_intents/{intent["id"]}/confirm", ("payment_method", "pm_card_visa"), ("return_url", "https://shop.example/"));

        Assert.Contains("return_url", (string?)refused.Error!["message"]);
        Assert.Equal("succeeded", accepted.Text("status"));
    }

    [Fact]
    public async Task AutomaticAsyncCapture_HasItsTransactionAMomentLater()
    {
        var intent = (await _api.PayAsync("pm_card_visa", ("capture_method", "automatic_async"))).Body;

        await Until.TrueAsync(async () => (await _api.GetAsync($"/v1/charges/{intent["latest_charge"]}")).Body["balance_transaction"] is not null);

        var updated = (await _api.GetAsync("/v1/events?type=charge.updated&limit=1")).Body["data"]![0]!["data"]!;
        Assert.True(((JsonObject)updated["previous_attributes"]!).ContainsKey("balance_transaction"));
    }

    [Fact]
    public async Task IntentOfASession_CanBeNeitherConfirmedNorCanceled()
    {
        var session = (string)(await _api.CreateSessionAsync())["id"]!;
        var intent = (string)(await _server.ConfirmAsync(session, "pm_card_chargeDeclined")).Error!["payment_intent"]!["id"]!;

        var confirm = await _api.PostAsync($"/v1/payment_intents/{intent}/confirm", ("payment_method", "pm_card_visa"));
        var cancel = await _api.PostAsync($"/v1/payment_intents/{intent}/cancel");

        Assert.Equal((400, 400), (confirm.Status, cancel.Status));
    }

    private async Task<JsonObject> TransactionOfAsync(JsonObject intent) =>
        (JsonObject)(await _api.GetAsync($"/v1/charges/{intent["latest_charge"]}?expand[]=balance_transaction")).Body["balance_transaction"]!;
}
