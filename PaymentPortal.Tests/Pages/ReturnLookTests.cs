using Microsoft.Playwright;
using PaymentPortal.Core.Integrity;
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

    /// <summary>By the acts of its page and of its dead letter: each is done once, and its row says so.</summary>
    [SkippableFact]
    public async Task Refund_IsCancelledOrRetriedFromItsRow()
    {
        var (waiting, dead) = (await ReturnSeed.RefundAsync(portal.Server.Services, await SmallAsync()), await ReturnSeed.RefundAsync(portal.Server.Services, await SmallAsync()));
        await ReturnSeed.BuryAsync(portal.Server.Services, dead);
        var page = await OpenAsync(StaffRoles.Finance, 1280, ColorScheme.Light);
        await page.GotoAsync($"/refunds?q={waiting}");
        await page.WaitForCircuitAsync();
        await page.ConfirmAsync("Cancel", verb: "Cancel refund");
        await Assertions.Expect(page.GetByText("is cancelled; its money is back where it was.")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator($"tr[data-id='{waiting}']").GetByRole(AriaRole.Button, new() { Name = "Cancel", Exact = true })).ToHaveCountAsync(0);

        await page.GotoAsync($"/refunds?q={dead}");
        await page.WaitForCircuitAsync();
        await LookAsync(page, "refunds that can be retried");
        await Assertions.Expect(page.Locator($"tr[data-id='{dead}'] .pp-chip")).ToContainTextAsync("Stopped");
        await page.ConfirmAsync("Retry", verb: "Retry refund");
        await Assertions.Expect(page.Locator($"tr[data-id='{dead}']").GetByRole(AriaRole.Button, new() { Name = "Retry", Exact = true })).ToHaveCountAsync(0);
        Assert.Equal((1L, 0L), (await portal.CountAuditAsync("refund.cancel", waiting.Value), await portal.CountAuditAsync("refund.cancel", dead.Value)));
    }

    /// <summary>One that needs no second person.</summary>
    private async Task<SeededPayment> SmallAsync()
    {
        SeededPayment payment;
        do payment = await ReturnSeed.PaidAsync(portal);
        while (payment.Total.Minor > ApprovalLimits.Usual.Default.Single);
        return payment;
    }

    /// <summary>Two people with the same question before them: the second is told that too little is left, and one refund is made.</summary>
    [SkippableFact]
    public async Task Refund_OnAScreenThatIsOldByNow_IsRefusedInItsDialog()
    {
        var payment = await ReturnSeed.PaidAsync(portal);
        var amount = (payment.Total - new Core.Common.Money(10, payment.Total.Currency)).ToString();
        IPage[] pages = [await AskAsync(StaffRoles.Support), await AskAsync(StaffRoles.Finance)];

        foreach (var page in pages) await page.GetByTestId("refund").GetByRole(AriaRole.Button, new() { Name = "Refund " }).ClickAsync();

        await Assertions.Expect(pages[0].GetByText("The refund is asked for.")).ToBeVisibleAsync();
        await Assertions.Expect(pages[1].GetByTestId("refund").GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        await pages[1].GotoAsync($"/payments/{payment.Id}?tab=refunds");
        await Assertions.Expect(pages[1].GetByTestId("refunds").GetByText("Came broken")).ToHaveCountAsync(1);

        async Task<IPage> AskAsync(string role)
        {
            var page = await OpenAsync(role, 1280, ColorScheme.Light);
            await page.GotoAsync($"/payments/{payment.Id}");
            await page.WaitForCircuitAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Refund", Exact = true }).ClickAsync();
            await page.GetByLabel("Amount, ").FillAsync(amount);
            await page.GetByLabel("Reason").FillAsync("Came broken");
            await page.GetByRole(AriaRole.Button, new() { Name = "Show what it books" }).ClickAsync();
            await Assertions.Expect(page.GetByTestId("refund-wallet")).ToBeVisibleAsync();
            return page;
        }
    }

    [SkippableFact]
    public async Task Dispute_AnsweredWithEvidence_IsUnderReview()
    {
        var page = await OpenDisputeAsync(1280, ColorScheme.Light);
        await page.GetByLabel("What happened, in your words").FillAsync("The parcel was signed for on 3 November.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save evidence" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Saved. The bank sees nothing of it until it is submitted.")).ToBeVisibleAsync();
        await page.ShootAsync("dispute staged");
        await ConfirmAsync(page, "Submit evidence", "submit");

        var submitted = page.Locator("li", new() { HasText = "Evidence submitted to the bank" });
        await Assertions.Expect(submitted.First).ToContainTextAsync(SeededPortal.Email(StaffRoles.Finance));
        await Assertions.Expect(page.GetByText("The evidence is on its way to the bank.")).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText("Under review", new() { Exact = true })).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByTestId("evidence").GetByText("The parcel was signed for on 3 November.")).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByTestId("evidence-form")).ToHaveCountAsync(0);
        await LookAsync(page, "dispute under review");
    }

    [SkippableFact]
    public async Task Dispute_Accepted_IsOverForGood()
    {
        var page = await OpenDisputeAsync(360, ColorScheme.Dark);
        await ConfirmAsync(page, "Accept the loss", "accept");

        await Assertions.Expect(page.GetByText("The loss is accepted.")).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText("Accepted", new() { Exact = true })).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Accept the loss" })).ToHaveCountAsync(0);
        await LookAsync(page, "dispute accepted");
    }

    [SkippableFact]
    public async Task LostDispute_IsThePlatforms_WhenASecondPersonAgrees()
    {
        SeededPayment payment;
        do payment = await ReturnSeed.PaidAsync(portal);
        while (payment.Total.Minor <= ApprovalLimits.Usual.Default.Single);
        var dispute = await ReturnSeed.DisputeAsync(portal.Server.Services, payment, PspDisputeStatus.Lost);
        var page = await OpenAsync(StaffRoles.Finance, 1280, ColorScheme.Light);
        await page.GotoAsync($"/disputes/{dispute}");
        await page.WaitForCircuitAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Platform bears it", Exact = true }).ClickAsync();
        await page.Locator("dialog[open]").GetByLabel("Reason").FillAsync("The courier was ours");
        await page.Locator("dialog[open]").GetByRole(AriaRole.Button, new() { Name = "Platform bears it", Exact = true }).ClickAsync();
        await Assertions.Expect(page.GetByText("Asked for. It counts when a second person approves it.")).ToBeVisibleAsync();

        var second = $"second-{Guid.NewGuid():N}@portal.example";
        await portal.Server.AddStaffAsync(second, StaffRoles.Finance);
        var checker = await browser.NewPageAsync(portal.Server.Address);
        await checker.SignInAsync(second);
        await checker.GotoAsync("/approvals?kind=dispute-bearer");
        await checker.Locator("[data-row-link]").First.ClickAsync();
        await checker.WaitToBeAtAsync("**/approvals/apr_*");
        await checker.WaitForCircuitAsync();
        await checker.GetByRole(AriaRole.Button, new() { Name = "Approve", Exact = true }).First.ClickAsync();
        await checker.Locator("dialog[open]").GetByRole(AriaRole.Button, new() { Name = "Approve", Exact = true }).ClickAsync();
        await Assertions.Expect(checker.GetByText("Approved and done.")).ToBeVisibleAsync();

        await page.ReloadAsync();
        await Assertions.Expect(page.GetByText("The platform.", new() { Exact = true })).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText("The platform bears a loss: The courier was ours")).ToBeVisibleAsync();
    }

    private async Task<IPage> OpenDisputeAsync(int width, ColorScheme scheme)
    {
        var dispute = await ReturnSeed.DisputeAsync(portal.Server.Services, await ReturnSeed.PaidAsync(portal));
        var page = await OpenAsync(StaffRoles.Finance, width, scheme);
        await page.GotoAsync($"/disputes/{dispute}");
        await page.WaitForCircuitAsync();
        return page;
    }

    /// <summary>Nothing happens until the word is typed.</summary>
    private static async Task ConfirmAsync(IPage page, string verb, string phrase)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = verb, Exact = true }).ClickAsync();
        var dialog = page.Locator("dialog[open]");
        var button = dialog.GetByRole(AriaRole.Button, new() { Name = verb, Exact = true });
        await Assertions.Expect(button).ToHaveAttributeAsync("aria-disabled", "true");
        await dialog.GetByLabel("Type ").FillAsync(phrase);
        await Assertions.Expect(button).ToHaveAttributeAsync("aria-disabled", "false");
        await LookAsync(page, $"dispute dialog {phrase}");
        await button.ClickAsync();
    }

    private static async Task LookAsync(IPage page, string what)
    {
        await page.ShootAsync(what);
        await page.AssertAccessibleAsync(what);
        await page.AssertFitsAsync(what);
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
        await LookAsync(page, what);
    }
}
