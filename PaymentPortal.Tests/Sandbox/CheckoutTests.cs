using System.Text.Json.Nodes;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Sandbox;

public sealed class CheckoutTests(SandboxFixture fixture) : IClassFixture<SandboxFixture>
{
    private readonly SandboxServer _server = fixture.Server;

    [Fact]
    public async Task Session_BeforeThePayerConfirms_IsOpenAndHasNoIntent()
    {
        var session = await _server.Api.CreateSessionAsync();

        Assert.Equal("open", (string?)session["status"]);
        Assert.Equal("unpaid", (string?)session["payment_status"]);
        Assert.Null(session["payment_intent"]);
        Assert.StartsWith($"{_server.BaseAddress}/pay/cs_test_", (string?)session["url"]);
        Assert.Equal(1250, (long)session["amount_total"]!);
    }

    [Fact]
    public async Task HostedPage_PaidWithoutScripts_RedirectsWithTheSessionIdAndCompletesTheSession()
    {
        var session = await _server.Api.CreateSessionAsync(more: ("payment_intent_data[metadata][order]", "7"));

        var answer = await _server.PayAsync((string)session["url"]!);

        Assert.Equal(303, answer.Status);
        Assert.Equal($"https://shop.example/done?session={session["id"]}", answer.Location);
        var paid = await _server.Api.GetAsync($"/v1/checkout/sessions/{session["id"]}?expand[]=payment_intent.latest_charge.balance_transaction");
        Assert.Equal("complete", paid.Text("status"));
        Assert.Equal("paid", paid.Text("payment_status"));
        Assert.Null(paid.Body["url"]);
        Assert.Equal("https://shop.example/done?session={CHECKOUT_SESSION_ID}", paid.Text("success_url"));
        Assert.Equal("buyer@example.com", (string?)paid.Body["customer_details"]!["email"]);
        var intent = (JsonObject)paid.Body["payment_intent"]!;
        Assert.Equal("succeeded", (string?)intent["status"]);
        var charge = (JsonObject)intent["latest_charge"]!;
        Assert.Equal("7", (string?)charge["metadata"]!["order"]);
        Assert.Equal(1250 - 66, (long)charge["balance_transaction"]!["net"]!);
    }

    [Fact]
    public async Task Decline_LeavesTheSessionOpenWithTheSameIntent_AndTheNextTryIsAnotherCharge()
    {
        var session = await _server.Api.CreateSessionAsync();
        var id = (string)session["id"]!;

        var declined = await _server.ConfirmAsync(id, "pm_card_chargeDeclinedInsufficientFunds");
        var intent = (string?)(await _server.Api.GetAsync($"/v1/checkout/sessions/{id}")).Body["payment_intent"];
        await _server.ConfirmAsync(id);

        Assert.Equal(402, declined.Status);
        Assert.Equal("insufficient_funds", (string?)declined.Error!["decline_code"]);
        Assert.Equal(intent, (string?)declined.Error["payment_intent"]!["id"]);
        var charges = (JsonArray)(await _server.Api.GetAsync($"/v1/charges?payment_intent={intent}")).Body["data"]!;
        Assert.Equal(["succeeded", "failed"], charges.Select(charge => (string)charge!["status"]!));
        var books = await _server.Control.BooksAsync();
        Assert.Equal((1, 1), (books.Sessions[id], books.FailedTries[id]));
    }
}
