using System.Net;
using PaymentPortal.Sandbox.Control;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Checkout;

/// <summary>The acts against a PSP that answers, refuses, or is gone.</summary>
public sealed class CheckoutPspTests : IAsyncLifetime
{
    private CheckoutSite _site = null!;
    private PortalClient _buyer = null!;
    private string _link = "";

    public async Task InitializeAsync()
    {
        _site = await CheckoutSite.StartAsync(withPsp: true);
        _buyer = _site.Buyer();
        _link = await _site.CreateAsync();
    }

    public async Task DisposeAsync()
    {
        _buyer.Dispose();
        await _site.DisposeAsync();
    }

    [Fact]
    public async Task Pay_AnyNumberOfTimes_LeadsToOnePspPage()
    {
        var token = PortalClient.Token((await _buyer.GetAsync(_link)).Html);
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => _buyer.PostAsync(_link, ("__RequestVerificationToken", token))));
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.SeeOther, answer.Status));
        Assert.StartsWith(_site.Sandbox!.BaseAddress, Assert.Single(answers.Select(answer => answer.Location).Distinct()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Return_Paid_LeadsToTheReceipt()
    {
        await _site.Sandbox!.PayAsync((await PressAsync()).Location!);
        Assert.Equal(_link + "/receipt", (await _buyer.GetAsync(_link + "/return")).Location);
    }

    [Fact]
    public async Task Return_NotPaidAfterAll_OffersPayAgain()
    {
        await PressAsync();
        await _buyer.GetAsync(_link + "/return");
        Assert.Contains("id=\"pay\"", (await _buyer.GetAsync(_link)).Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Return_PspGone_NeitherOffersPayNorLosesThePayment()
    {
        await _site.Sandbox!.PayAsync((await PressAsync()).Location!);
        await _site.Sandbox.StopAsync();
        Assert.Equal(_link + "/status", (await _buyer.GetAsync(_link + "/return")).Location);
        Assert.Contains("data-state=\"Processing\"", (await _buyer.GetAsync(_link + "/status")).Html, StringComparison.Ordinal);
        _site.Store.Time.Advance(TimeSpan.FromSeconds(60));
        Assert.Contains("data-state=\"Unknown\"", (await _buyer.GetAsync(_link + "/status")).Html, StringComparison.Ordinal);
        await _site.Sandbox.StartAgainAsync();
        Assert.Equal(_link + "/receipt", (await _buyer.GetAsync(_link + "/return")).Location);
    }

    [Fact]
    public async Task Return_Declined_NamesTheReasonOnceThePspWasAsked()
    {
        await _site.Sandbox!.PayAsync((await PressAsync()).Location!, "4000000000009995");
        await _buyer.GetAsync(_link + "/return");
        Assert.Contains("There is not enough money on this card", (await _buyer.GetAsync(_link)).Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pay_PspRefusesToMakeThePage_SaysThatNothingWasTakenAndOffersAnotherTry()
    {
        await _site.Sandbox!.Control.SetFaultsAsync(new FaultRule { Method = "POST", Path = "/v1/checkout/sessions", Status = 400, Times = 1 });
        Assert.Equal(_link, (await PressAsync()).Location);
        var page = await _buyer.GetAsync(_link);
        Assert.Contains("We could not start the payment", page.Html, StringComparison.Ordinal);
        Assert.Contains("No money has been taken.", page.Html, StringComparison.Ordinal);
        Assert.StartsWith(_site.Sandbox.BaseAddress, (await PressAsync()).Location, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_StoreGone_IsA503PageThatWarnsOfPayingTwice()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        File.Move(Path.Combine(_site.Store.Directory, "portal.db"), Path.Combine(_site.Store.Directory, "away.db"));
        var page = await _buyer.GetAsync(_link);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, page.Status);
        Assert.NotEmpty(page.Header("Retry-After"));
        Assert.Contains("do not pay again", page.Html, StringComparison.Ordinal);
        Assert.Contains("href=\"/pay/help\"", page.Html, StringComparison.Ordinal);
    }

    private async Task<PageAnswer> PressAsync() =>
        await _buyer.PostAsync(_link, ("__RequestVerificationToken", PortalClient.Token((await _buyer.GetAsync(_link)).Html)));
}
