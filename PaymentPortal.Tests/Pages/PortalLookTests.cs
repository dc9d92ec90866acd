using Microsoft.Playwright;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Pages;

/// <summary>Every page of the frame in light and dark, wide and narrow: accessible, not wider than the window, nothing refused by the policy.</summary>
[Collection(Browser.Collection)]
public sealed class PortalLookTests(Browser browser) : IAsyncLifetime
{
    private const string Anna = "anna@portal.example";

    private static readonly string[] Pages = ["/", "/admin/health", "/integrity", "/parts", "/help", "/me", "/me/password", "/go?q=nothing", "/no-such-page", "/error/400", "/error/500", "/logout"];

    private PortalServer _portal = null!;

    public async Task InitializeAsync() => _portal = await PortalServer.StartAsync();

    public async Task DisposeAsync() => await _portal.DisposeAsync();

    [SkippableTheory]
    [InlineData(ColorScheme.Light, 1280, 800)]
    [InlineData(ColorScheme.Dark, 360, 780)]
    public async Task EveryPage_AnyThemeAndWidth_IsAccessibleAndFits(ColorScheme scheme, int width, int height)
    {
        var page = await browser.NewPageAsync(_portal.Address, width, height, scheme);
        var refused = new List<string>();
        page.Console += (_, message) => { if (message.Text.Contains("Content Security Policy", StringComparison.Ordinal)) refused.Add(message.Text); };
        var setUp = await _portal.SetUpLinkAsync();
        await VisitAsync(page, setUp, scheme);
        await _portal.AddStaffAsync(Anna, StaffRoles.Admin);
        await VisitAsync(page, setUp, scheme);
        await VisitAsync(page, "/login", scheme);
        await page.SignInAsync(Anna);
        await _portal.BreakBooksAsync();
        foreach (var path in Pages) await VisitAsync(page, path, scheme);
        Assert.Empty(refused);
    }

    private static async Task VisitAsync(IPage page, string path, ColorScheme scheme)
    {
        await page.GotoAsync(path);
        if (await page.Locator("#pp-nav").CountAsync() > 0) await page.WaitForCircuitAsync();
        var what = $"{path.Split('?')[0]} {scheme} {page.ViewportSize!.Width}";
        await page.ShootAsync(what);
        await page.AssertAccessibleAsync(what);
        await page.AssertFitsAsync(what);
    }
}
