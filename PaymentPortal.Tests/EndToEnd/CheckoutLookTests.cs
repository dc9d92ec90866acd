using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using PaymentPortal.Core.Payments;
using PaymentPortal.Tests.Checkout;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.EndToEnd;

/// <summary>How the buyer's pages look and feel in each state, to eyes, fingers and screen readers.</summary>
[Collection(Browser.Collection)]
public sealed class CheckoutLookTests(Browser browser, CheckoutSiteFixture fixture) : IClassFixture<CheckoutSiteFixture>
{
    private const string SmallControls = """
        () => [...document.querySelectorAll('a, button, input:not([type=hidden])')]
            .filter(control => control.checkVisibility() && !control.closest('.notice, .prose') && control.getBoundingClientRect().height < 44).map(control => control.outerHTML)
        """;

    private const string SmallText = """
        () => [...document.body.querySelectorAll('*')]
            .filter(element => [...element.childNodes].some(node => node.nodeType === 3 && node.textContent.trim()) && parseFloat(getComputedStyle(element).fontSize) < 16).map(element => element.outerHTML)
        """;

    public static TheoryData<BuyerState> States => [.. Enum.GetValues<BuyerState>()];

    [SkippableTheory]
    [MemberData(nameof(States))]
    public async Task Page_AnyState_IsAccessibleAndFitsInLightAndDarkOnDeskAndPhone(BuyerState state)
    {
        var link = await fixture.Site.CreateAsync("USD", ("hill-pottery", "1234.50", "2 × Stoneware mug, 1 × Breakfast bowl"), ("quay-books", "32.00", "1 × Tide atlas"));
        await CheckoutStates.EnterAsync(fixture.Site, state);
        await CheckAsync(link, $"checkout-{state}");
    }

    [SkippableTheory]
    [InlineData("/pay/help", "help")]
    [InlineData("/pay/nothing", "404")]
    public Task Page_WithoutAPayment_IsAccessibleAndFits(string path, string name) => CheckAsync(path, $"checkout-{name}");

    [SkippableFact]
    public async Task Receipt_Paid_IsAccessibleAndPrintsWithoutControls()
    {
        var link = await fixture.Site.CreateAsync();
        await fixture.Site.PayAsync();
        var page = await CheckAsync(link + "/receipt", "checkout-receipt");
        await page.EmulateMediaAsync(new PageEmulateMediaOptions { Media = Media.Print });
        await page.ShootAsync("checkout-receipt-print");
        Assert.False(await page.GetByText("Back to the shop").IsVisibleAsync());
        Assert.True(await page.GetByText("Payment number").IsVisibleAsync());
    }

    private async Task<IPage> CheckAsync(string path, string name)
    {
        var page = await browser.NewPageAsync(fixture.Site.Address, 1280, 800);
        var faults = new List<string>();
        page.Console += (_, message) =>
        {
            if (message.Type == "error" && !message.Text.Contains("404", StringComparison.Ordinal)) faults.Add(message.Text);
        };
        await page.GotoAsync(path);
        await AssertCleanAsync(page, name + "-light");
        await page.SetViewportSizeAsync(360, 780);
        await page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = ColorScheme.Dark });
        await AssertCleanAsync(page, name + "-dark-phone");
        Assert.Empty(await page.EvaluateAsync<string[]>(SmallControls));
        Assert.Empty(await page.EvaluateAsync<string[]>(SmallText));
        await page.SetViewportSizeAsync(320, 600);
        await page.AssertFitsAsync(name);
        Assert.Empty(faults);
        return page;
    }

    /// <summary>Stricter than for staff: no finding of any impact.</summary>
    private static async Task AssertCleanAsync(IPage page, string name)
    {
        await page.ShootAsync(name);
        var found = await page.RunAxe(new AxeRunOptions { Rules = new Dictionary<string, RuleOptions> { ["target-size"] = new() { Enabled = true } } });
        Assert.Empty(found.Violations.SelectMany(violation => violation.Nodes.Select(node => $"{name}: {violation.Id} ({violation.Impact}) at {node.Html}")));
        await page.AssertFitsAsync(name);
    }
}
