using Microsoft.Playwright;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Pages;

/// <summary>Daily close and Exports in a browser: accessible light and dark, wide and narrow, and a day signed by two people.</summary>
[Collection(Browser.Collection)]
public sealed class CloseLookTests(Browser browser, SeededPortal portal) : IClassFixture<SeededPortal>
{
    [SkippableFact]
    public async Task Day_SignedByTwoPeople_IsLocked_AndEveryPageIsAccessible()
    {
        const string other = "second@portal.example";
        await CloseSeed.FillAsync(portal.Server.Services);
        await portal.Server.AddStaffAsync(other, StaffRoles.Finance);
        var (first, second) = (await OpenAsync(SeededPortal.Email(StaffRoles.Finance), 1280, ColorScheme.Light), await OpenAsync(other, 360, ColorScheme.Dark));
        foreach (var page in new[] { first, second })
        {
            foreach (var path in new[] { "/recon/close", "/recon/close/none", "/exports", CloseSeed.Path }) await VisitAsync(page, path);
        }

        await CloseSeed.DifferAsync(portal.Server.Services, "seedc");
        await ResolveAsync(first, second, "ch_seedc");
        await VisitAsync(first, CloseSeed.Path);

        await first.GetByRole(AriaRole.Button, new() { Name = "Sign", Exact = true }).First.ClickAsync();
        await first.Locator("dialog[open]").GetByLabel("Why it may be closed all the same").FillAsync("The PSP looks into the amount");
        await CheckAsync(first, "sign a day");
        await first.Locator("dialog[open]").GetByRole(AriaRole.Button, new() { Name = "Sign", Exact = true }).ClickAsync();
        await Assertions.Expect(first.GetByText("You signed first")).ToBeVisibleAsync();

        await VisitAsync(second, CloseSeed.Path);
        await second.GetByRole(AriaRole.Button, new() { Name = "Sign and lock", Exact = true }).First.ClickAsync();
        await second.Locator("dialog[open]").GetByRole(AriaRole.Button, new() { Name = "Sign and lock", Exact = true }).ClickAsync();
        await Assertions.Expect(second.GetByText("Closed and locked.")).ToBeVisibleAsync();
        await CheckAsync(second, "a locked day");
        foreach (var path in new[] { CloseSeed.Path, "/recon/close", "/exports" }) await VisitAsync(first, path);
        await Assertions.Expect(first.GetByTestId("evidence-list")).ToContainTextAsync("evidence-2026-11-20.zip");
    }

    /// <summary>From a difference on the day's page to the entry that a second person books, and back to the day, which says that it is settled.</summary>
    private static async Task ResolveAsync(IPage first, IPage second, string item)
    {
        var row = first.Locator("tbody tr", new() { HasText = item });
        await VisitAsync(first, CloseSeed.Path);
        await Assertions.Expect(row.First).ToContainTextAsync("Amount, Open");
        await row.Locator("a[href^='/recon/mismatches/']").First.ClickAsync();
        await first.WaitToBeAtAsync("**/recon/mismatches/mm_*");
        await first.WaitForCircuitAsync();
        await first.GetByRole(AriaRole.Button, new() { Name = "Adjust", Exact = true }).First.ClickAsync();
        await first.Locator("dialog[open]").GetByLabel("Reason").FillAsync("The PSP is right");
        await first.Locator("dialog[open]").GetByRole(AriaRole.Button, new() { Name = "Adjust", Exact = true }).ClickAsync();
        await first.GetByRole(AriaRole.Link, new() { Name = "Look at the approval" }).ClickAsync();
        await first.WaitToBeAtAsync("**/approvals/apr_*");

        await second.GotoAsync(new Uri(first.Url).AbsolutePath);
        await second.WaitForCircuitAsync();
        await second.GetByRole(AriaRole.Button, new() { Name = "Approve", Exact = true }).First.ClickAsync();
        await second.GetByTestId("confirm").GetByRole(AriaRole.Button, new() { Name = "Approve", Exact = true }).ClickAsync();
        await Assertions.Expect(second.GetByText("Approved and done.")).ToBeVisibleAsync();

        await VisitAsync(first, CloseSeed.Path);
        await Assertions.Expect(row.First).ToContainTextAsync("Amount, Resolved");
    }

    private async Task<IPage> OpenAsync(string email, int width, ColorScheme scheme)
    {
        var page = await browser.NewPageAsync(portal.Server.Address, width, 800, scheme);
        await page.SignInAsync(email);
        return page;
    }

    private static async Task VisitAsync(IPage page, string path)
    {
        await page.GotoAsync(path);
        await page.WaitForCircuitAsync();
        await CheckAsync(page, path);
        await page.AssertFitsAsync(path);
    }

    private static async Task CheckAsync(IPage page, string what)
    {
        await page.ShootAsync($"{what} {page.ViewportSize!.Width}");
        await page.AssertAccessibleAsync($"{what} at {page.ViewportSize!.Width}");
    }
}
