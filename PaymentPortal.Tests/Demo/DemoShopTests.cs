using System.Net;
using System.Text.RegularExpressions;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Demo;

public sealed class WholePortalFixture : IAsyncLifetime
{
    public WholePortal Portal { get; private set; } = null!;

    public async Task InitializeAsync() => Portal = await WholePortal.StartAsync();

    public async Task DisposeAsync() => await Portal.DisposeAsync();
}

public sealed partial class DemoShopTests(WholePortalFixture fixture) : IClassFixture<WholePortalFixture>
{
    [Theory]
    [InlineData("USD", "18.00 USD", "44.00 USD")]
    [InlineData("EUR", "16.50 EUR", "40.50 EUR")]
    [InlineData("JPY", "2,700 JPY", "6,600 JPY")]
    [InlineData("KWD", "5.500 KWD", "13.500 KWD")]
    public async Task Buy_TwoGoodsOfOneMaker_LeadsToACheckoutWithTheirSum(string currency, string shown, string total)
    {
        using var visitor = fixture.Portal.Visitor();
        var shop = await visitor.GetAsync($"/demo?currency={currency}");
        Assert.Contains(shown, shop.Html, StringComparison.Ordinal);
        var answer = await visitor.PostAsync("/demo", ("form", Form(shop.Html)), ("currency", currency), ("mug", "1"), ("bowl", "1"), ("email", "anna@example.com"));
        Assert.Equal(HttpStatusCode.SeeOther, answer.Status);
        var page = await visitor.GetAsync(answer.Location!);
        Assert.Contains($"Pay {total}</button>", page.Html, StringComparison.Ordinal);
        Assert.Contains("Sold by hill-pottery", page.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Buy_SameFormTwice_IsOneCheckoutAndOtherGoodsAreAnother()
    {
        using var visitor = fixture.Portal.Visitor();
        var form = Form((await visitor.GetAsync("/demo")).Html);
        var first = await visitor.PostAsync("/demo", ("form", form), ("currency", "USD"), ("tea", "1"));
        var second = await visitor.PostAsync("/demo", ("form", form), ("currency", "USD"), ("tea", "1"));
        var other = await visitor.PostAsync("/demo", ("form", form), ("currency", "USD"), ("tea", "2"));
        Assert.Equal(first.Location, second.Location);
        Assert.NotEqual(first.Location, other.Location);
    }

    [Fact]
    public async Task Buy_Nothing_SaysSoAndKeepsTheForm()
    {
        using var visitor = fixture.Portal.Visitor();
        var answer = await visitor.PostAsync("/demo", ("form", "DEMO-0A0B0C0D"), ("currency", "JPY"), ("name", "Anna <3"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Status);
        Assert.Contains("<title>Error: ", answer.Html, StringComparison.Ordinal);
        Assert.Contains("DEMO-0A0B0C0D", answer.Html, StringComparison.Ordinal);
        Assert.Contains("Anna &lt;3", answer.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Buy_AddressThatTheApiRefuses_ShowsTheApisWords()
    {
        using var visitor = fixture.Portal.Visitor();
        var answer = await visitor.PostAsync("/demo", ("form", "DEMO-0A0B0C0E"), ("currency", "USD"), ("tea", "1"), ("email", "no address"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Status);
        Assert.Contains("not an e-mail address", answer.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Thanks_UnknownOrder_IsA404Page()
    {
        using var visitor = fixture.Portal.Visitor();
        var page = await visitor.GetAsync("/demo/thanks?order=DEMO-NONE");
        Assert.Equal(HttpStatusCode.NotFound, page.Status);
        Assert.Contains("There is no such order", page.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Shop_OutsideDevelopment_IsNotThere()
    {
        await using var portal = await WholePortal.StartInAsync("Production", "--Sandbox:Enabled=true", "--Sandbox:ApiKey=sk_test_other", "--Proxy:Known:0=127.0.0.1");
        using var visitor = portal.Visitor();
        var request = new HttpRequestMessage(HttpMethod.Get, "/demo");
        request.Headers.Add("X-Forwarded-Proto", "https");
        Assert.Equal(HttpStatusCode.NotFound, (await visitor.SendAsync(request)).Status);
    }

    private static string Form(string html) => FormNumber().Match(html).Groups["number"].Value;

    [GeneratedRegex("name=\"form\" value=\"(?<number>[^\"]+)\"")]
    private static partial Regex FormNumber();
}
