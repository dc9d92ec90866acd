using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using PaymentPortal.Tests.Demo;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.EndToEnd;

/// <summary>The demo shop is what people see first.</summary>
[Collection(Browser.Collection)]
public sealed class DemoShopLookTests(Browser browser, WholePortalFixture fixture) : IClassFixture<WholePortalFixture>
{
    [SkippableTheory]
    [InlineData("/demo", "shop")]
    [InlineData("/demo?currency=KWD", "shop-kwd")]
    [InlineData("/demo/thanks?order=none", "thanks-none")]
    public async Task Page_LightAndDark_IsAccessibleAndFits(string path, string name)
    {
        var page = await browser.NewPageAsync(fixture.Portal.Address);
        await page.GotoAsync(path);
        await AssertCleanAsync(page, $"demo-{name}-light");
        await page.SetViewportSizeAsync(360, 780);
        await page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = ColorScheme.Dark });
        await AssertCleanAsync(page, $"demo-{name}-dark-phone");
    }

    [SkippableFact]
    public async Task Thanks_UnpaidOrder_ShowsItAndTheWayBackToPaying()
    {
        var page = await browser.NewPageAsync(fixture.Portal.Address, 360, 780);
        await page.GotoAsync("/demo");
        var form = await page.Locator("[name=form]").InputValueAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Go to checkout" }).ClickAsync();
        await page.WaitToBeAtAsync("**/pay/*");
        var reference = await page.GetByText(form).TextContentAsync();
        await page.GotoAsync($"/demo/thanks?order={reference}");
        await AssertCleanAsync(page, "demo-thanks-unpaid");
        await Assertions.Expect(page.GetByTestId("status")).ToHaveTextAsync("NOT_STARTED");
        await page.GetByRole(AriaRole.Link, new() { Name = "Go on paying" }).ClickAsync();
        await page.WaitToBeAtAsync("**/pay/*");
    }

    private static async Task AssertCleanAsync(IPage page, string name)
    {
        await page.ShootAsync(name);
        var found = await page.RunAxe();
        Assert.Empty(found.Violations.SelectMany(violation => violation.Nodes.Select(node => $"{name}: {violation.Id} ({violation.Impact}) at {node.Html}")));
        await page.AssertFitsAsync(name);
    }
}
