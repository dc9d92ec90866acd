using System.Text.Json.Nodes;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Sandbox;

/// <summary>Where a session goes after it was made: asynchronous words of banks, expiry, the clock. A sandbox of its own, for the clock moves.</summary>
public sealed class SessionLifeTests(SandboxFixture fixture) : IClassFixture<SandboxFixture>
{
    private readonly SandboxServer _server = fixture.Server;
    private readonly SandboxApi _api = fixture.Api;

    [Theory]
    [InlineData("pm_sandbox_async_success", "paid", "checkout.session.async_payment_succeeded", "succeeded")]
    [InlineData("pm_sandbox_async_failure", "unpaid", "checkout.session.async_payment_failed", "requires_payment_method")]
    public async Task AsynchronousCard_CompletesUnpaid_ThenTheBankSpeaks(string method, string paymentStatus, string happened, string intentStatus)
    {
        var id = await OpenAsync();
        var completed = (await _server.ConfirmAsync(id, method)).Body;

        await fixture.LaterAsync();
        var after = (await _api.GetAsync($"/v1/checkout/sessions/{id}?expand[]=payment_intent.latest_charge")).Body;

        Assert.Equal(("complete", "unpaid"), ((string?)completed["status"], (string?)completed["payment_status"]));
        Assert.Equal(("complete", paymentStatus), ((string?)after["status"], (string?)after["payment_status"]));
        Assert.Equal(intentStatus, (string?)after["payment_intent"]!["status"]);
        Assert.Contains(happened, await _api.EventsOfAsync(id, "checkout.session.*"));
    }

    [Fact]
    public async Task ManualCapture_CompletesUnpaid_AndCapturingPays()
    {
        var id = (string)(await _api.CreateSessionAsync(more: ("payment_intent_data[capture_method]", "manual")))["id"]!;
        var completed = (await _server.ConfirmAsync(id)).Body;

        await _api.PostAsync($"/v1/payment_intents/{completed["payment_intent"]}/capture");

        Assert.Equal(("complete", "unpaid"), ((string?)completed["status"], (string?)completed["payment_status"]));
        Assert.Equal("paid", (await _api.GetAsync($"/v1/checkout/sessions/{id}")).Text("payment_status"));
    }

    [Fact]
    public async Task Expire_OfAnOpenSession_ClosesItAndItsIntent()
    {
        var id = await OpenAsync();
        var intent = (string)(await _server.ConfirmAsync(id, "pm_card_chargeDeclined")).Error!["payment_intent"]!["id"]!;

        var expired = await _api.PostAsync($"/v1/checkout/sessions/{id}/expire");
        var again = await _api.PostAsync($"/v1/checkout/sessions/{id}/expire");
        var late = await _server.ConfirmAsync(id);

        Assert.Equal("expired", expired.Text("status"));
        Assert.Null(expired.Body["url"]);
        Assert.Equal("canceled", (await _api.GetAsync($"/v1/payment_intents/{intent}")).Text("status"));
        Assert.Equal((400, 400), (again.Status, late.Status));
        Assert.Contains("checkout.session.expired", await _api.EventsOfAsync(id, "checkout.session.*"));
    }

    [Fact]
    public async Task Session_PastItsEnd_IsExpiredForWhoeverLooksFirst()
    {
        var id = await OpenAsync();

        await _server.Control.AdvanceClockAsync(TimeSpan.FromHours(24) + TimeSpan.FromMinutes(1));

        Assert.Equal("expired", (await _api.GetAsync($"/v1/checkout/sessions/{id}")).Text("status"));
        Assert.Contains("checkout.session.expired", await _api.EventsOfAsync(id, "checkout.session.*"));
        Assert.DoesNotContain("<form", (await _server.VisitAsync($"{_server.BaseAddress}/pay/{id}")).Html);
    }

    [Fact]
    public async Task PendingFunds_AfterTwoDays_AreAvailable_AndTheBooksAgreeWithTheBalance()
    {
        await _server.ConfirmAsync(await OpenAsync("eur"));
        var before = await BalanceAsync("eur");

        await _server.Control.AdvanceClockAsync(TimeSpan.FromDays(2));
        var after = await BalanceAsync("eur");
        var book = (await _server.Control.BooksAsync()).Currencies["eur"];

        Assert.Equal((1184, 0), before);
        Assert.Equal((0, 1184), after);
        Assert.Equal((1250, 66, 1184, 1184, 0), (book.Gross, book.Fees, book.Balance, book.Available, book.Pending));
        Assert.Equal("balance.available", (string?)(await _api.GetAsync("/v1/events?type=balance.*&limit=1")).Body["data"]![0]!["type"]);
    }

    [Fact]
    public async Task MovedClock_AfterARestart_IsWhereItWas()
    {
        await using var server = await SandboxServer.StartAsync();
        await server.Control.AdvanceClockAsync(TimeSpan.FromDays(3));
        var before = (long)(await server.Api.CreateSessionAsync())["created"]!;
        await server.StopAsync();
        await server.StartAgainAsync();

        var after = (long)(await server.Api.CreateSessionAsync())["created"]!;

        Assert.InRange(after - before, 0, 600);
    }

    [Fact]
    public async Task PaidSession_AfterARestartOnTheSamePort_IsStillPaid()
    {
        await using var server = await SandboxServer.StartAsync();
        var id = (string)(await server.Api.CreateSessionAsync())["id"]!;
        await server.ConfirmAsync(id);
        var address = server.BaseAddress;
        await server.StopAsync();
        await server.StartAgainAsync();

        Assert.Equal(address, server.BaseAddress);
        Assert.Equal("paid", (await server.Api.GetAsync($"/v1/checkout/sessions/{id}")).Text("payment_status"));
        Assert.Equal(1, (await server.Control.BooksAsync()).Sessions[id]);
    }

    private async Task<string> OpenAsync(string currency = "usd") => (string)(await _api.CreateSessionAsync(currency: currency))["id"]!;

    private async Task<(long Pending, long Available)> BalanceAsync(string currency)
    {
        var balance = (await _api.GetAsync("/v1/balance")).Body;
        return (Of("pending"), Of("available"));

        long Of(string name) => ((JsonArray)balance[name]!).Where(entry => (string?)entry!["currency"] == currency).Sum(entry => (long)entry!["amount"]!);
    }
}
