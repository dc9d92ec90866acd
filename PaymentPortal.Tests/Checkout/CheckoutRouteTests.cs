using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using PaymentPortal.Core.Payments;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Checkout;

public sealed partial class CheckoutRouteTests(CheckoutSiteFixture fixture) : IClassFixture<CheckoutSiteFixture>
{
    private const int LargestStyle = 10 * 1024;

    private CheckoutSite Site => fixture.Site;

    [Theory]
    [InlineData("")]
    [InlineData("/status")]
    [InlineData("/receipt")]
    [InlineData("/return")]
    [InlineData("/anything")]
    public async Task Get_WrongLink_IsA404PageWithHelp(string rest)
    {
        using var buyer = Site.Buyer();
        var page = await buyer.GetAsync("/pay/00000000000000000000000000000000" + rest);
        Assert.Equal(HttpStatusCode.NotFound, page.Status);
        Assert.Contains("There is no payment at this address", page.Html, StringComparison.Ordinal);
        Assert.Contains("href=\"/pay/help\"", page.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_Page_KeepsOutOfCachesFramesSearchAndReferrersAndRunsNoForeignCode()
    {
        using var buyer = Site.Buyer();
        var page = await buyer.GetAsync(await Site.CreateAsync());
        Assert.Contains("no-store", page.Header("Cache-Control"), StringComparison.Ordinal);
        Assert.Contains("noindex", page.Header("X-Robots-Tag"), StringComparison.Ordinal);
        Assert.Equal("no-referrer", page.Header("Referrer-Policy"));
        Assert.Equal("DENY", page.Header("X-Frame-Options"));
        var policy = page.Header("Content-Security-Policy");
        Assert.StartsWith("default-src 'none'; style-src 'self'; script-src 'self';", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_Page_LoadsOneSmallStyleOneSmallScriptAndOneIconOfOurOwn()
    {
        using var buyer = Site.Buyer();
        var page = await buyer.GetAsync(await Site.CreateAsync());
        var loaded = Loaded().Matches(page.Html).Select(match => match.Groups["path"].Value).Where(path => path.StartsWith("/pay/assets/", StringComparison.Ordinal)).ToList();
        Assert.Equal([".css", ".js", ".svg"], loaded.Select(Path.GetExtension).Order());
        foreach (var path in loaded)
        {
            var asset = await buyer.GetAsync(path);
            Assert.Equal(HttpStatusCode.OK, asset.Status);
            Assert.Contains("immutable", asset.Header("Cache-Control"), StringComparison.Ordinal);
            Assert.InRange(Encoding.UTF8.GetByteCount(asset.Html), 1, LargestStyle);
        }
        Assert.Equal(1, page.Html.Split("<script").Length - 1);
        Assert.DoesNotContain(" style=", page.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("_framework", page.Html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(BuyerState.Payable, "/status", "")]
    [InlineData(BuyerState.Payable, "/receipt", "")]
    [InlineData(BuyerState.Expired, "/status", "")]
    [InlineData(BuyerState.Held, "/status", "")]
    [InlineData(BuyerState.Processing, "/receipt", "")]
    [InlineData(BuyerState.Paid, "/status", "/receipt")]
    [InlineData(BuyerState.Paid, "/return", "/receipt")]
    [InlineData(BuyerState.Payable, "/return", "/status")]
    public async Task Get_PageOfAnotherState_LeadsToWhereThePaymentIs(BuyerState state, string asked, string home)
    {
        var link = await Site.CreateAsync();
        await CheckoutStates.EnterAsync(Site, state);
        using var buyer = Site.Buyer();
        var answer = await buyer.GetAsync(link + asked);
        Assert.Equal((HttpStatusCode.SeeOther, link + home), (answer.Status, answer.Location));
    }

    [Fact]
    public async Task Receipt_Paid_ShowsWhenWithWhichCardAndTheWayBack()
    {
        var link = await Site.CreateAsync();
        await Site.PayAsync();
        using var buyer = Site.Buyer();
        var page = await buyer.GetAsync(link + "/receipt");
        Assert.All(
            ["Thank you, you have paid", "22 Nov 2026 10:00 UTC", "Visa ending in 4242", "order 88121", "href=\"https://shop.example/thanks\""],
            words => Assert.Contains(words, page.Html, StringComparison.Ordinal));
        Assert.DoesNotContain("http-equiv", page.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task State_Waiting_TellsTheScriptWhatTheBuyerIsToldNext()
    {
        var link = await Site.CreateAsync();
        await CheckoutStates.EnterAsync(Site, BuyerState.ProcessingLong);
        using var buyer = Site.Buyer();
        var state = JsonNode.Parse((await buyer.GetAsync(link + "/state")).Html)!;
        Assert.Equal("ProcessingLong", (string)state["state"]!);
        Assert.Contains("longer than usual", (string)state["news"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Post_TooSoonAfterDeclines_Is429_NamesTheTime_AndChangesNothing()
    {
        var link = await Site.CreateAsync();
        await CheckoutStates.DeclineAsync(Site, "insufficient_funds");
        await Site.ArrangeAsync("status = 'EXECUTING', declines = 2");
        using var buyer = Site.Buyer();
        var before = await Site.Store.ScalarAsync("SELECT (SELECT COUNT(*) FROM attempts) + (SELECT COUNT(*) FROM retry_tasks) + (SELECT COUNT(*) FROM outbox)");

        var shown = await buyer.GetAsync(link);
        var press = new HttpRequestMessage(HttpMethod.Post, link) { Content = new FormUrlEncodedContent([]) };
        press.Headers.Add("Sec-Fetch-Site", "same-origin");
        var early = await buyer.SendAsync(press);

        // Two failed tries: the policy wants 10 seconds after the second.
        Assert.Contains("You can try again at <time datetime=\"2026-11-22T10:00:10Z\"", shown.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("id=\"pay\"", shown.Html, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.TooManyRequests, "10"), (early.Status, early.Header("Retry-After")));
        Assert.Contains("You can try again at", early.Html, StringComparison.Ordinal);
        Assert.Equal(before, await Site.Store.ScalarAsync("SELECT (SELECT COUNT(*) FROM attempts) + (SELECT COUNT(*) FROM retry_tasks) + (SELECT COUNT(*) FROM outbox)"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/cancel")]
    public async Task Post_WithoutProof_ChangesNothingAndShowsThePageAgain(string act)
    {
        var link = await Site.CreateAsync();
        using var buyer = Site.Buyer();
        var page = await buyer.PostAsync(link + act);
        Assert.Equal(HttpStatusCode.BadRequest, page.Status);
        Assert.Contains("<title>Error: ", page.Html, StringComparison.Ordinal);
        Assert.Contains("id=\"pay\"", page.Html, StringComparison.Ordinal);
        Assert.Contains("data-state=\"Payable\"", (await buyer.GetAsync(link)).Html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cross-site", HttpStatusCode.BadRequest)]
    [InlineData("same-site", HttpStatusCode.BadRequest)]
    [InlineData("same-origin", HttpStatusCode.SeeOther)]
    public async Task Post_BrowsersWordInsteadOfAToken_CountsOnlyForOurOwnPages(string site, HttpStatusCode expected)
    {
        var link = await Site.CreateAsync();
        using var buyer = Site.Buyer();
        var request = new HttpRequestMessage(HttpMethod.Post, link + "/cancel") { Content = new FormUrlEncodedContent([]) };
        request.Headers.Add("Sec-Fetch-Site", site);
        Assert.Equal(expected, (await buyer.SendAsync(request)).Status);
    }

    [Fact]
    public async Task Cancel_WithToken_LeadsToAPageThatSaysSo()
    {
        var link = await Site.CreateAsync();
        using var buyer = Site.Buyer();
        var token = PortalClient.Token((await buyer.GetAsync(link)).Html);
        var answer = await buyer.PostAsync(link + "/cancel", ("__RequestVerificationToken", token));
        Assert.Equal((HttpStatusCode.SeeOther, link), (answer.Status, answer.Location));
        Assert.Contains("Payment cancelled", (await buyer.GetAsync(link)).Html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(BuyerState.Processing)]
    [InlineData(BuyerState.Unknown)]
    [InlineData(BuyerState.Closing)]
    [InlineData(BuyerState.Paid)]
    [InlineData(BuyerState.Expired)]
    public async Task Pay_WhereNothingMayBePaid_OnlyShowsHowItStands(BuyerState state)
    {
        var link = await Site.CreateAsync();
        using var buyer = Site.Buyer();
        var token = PortalClient.Token((await buyer.GetAsync(link)).Html);
        await CheckoutStates.EnterAsync(Site, state);
        var answer = await buyer.PostAsync(link, ("__RequestVerificationToken", token));
        Assert.Equal((HttpStatusCode.SeeOther, link + "/status"), (answer.Status, answer.Location));
    }

    [Fact]
    public async Task Help_Always_NamesTheMerchant()
    {
        using var buyer = Site.Buyer();
        var page = await buyer.GetAsync("/pay/help");
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Contains("Ask Harbour", page.Html, StringComparison.Ordinal);
    }

    [GeneratedRegex("(?:href|src)=\"(?<path>[^\"]+)\"")]
    private static partial Regex Loaded();
}
