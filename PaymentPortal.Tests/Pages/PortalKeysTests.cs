using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using PaymentPortal.Core.Storage;
using PaymentPortal.Security;
using PaymentPortal.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace PaymentPortal.Tests.Pages;

/// <summary>What a person does with keys, dialogs, the theme and a page left open, in a real browser.</summary>
[Collection(Browser.Collection)]
public sealed class PortalKeysTests(Browser browser) : IAsyncLifetime
{
    private const string Anna = "anna@portal.example";

    private PortalServer _portal = null!;

    public async Task InitializeAsync()
    {
        _portal = await PortalServer.StartAsync(new PortalSettings { Sessions = SessionRules.Default with { Recheck = TimeSpan.FromMilliseconds(300) } });
        await _portal.AddStaffAsync(Anna, StaffRoles.Admin);
    }

    public async Task DisposeAsync() => await _portal.DisposeAsync();

    [SkippableFact]
    public async Task Keys_OutsideInputs_SearchHelpAndGo()
    {
        var page = await OpenAsync("/");
        await page.Keyboard.PressAsync("/");
        await Expect(page.Locator("#pp-search")).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("gs/?");
        await Expect(page.Locator("#pp-search")).ToHaveValueAsync("gs/?");
        Assert.EndsWith("/", page.Url);

        await page.Locator("#main").FocusAsync();
        await page.Keyboard.PressAsync("?");
        await Expect(page.Locator("#pp-help")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator("#pp-help")).ToBeHiddenAsync();

        await page.Keyboard.PressAsync("g");
        await page.Keyboard.PressAsync("s");
        await page.WaitToBeAtAsync("**/admin/health");
        await Expect(page.Locator("h1")).ToBeFocusedAsync();
    }

    [SkippableFact]
    public async Task Keys_TurnedOffInPreferences_DoNothing()
    {
        var page = await OpenAsync("/me");
        await page.GetByRole(AriaRole.Button, new() { Name = "Turn off" }).ClickAsync();
        await Expect(page.Locator("html")).ToHaveAttributeAsync("data-pp-keys", "off");
        await page.WaitForCircuitAsync();
        await page.Keyboard.PressAsync("/");
        await Expect(page.Locator("#pp-search")).Not.ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Control+k");
        await Expect(page.Locator("#pp-search")).ToBeFocusedAsync();
    }

    [SkippableFact]
    public async Task List_JAndK_MoveBetweenRowsAndCopyTakesTheWholeId()
    {
        var page = await OpenAsync("/parts");
        await page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("k");
        await Expect(page.Locator("tr[data-id=chk_01JC8QZK5N7V9X3W2T4R6M8P7Q] a")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("c");
        await Expect(page.Locator("#pp-live")).ToHaveTextAsync("Copied chk_01JC8QZK5N7V9X3W2T4R6M8P7Q");
        Assert.Equal("chk_01JC8QZK5N7V9X3W2T4R6M8P7Q", await page.EvaluateAsync<string>("navigator.clipboard.readText()"));
    }

    [SkippableFact]
    public async Task Confirm_EscAndConfirm_GiveTheFocusBackAndAct()
    {
        var page = await OpenAsync("/parts");
        var opener = page.GetByRole(AriaRole.Button, new() { Name = "Cancel retry" });
        await opener.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Cancel", Exact = true })).ToBeFocusedAsync();
        await page.AssertAccessibleAsync("open dialog");
        await page.Keyboard.PressAsync("Escape");
        await Expect(opener).ToBeFocusedAsync();

        await opener.ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Cancel retry" }).ClickAsync();
        await Expect(page.GetByTestId("done")).ToHaveTextAsync("Done.");
        await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
    }

    [SkippableFact]
    public async Task Filters_Applied_StandInTheAddressWithOrWithoutScripts()
    {
        foreach (var hasScripts in new[] { true, false })
        {
            var page = await OpenAsync("/parts", hasScripts);
            await page.GetByLabel("Currency").SelectOptionAsync("JPY");
            await page.GetByRole(AriaRole.Button, new() { Name = "Apply" }).ClickAsync();
            await Expect(page.Locator(".pp-active-chip")).ToHaveTextAsync("Currency: JPY");
            await Expect(page.Locator("tbody tr[data-pp-row]")).ToHaveCountAsync(1);
            Assert.Contains("currency=JPY", page.Url);
            if (hasScripts) Assert.EndsWith("/parts?currency=JPY", page.Url);
        }
    }

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Theme_Chosen_HoldsOnEveryPage(bool hasScripts)
    {
        var page = await browser.NewPageAsync(_portal.Address, hasScripts: hasScripts);
        await page.GotoAsync("/login");
        await page.GetByRole(AriaRole.Button, new() { Name = "Dark" }).ClickAsync();
        await Expect(page.Locator("html")).ToHaveClassAsync("pp-dark" + (hasScripts ? " pp-js" : ""));
        await page.SignInAsync(Anna);
        await Expect(page.Locator("body")).ToHaveCSSAsync("background-color", "rgb(18, 18, 18)");
        if (!hasScripts) return;
        await page.WaitForCircuitAsync();
        await page.AssertAccessibleAsync("forced dark");
    }

    [SkippableFact]
    public async Task Phone_NavigationAndFilters_OpenOnDemand()
    {
        var page = await browser.NewPageAsync(_portal.Address, 360, 780);
        await page.SignInAsync(Anna);
        await page.GotoAsync("/parts");
        await page.WaitForCircuitAsync();
        await Expect(page.Locator("#pp-nav")).ToBeHiddenAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Navigation" }).ClickAsync();
        await Expect(page.Locator("#pp-nav")).ToBeVisibleAsync();
        await page.AssertAccessibleAsync("open navigation");
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator("#pp-nav")).ToBeHiddenAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Filters" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Apply" })).ToBeInViewportAsync();
        await page.AssertAccessibleAsync("open filters");
        await page.ShootAsync("open filters 360");
    }

    [SkippableFact]
    public async Task OpenPage_PersonIsDisabled_TurnsIntoTheSignIn()
    {
        var page = await OpenAsync("/admin/health");
        await _portal.Services.GetRequiredService<WriteLane>().RunAsync(unit => unit.Execute("UPDATE staff_users SET is_disabled = 1"), CancellationToken.None);
        await page.WaitToBeAtAsync("**/login?returnUrl=%2Fadmin%2Fhealth");
    }

    [SkippableFact]
    public async Task OpenPage_ServerIsGone_StaysReadableAndSaysSo()
    {
        var page = await OpenAsync("/help");
        await _portal.StopAsync();
        await Expect(page.Locator(".pp-reconnect-trying")).ToBeVisibleAsync();
        await Expect(page.Locator(".pp-reconnect-trying time")).Not.ToBeEmptyAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Help", Exact = true })).ToBeVisibleAsync();
        await page.ShootAsync("connection lost");
    }

    private async Task<IPage> OpenAsync(string path, bool hasScripts = true)
    {
        var page = await browser.NewPageAsync(_portal.Address, hasScripts: hasScripts);
        await page.SignInAsync(Anna);
        await page.GotoAsync(path);
        if (hasScripts) await page.WaitForCircuitAsync();
        return page;
    }
}
