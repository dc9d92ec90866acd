using System.Net;
using PaymentPortal.Tests.Demo;

namespace PaymentPortal.Tests.Checkout;

/// <summary>Beside the staff portal, in the whole program, the buyer's pages keep their own, stricter rules.</summary>
public sealed class CheckoutInPortalTests(WholePortalFixture fixture) : IClassFixture<WholePortalFixture>
{
    [Fact]
    public async Task Get_WrongLink_IsTheBuyersOwn404AndAsksNobodyToSignIn()
    {
        using var visitor = fixture.Portal.Visitor();
        var page = await visitor.GetAsync("/pay/00000000000000000000000000000000");
        Assert.Equal(HttpStatusCode.NotFound, page.Status);
        Assert.Contains("There is no payment at this address", page.Html, StringComparison.Ordinal);
        Assert.StartsWith("default-src 'none';", page.Header("Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Equal("no-referrer", page.Header("Referrer-Policy"));
    }

    [Fact]
    public async Task Get_Page_LoadsNothingOfTheStaffPortal()
    {
        using var visitor = fixture.Portal.Visitor();
        var order = await visitor.PostAsync("/demo", ("form", "DEMO-0A0B0C0F"), ("currency", "USD"), ("tea", "1"));
        var page = await visitor.GetAsync(order.Location!);
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.DoesNotContain("_framework", page.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("adzen", page.Html, StringComparison.Ordinal);
        Assert.Contains("no-store", page.Header("Cache-Control"), StringComparison.Ordinal);
    }
}
