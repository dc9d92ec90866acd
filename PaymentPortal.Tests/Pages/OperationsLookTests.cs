using Microsoft.Playwright;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Pages;

/// <summary>The operations pages in a browser: accessible in every theme and width, and a redrive from choosing to each result.</summary>
[Collection(Browser.Collection)]
public sealed class OperationsLookTests(Browser browser, SeededPortal portal) : IClassFixture<SeededPortal>
{
    [SkippableTheory]
    [InlineData(ColorScheme.Light, 1280)]
    [InlineData(ColorScheme.Dark, 1280)]
    [InlineData(ColorScheme.Light, 360)]
    [InlineData(ColorScheme.Dark, 360)]
    public async Task EveryPage_AnyThemeAndWidth_IsAccessibleAndFits(ColorScheme scheme, int width)
    {
        await LetterSeed.AddAsync(portal.Server.Services, $"look{scheme}{width}", 5, unknown: 1);
        await LetterSeed.AddRetryAsync(portal.Server.Services, $"evt_look{scheme}{width}");
        var page = await OpenAsync(StaffRoles.Support, width, scheme);
        foreach (var path in new[] { "/ops/dead-letters", "/ops/dead-letters/items", "/ops/dead-letters/items?q=none", "/ops/dead-letters/items?state=closed", "/ops/dead-letters/causes/Stripe%3Aresource_missing%3Aevent.apply", "/ops/dead-letters/redrive", "/ops/retries", "/ops/jobs" })
            await VisitAsync(page, path, scheme);
        var admin = await OpenAsync(StaffRoles.Admin, width, scheme);
        foreach (var path in new[] { "/admin/retry-policies", "/admin/retry-policies/session.create/Unanswered", "/admin/retry-policies/buyer.try/Declined", "/ops/jobs" }) await VisitAsync(admin, path, scheme);
    }

    [SkippableFact]
    public async Task Redrive_FromTheList_ToEachResult()
    {
        await LetterSeed.AddAsync(portal.Server.Services, "journey", 30, unknown: 2);
        var page = await OpenAsync(StaffRoles.Support, 1280, ColorScheme.Light);
        await page.GotoAsync("/ops/dead-letters/redrive");
        await page.WaitForCircuitAsync();
        var eligible = await page.GetByTestId("eligible").InnerTextAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = $"Redrive {eligible}", Exact = true }).First.ClickAsync();
        await page.GetByLabel("Reason").FillAsync("The PSP mended it");
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Type redrive" }).FillAsync($"redrive {eligible}");
        await page.ShootAsync("redrive confirm");
        await page.AssertAccessibleAsync("redrive confirm");
        await page.GetByTestId("confirm").GetByRole(AriaRole.Button, new() { Name = $"Redrive {eligible}", Exact = true }).ClickAsync();
        await page.WaitForURLAsync("**/ops/jobs/job_*");
        await page.WaitForCircuitAsync();
        await page.AssertAccessibleAsync("redrive job");
        await page.AssertFitsAsync("redrive job");
        await page.ShootAsync("redrive job");
        Assert.Contains("The PSP mended it", await page.ContentAsync(), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Policy_FromDraftToPublished()
    {
        var page = await OpenAsync(StaffRoles.Admin, 1280, ColorScheme.Light);
        await page.GotoAsync("/admin/retry-policies/session.expire/Busy");
        await page.WaitForCircuitAsync();
        await page.GetByLabel("Kind").SelectOptionAsync("FixedInterval");
        await page.GetByLabel("First wait, seconds").FillAsync("7");
        await page.GetByLabel("Tries in all").FillAsync("4");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save draft" }).ClickAsync();
        await Assertions.Expect(page.GetByText("The draft is saved")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Publish", Exact = true }).First.ClickAsync();
        await page.GetByLabel("Reason").FillAsync("The PSP asked for it");
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Type publish" }).FillAsync("publish");
        await page.ShootAsync("policy publish");
        await page.AssertAccessibleAsync("policy publish");
        await page.GetByTestId("confirm").GetByRole(AriaRole.Button, new() { Name = "Publish", Exact = true }).ClickAsync();
        await Assertions.Expect(page.GetByText("Version 1 is in force.")).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText("every 7 s; 4 tries").First).ToBeVisibleAsync();
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
