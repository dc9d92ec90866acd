using Microsoft.Playwright;
using PaymentPortal.Core.Psp;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Pages;

/// <summary>Refunds and disputes in a browser: accessible in every theme and width, and a refund from its preview to its page.</summary>
[Collection(Browser.Collection)]
public sealed class ReturnLookTests(Browser browser, SeededPortal portal) : IClassFixture<SeededPortal>
{
    [SkippableTheory]
    [InlineData(ColorScheme.Light, 1280)]
    [InlineData(ColorScheme.Dark, 360)]
    public async Task EveryPage_AnyThemeAndWidth_IsAccessibleAndFits(ColorScheme scheme, int width)
    {
        var (refunded, disputed, asked) = (await ReturnSeed.PaidAsync(portal), await ReturnSeed.PaidAsync(portal), await ReturnSeed.PaidAsync(portal));
        var refund = await ReturnSeed.RefundAsync(portal.Server.Services, refunded);
        var dispute = await ReturnSeed.DisputeAsync(portal.Server.Services, disputed);
        var inquiry = await ReturnSeed.DisputeAsync(portal.Server.Services, asked, PspDisputeStatus.InquiryNeedsResponse);
        var page = await OpenAsync(StaffRoles.Finance, width, scheme);

        foreach (var path in new[]
                 {
                     "/refunds", "/refunds?q=none", $"/refunds/{refund}", "/refunds/rfd_none", "/disputes", "/disputes?status=over", $"/disputes/{dispute}", $"/disputes/{inquiry}",
                     $"/payments/{refunded.Id}?tab=refunds", $"/payments/{disputed.Id}?tab=refunds",
                 }) await VisitAsync(page, path, scheme);
    }

    [SkippableFact]
    public async Task Refund_FromItsPreviewToItsPage()
    {
        var payment = await ReturnSeed.PaidAsync(portal);
        var page = await OpenAsync(StaffRoles.Support, 1280, ColorScheme.Light);
        await page.GotoAsync($"/payments/{payment.Id}");
        await page.WaitForCircuitAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Refund", Exact = true }).ClickAsync();
        await page.GetByLabel("Amount, ").FillAsync("1.23456");
        await Assertions.Expect(page.GetByText("The amount must have")).ToBeVisibleAsync();
        await page.GetByLabel("Amount, ").FillAsync(payment.Total.ToString());
        await page.GetByLabel("Reason").FillAsync("Returned goods");
        await page.GetByRole(AriaRole.Button, new() { Name = "Show what it books" }).ClickAsync();
        await Assertions.Expect(page.GetByTestId("refund-lines")).ToContainTextAsync("refunds:open");
        await Assertions.Expect(page.GetByTestId("refund-wallet")).ToContainTextAsync(payment.Seller);
        await page.ShootAsync("refund preview");
        await page.AssertAccessibleAsync("refund preview");
        await page.GetByTestId("refund").GetByRole(AriaRole.Button, new() { Name = "Refund " }).ClickAsync();

        await Assertions.Expect(page.GetByText("The refund is asked for.")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("[data-state=refunded]").First).ToBeVisibleAsync();
        await page.GotoAsync($"/payments/{payment.Id}?tab=refunds");
        await Assertions.Expect(page.GetByTestId("refunds").GetByText("Returned goods")).ToBeVisibleAsync();
    }

    private async Task<IPage> OpenAsync(string role, int width, ColorScheme scheme)
    {
        var page = await browser.NewPageAsync(portal.Server.Address, width, 800, scheme);
        await page.SignInAsync(SeededPortal.Email(role));
        return page;
    }

    private static async Task VisitAsync(IPage page, string path, ColorScheme scheme)
    {
        await page.GotoAsync(path);
        await page.WaitForCircuitAsync();
        var what = $"{path} {scheme} {page.ViewportSize!.Width}";
        await page.ShootAsync(what);
        await page.AssertAccessibleAsync(what);
        await page.AssertFitsAsync(what);
    }
}
