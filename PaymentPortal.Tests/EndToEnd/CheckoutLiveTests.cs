using System.Diagnostics;
using Microsoft.Playwright;
using PaymentPortal.Core.Payments;
using PaymentPortal.Tests.Checkout;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.EndToEnd;

/// <summary>What moves on the buyer's pages: the page that waits, the button that was pressed, and where the focus is.</summary>
[Collection(Browser.Collection)]
public sealed class CheckoutLiveTests(Browser browser, CheckoutSiteFixture fixture) : IClassFixture<CheckoutSiteFixture>
{
    /// <summary>The rules are 1.5 s with scripts and 3 s without; the rest is for a busy machine.</summary>
    [SkippableTheory]
    [InlineData(true, 3)]
    [InlineData(false, 5)]
    public async Task Status_PaymentSucceeds_ShowsTheReceiptByItself(bool hasScripts, int seconds)
    {
        var page = await OpenAsync(BuyerState.Processing, "/status", hasScripts);
        await Assertions.Expect(page.Locator("#pay")).ToHaveCountAsync(0);
        await fixture.Site.Store.ExecuteAsync($"UPDATE attempts SET state = 'Paid' WHERE checkout_id = '{fixture.Site.Newest}'");
        await fixture.Site.ArrangeAsync("status = 'SUCCESS', is_payment_done = 1");
        var watch = Stopwatch.StartNew();
        await page.WaitToBeAtAsync("**/receipt");
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(seconds));
    }

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Status_TimePasses_SaysMoreAtTenAndAtSixtySeconds(bool hasScripts)
    {
        var page = await OpenAsync(BuyerState.Processing, "/status", hasScripts);
        await Assertions.Expect(page.GetByText("This takes a few seconds.")).ToBeVisibleAsync();
        fixture.Site.Store.Time.Advance(TimeSpan.FromSeconds(10));
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("taking longer than usual");
        fixture.Site.Store.Time.Advance(TimeSpan.FromSeconds(50));
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("We do not know yet if you paid");
        await Assertions.Expect(page.GetByText("Do not pay again.")).ToBeVisibleAsync();
    }

    [SkippableFact]
    public async Task Pay_Pressed_SaysSoWithoutLosingFocusAndWorksAgainAfterBack()
    {
        var page = await OpenAsync(BuyerState.Payable);
        // Stays on the page, as a browser does until a slow answer comes.
        await page.EvaluateAsync("document.querySelector('#pay').form.addEventListener('submit', event => event.preventDefault())");
        var button = page.Locator("#pay");
        await button.FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(button).ToHaveTextAsync("Paying…");
        await Assertions.Expect(button).ToHaveAttributeAsync("aria-disabled", "true");
        await Assertions.Expect(button).ToBeFocusedAsync();
        await page.EvaluateAsync("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))");
        await Assertions.Expect(button).ToHaveTextAsync("Pay 12.50 USD");
        Assert.Null(await button.GetAttributeAsync("aria-disabled"));
    }

    [SkippableTheory]
    [InlineData(BuyerState.Declined)]
    [InlineData(BuyerState.CouldNotStart)]
    public async Task Page_SomethingWentWrong_HasFocusOnWhatWasSaid(BuyerState state)
    {
        var page = await OpenAsync(state);
        await Assertions.Expect(page.Locator(".notice")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Tab");
        await Assertions.Expect(page.Locator("#pay")).ToBeFocusedAsync();
    }

    [SkippableFact]
    public async Task Page_Times_AreInTheBrowsersOwnZone()
    {
        var page = await OpenAsync(BuyerState.Paid);
        var zone = await page.EvaluateAsync<string>("new Intl.DateTimeFormat('en-GB', { timeZoneName: 'short' }).formatToParts(new Date()).find(part => part.type === 'timeZoneName').value");
        await Assertions.Expect(page.Locator("dd time")).ToContainTextAsync(zone);
    }

    private async Task<IPage> OpenAsync(BuyerState state, string rest = "", bool hasScripts = true)
    {
        var link = await fixture.Site.CreateAsync();
        await CheckoutStates.EnterAsync(fixture.Site, state);
        var page = await browser.NewPageAsync(fixture.Site.Address, 360, 780, hasScripts: hasScripts);
        await page.GotoAsync(link + rest);
        return page;
    }
}
