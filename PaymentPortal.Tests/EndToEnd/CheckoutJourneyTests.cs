using Microsoft.Playwright;
using PaymentPortal.Tests.Demo;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.EndToEnd;

/// <summary>A buyer's whole way through shop, checkout page, the PSP's page and back, in a real browser against the whole program.</summary>
[Collection(Browser.Collection)]
public sealed class CheckoutJourneyTests(Browser browser, WholePortalFixture fixture) : IClassFixture<WholePortalFixture>
{
    private const string Good = "4242424242424242";
    private const string Declined = "4000000000000002";
    private const string WithBankCheck = "4000000000003220";

    private string PayLink { get; set; } = "";

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Buyer_PaysWithAGoodCard_SeesReceiptAndTheShopKnows(bool hasScripts)
    {
        var page = await OpenAsync(hasScripts);
        await BuyAsync(page);
        await PressPayAsync(page);
        await EnterCardAsync(page, Good);
        await AssertPaidAsync(page);
        await page.GetByRole(AriaRole.Link, new() { Name = "Back to the shop" }).ClickAsync();
        await Assertions.Expect(page.GetByTestId("status")).ToHaveTextAsync("SUCCESS");
    }

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Buyer_DeclinedFirst_IsToldSoOnOurPageTooAndThenPays(bool hasScripts)
    {
        var page = await OpenAsync(hasScripts);
        await BuyAsync(page);
        await PressPayAsync(page);
        var link = PayLink;
        await EnterCardAsync(page, Declined);
        await page.GetByRole(AriaRole.Link, new() { Name = "Cancel and go back" }).ClickAsync();
        await Until.TrueAsync(async () => await ReloadAsync(page, link) == "Declined");
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Your bank said no");
        await Assertions.Expect(page.GetByText("No money has been taken.")).ToBeVisibleAsync();
        await PressPayAsync(page);
        await EnterCardAsync(page, Good);
        await AssertPaidAsync(page);
    }

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Buyer_BankWantsACheck_FinishesItAndPays(bool hasScripts)
    {
        var page = await OpenAsync(hasScripts);
        await BuyAsync(page);
        await PressPayAsync(page);
        await EnterCardAsync(page, WithBankCheck);
        await page.GetByRole(AriaRole.Button, new() { Name = "Complete authentication" }).ClickAsync();
        await AssertPaidAsync(page);
    }

    [SkippableFact]
    public async Task Buyer_LeavesTheBanksCheck_IsToldThatItWasNotFinished()
    {
        var page = await OpenAsync();
        await BuyAsync(page);
        await PressPayAsync(page);
        var link = PayLink;
        await EnterCardAsync(page, WithBankCheck);
        await page.GetByRole(AriaRole.Button, new() { Name = "Fail authentication" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Cancel and go back" }).ClickAsync();
        await Until.TrueAsync(async () => await ReloadAsync(page, link) == "BankCheckUnfinished");
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Pay 18.00 USD" })).ToBeVisibleAsync();
    }

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Buyer_Cancels_IsToldSoAndTheOldTabCanNotPay(bool hasScripts)
    {
        var page = await OpenAsync(hasScripts);
        await BuyAsync(page);
        var link = PayLink;
        var second = await page.Context.NewPageAsync();
        await second.GotoAsync(link);
        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel payment" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Payment cancelled");
        await second.GetByRole(AriaRole.Button, new() { Name = "Pay 18.00 USD" }).ClickAsync();
        await Assertions.Expect(second.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Payment cancelled");
    }

    [SkippableFact]
    public async Task Buyer_GoesBackAfterPaying_SeesThatItIsPaid()
    {
        var page = await OpenAsync();
        await BuyAsync(page);
        var link = PayLink;
        await PressPayAsync(page);
        await EnterCardAsync(page, Good);
        await AssertPaidAsync(page);
        await page.GotoAsync(link);
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("You have already paid");
        await Assertions.Expect(page.GetByRole(AriaRole.Button)).ToHaveCountAsync(0);
    }

    [SkippableFact]
    public async Task Buyer_ThreeTabsAndTwentyClicks_MakesOneSessionAndOneCharge()
    {
        var before = (await fixture.Portal.Sandbox.BooksAsync()).Sessions;
        var page = await OpenAsync();
        await BuyAsync(page);
        var link = PayLink;
        List<IPage> tabs = [page, await page.Context.NewPageAsync(), await page.Context.NewPageAsync()];
        foreach (var tab in tabs.Skip(1)) await tab.GotoAsync(link);
        // Sent by the page's own script and not awaited one by one: twenty presses at the same moment, as no hand could.
        await Task.WhenAll(tabs.Select((tab, at) => tab.EvaluateAsync(
            "count => { const form = document.querySelector('#pay').form; return Promise.all([...Array(count)].map(() => fetch(form.action, { method: 'POST', body: new URLSearchParams(new FormData(form)), redirect: 'manual' }))); }",
            at == 0 ? 8 : 6)));
        await Task.WhenAll(tabs.Select(PressPayAsync));
        Assert.Single(tabs.Select(tab => tab.Url).Distinct());
        foreach (var tab in tabs) await EnterCardAsync(tab, Good);
        await AssertPaidAsync(page);
        Assert.Equal([1L], (await fixture.Portal.Sandbox.BooksAsync()).Sessions.ExceptBy(before.Keys, session => session.Key).Select(session => session.Value));
        foreach (var tab in tabs)
        {
            await tab.GotoAsync(link);
            await Assertions.Expect(tab.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("You have already paid");
        }
    }

    /// <summary>What the shop sold and the PSP charged, on the host that did it: from the reference on the receipt to the entry and the trial balance.</summary>
    [SkippableFact]
    public async Task Operator_FindsWhatABuyerPaid_AndFollowsItIntoBalancedBooks()
    {
        var buyer = await OpenAsync();
        await BuyAsync(buyer);
        await PressPayAsync(buyer);
        await EnterCardAsync(buyer, Good);
        await AssertPaidAsync(buyer);
        var reference = await buyer.Locator("dt", new() { HasText = "reference" }).Locator("+ dd").InnerTextAsync();
        Assert.StartsWith("DEMO-", reference, StringComparison.Ordinal);

        var page = await OpenPortalAsync("finance@journey.example");
        await page.GotoAsync("/payments");
        await page.WaitForCircuitAsync();
        await page.Locator("#pp-search").FillAsync(reference);
        await page.Locator("#pp-search").PressAsync("Enter");
        await page.WaitToBeAtAsync("**/payments/chk_*");
        await Assertions.Expect(page.GetByTestId("answer-money")).ToContainTextAsync("taken");
        await page.GetByRole(AriaRole.Link, new() { Name = "Ledger 2" }).ClickAsync();
        await page.Locator(".pp-journal [data-row-link]").First.ClickAsync();
        await page.WaitToBeAtAsync("**/ledger/entries/jrn_**");

        var lines = page.GetByTestId("entry-lines").Locator("tbody tr");
        await Assertions.Expect(lines).ToHaveCountAsync(3);
        foreach (var (account, amount) in new[] { ("psp:clearing", "18.00"), ("payable", "17.55"), ("platform:fees", "0.45") })
            await Assertions.Expect(lines.Filter(new() { HasText = account })).ToContainTextAsync(amount);
        await page.GotoAsync("/ledger");
        await Assertions.Expect(page.GetByTestId("balanced")).ToHaveAttributeAsync("data-state", "balanced");
        await Assertions.Expect(page.Locator("[data-testid=trial][data-currency=USD] [data-state]").First).ToHaveAttributeAsync("data-state", "balanced");
    }

    /// <summary>What a buyer meets beyond our own pages: the card page, a refusal on it, the bank's check, and the shop's thanks for a paid order.</summary>
    [SkippableTheory]
    [InlineData(ColorScheme.Light, 1280)]
    [InlineData(ColorScheme.Dark, 360)]
    public async Task PagesBeyondOurs_AnyThemeAndWidth_AreAccessibleAndFit(ColorScheme scheme, int width)
    {
        var page = await browser.NewPageAsync(fixture.Portal.Address, width, 780, scheme);
        await BuyAsync(page);
        await PressPayAsync(page);
        await CheckAsync(page, "card page");
        await EnterCardAsync(page, Declined);
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        await CheckAsync(page, "card page after a decline");
        await EnterCardAsync(page, WithBankCheck);
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Complete authentication" })).ToBeVisibleAsync();
        await CheckAsync(page, "bank's check");
        await page.GetByRole(AriaRole.Button, new() { Name = "Complete authentication" }).ClickAsync();
        await AssertPaidAsync(page);
        await page.GetByRole(AriaRole.Link, new() { Name = "Back to the shop" }).ClickAsync();
        await Assertions.Expect(page.GetByTestId("status")).ToHaveTextAsync("SUCCESS");
        await CheckAsync(page, "thanks of a paid order");
    }

    [SkippableFact]
    public async Task Checkout_WithoutScripts_AsksForPlainPagesOnly()
    {
        var page = await OpenAsync(hasScripts: false);
        var asked = new List<string>();
        page.Request += (_, request) => asked.Add(request.Url);
        await BuyAsync(page);
        await PressPayAsync(page);
        await EnterCardAsync(page, Good);
        await AssertPaidAsync(page);
        Assert.DoesNotContain(asked, url => url.Contains("_framework", StringComparison.Ordinal) || url.Contains("_blazor", StringComparison.Ordinal) || url.EndsWith(".js", StringComparison.Ordinal));
        Assert.All(asked, url => Assert.StartsWith(fixture.Portal.Address.ToString(), url, StringComparison.Ordinal));
    }

    private Task<IPage> OpenAsync(bool hasScripts = true) => browser.NewPageAsync(fixture.Portal.Address, 360, 780, hasScripts: hasScripts);

    /// <summary>Signed in as finance, at the desk of the host in which buyers buy.</summary>
    private async Task<IPage> OpenPortalAsync(string email)
    {
        await fixture.Portal.AddStaffAsync(email, StaffRoles.Finance);
        var page = await browser.NewPageAsync(fixture.Portal.Address);
        await page.SignInAsync(email);
        return page;
    }

    private async Task BuyAsync(IPage page)
    {
        await page.GotoAsync("/demo");
        await page.GetByRole(AriaRole.Button, new() { Name = "Go to checkout" }).ClickAsync();
        await page.WaitToBeAtAsync("**/pay/*");
        PayLink = page.Url;
    }

    private static async Task PressPayAsync(IPage page)
    {
        await page.Locator("#pay").ClickAsync();
        await page.WaitToBeAtAsync("**/sandbox/psp/**");
    }

    private static async Task EnterCardAsync(IPage page, string number)
    {
        if (await page.GetByLabel("Card number").CountAsync() == 0) return;
        await page.GetByLabel("Email").FillAsync("anna@example.com");
        await page.GetByLabel("Card number").FillAsync(number);
        await page.GetByLabel("Expiry date").FillAsync("12 / 44");
        await page.GetByLabel("Security code").FillAsync("123");
        await page.GetByLabel("Name on card").FillAsync("Anna Kern");
        await page.GetByRole(AriaRole.Button, new() { Name = "Pay" }).ClickAsync();
    }

    /// <summary>On the receipt in the end: by the return itself, or by the status page when the PSP needed another moment.</summary>
    private static async Task AssertPaidAsync(IPage page)
    {
        await page.WaitToBeAtAsync("**/receipt");
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Thank you, you have paid");
    }

    private static async Task CheckAsync(IPage page, string what)
    {
        await page.ShootAsync($"{what} {page.ViewportSize!.Width}");
        await page.AssertAccessibleAsync(what);
        await page.AssertFitsAsync(what);
    }

    private static async Task<string?> ReloadAsync(IPage page, string link)
    {
        await page.GotoAsync(link);
        return await page.GetByTestId("payment").GetAttributeAsync("data-state");
    }
}
