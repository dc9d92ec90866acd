using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Playwright;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Payouts;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Storage;
using PaymentPortal.Pages.Parts;
using PaymentPortal.Pages.Payouts;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Pages;

/// <summary>Payouts, sellers and statements: by their addresses, by rights, as files, and in a browser in both themes and widths.</summary>
[Collection(Browser.Collection)]
public sealed class PayoutPagesTests(Browser browser, PayoutPortal portal) : IClassFixture<PayoutPortal>
{
    [Theory]
    [InlineData("/payouts", "Payouts")]
    [InlineData("/payouts?status=failed,returned", "Failed")]
    [InlineData("/payouts?seller=nobody", "No payout matches these filters")]
    [InlineData("/payouts?status=happy", "“happy” is no status")]
    [InlineData("/payouts?colour=red", "“colour” is no filter")]
    [InlineData("/payouts?created=yesterday", "no span of time")]
    [InlineData("/payouts?by=user:nobody", "No payout matches these filters")]
    [InlineData("/payouts?trace=po_none", "No payout matches these filters")]
    [InlineData("/sellers", "seller-tea")]
    [InlineData("/sellers?q=nobody", "There is no seller nobody")]
    [InlineData("/sellers/seller-tea", "…6789")]
    [InlineData("/sellers/seller-tea?from=2001-01-01&to=2001-01-02", "Closing balance")]
    public async Task Address_IsShownAsItSays(string path, string text)
    {
        using var visitor = await portal.VisitorAsync(StaffRoles.Finance);

        var page = await visitor.GetAsync(path);

        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Contains(text, WebUtility.HtmlDecode(page.Html), StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_SaysWhoAsked_WhoAgreed_WhenItArrives_AndByWhichTrace()
    {
        var payout = await portal.FailedAsync(await portal.Seed.SellerAsync("seller-listed", sales: 100), "1100.00");
        var stored = (await portal.Server.Services.GetRequiredService<PayoutQueries>().FindAsync(payout, CancellationToken.None))!;
        using var visitor = await portal.VisitorAsync(StaffRoles.Auditor);

        var html = WebUtility.HtmlDecode((await visitor.GetAsync($"/payouts?trace={stored.PspPayoutId}&by={stored.RequestedBy}")).Html);

        Assert.Contains($"data-id=\"{payout}\"", html, StringComparison.Ordinal);
        foreach (var said in new[] { "staff " + PpId.Shorten(stored.RequestedBy[Actor.StaffPrefix.Length..]), "checker", stored.PspPayoutId!, "datetime=\"" + stored.ArrivesAt!.Value.UtcDateTime.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture) })
            Assert.Contains(said, html, StringComparison.Ordinal);
        Assert.Contains($"/approvals/{(await portal.Server.Services.GetRequiredService<PayoutQueries>().FindAsync(portal.Of(PayoutStatus.Requested), CancellationToken.None))!.WaitsForApproval}", (await visitor.GetAsync("/payouts?status=requested")).Html, StringComparison.Ordinal);
        Assert.DoesNotContain(payout.Value, (await visitor.GetAsync("/payouts?trace=" + portal.Of(PayoutStatus.Failed))).Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Approvals_AreFoundByKindAmountAndMaker_AndSayWhichRuleFired()
    {
        var payout = (await portal.Server.Services.GetRequiredService<PayoutQueries>().FindAsync(portal.Of(PayoutStatus.Requested), CancellationToken.None))!;
        using var visitor = await portal.VisitorAsync(StaffRoles.Auditor);

        foreach (var (query, isThere) in new[]
        {
            ("", true), ("&kind=payout", true), ("&kind=refund", false), ("&currency=USD&amount=1500..1500", true), ("&currency=USD&amount=1500.01..", false), ("&currency=USD&amount=..1499.99", false), ("&currency=EUR", false),
            ($"&maker={payout.RequestedBy}", true), ("&maker=user:nobody", false),
        })
        {
            var html = WebUtility.HtmlDecode((await visitor.GetAsync($"/approvals?view=all&size=100{query}")).Html);
            Assert.Equal((query, isThere), (query, html.Contains($"data-id=\"{payout.WaitsForApproval}\"", StringComparison.Ordinal)));
            if (isThere) Assert.Contains("Above 1,000.00 USD alone", html, StringComparison.Ordinal);
        }
        foreach (var (query, notice) in new[] { ("amount=1..2", "choose one"), ("kind=rent", "nothing that needs a second person"), ("colour=red", "no filter"), ("view=hers", "no view") })
            Assert.Contains(notice, (await visitor.GetAsync($"/approvals?{query}")).Html, StringComparison.Ordinal);
        Assert.Contains("Above 1,000.00 USD alone", (await visitor.GetAsync($"/approvals/{payout.WaitsForApproval}")).Html, StringComparison.Ordinal);
    }

    /// <summary>What is approved together is what the list shows, and no more.</summary>
    [Fact]
    public async Task Approvals_ApprovedTogether_AreThoseOfTheFilters()
    {
        using var visitor = await portal.VisitorAsync(StaffRoles.Finance);

        var list = WebUtility.HtmlDecode((await visitor.GetAsync("/approvals?kind=payout&currency=USD&amount=1500..1500")).Html);
        var none = WebUtility.HtmlDecode((await visitor.GetAsync("/approvals/many?kind=payout&currency=USD&amount=1500.01..1500.02")).Html);

        Assert.Contains("href=\"/approvals/many?amount=1500..1500&currency=USD&kind=payout\"", list, StringComparison.Ordinal);
        Assert.Contains("None of them waits for you any more", none, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/payouts/out_none")]
    [InlineData("/sellers/nobody")]
    public async Task Unknown_Is404WithItsOwnWords(string path)
    {
        using var visitor = await portal.VisitorAsync(StaffRoles.Auditor);

        var page = await visitor.GetAsync(path);

        Assert.Equal(HttpStatusCode.NotFound, page.Status);
        Assert.Contains("not found", page.Html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(StaffRoles.Finance, true, true)]
    [InlineData(StaffRoles.Auditor, true, false)]
    [InlineData(StaffRoles.Support, false, false)]
    [InlineData(StaffRoles.Admin, false, false)]
    public async Task Acts_AreOpenToFinanceAlone(string role, bool maySee, bool mayAct)
    {
        using var visitor = await portal.VisitorAsync(role);

        var page = await visitor.GetAsync($"/payouts/{portal.Of(PayoutStatus.Failed)}");

        Assert.Equal(maySee, page.Status == HttpStatusCode.OK);
        if (maySee) Assert.Equal(mayAct, page.Html.Contains("Take back: ", StringComparison.Ordinal));
        Assert.Equal(mayAct, (await visitor.GetAsync("/payouts/own")).Status == HttpStatusCode.OK);
        Assert.Equal(mayAct, (await visitor.GetAsync($"/payouts/batch?key={Guid.NewGuid():N}")).Status == HttpStatusCode.OK);
    }

    [Theory]
    [InlineData(StaffRoles.Finance, true)]
    [InlineData(StaffRoles.Support, false)]
    public async Task Home_WhilePayoutsHaveFailed_SaysSoAndLeadsWhoMaySeeThemThere(string role, bool leadsThere)
    {
        using var visitor = await portal.VisitorAsync(role);

        var home = WebUtility.HtmlDecode((await visitor.GetAsync("/")).Html);

        Assert.Matches(@"\d+ payouts? did not arrive: [\d.,]+ USD\.", home);
        Assert.Equal(leadsThere, home.Contains("href=\"/payouts?status=failed,returned\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task StatementFile_HoldsEveryMovementAndItsBalance()
    {
        using var visitor = await portal.VisitorAsync(StaffRoles.Auditor);

        var file = await visitor.GetAsync("/sellers/seller-many/statement/csv?currency=USD");
        var bad = await visitor.GetAsync("/sellers/seller-many/statement/csv?currency=USD&from=x");

        var lines = file.Html.TrimEnd().Split("\r\n");
        Assert.Equal(PayoutPortal.Many + 3, lines.Length);
        Assert.Equal(("Opening", "0.00", "12.50", "Closing"), (lines[1].Split(',')[2], lines[1].Split(',')[6], lines[2].Split(',')[6], lines[^1].Split(',')[2]));
        Assert.Equal(PayoutRig.Usd("12.50").Minor * PayoutPortal.Many, long.Parse(lines[^1].Split(',')[9], System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(HttpStatusCode.BadRequest, bad.Status);
    }

    [SkippableTheory]
    [InlineData(ColorScheme.Light, 1280)]
    [InlineData(ColorScheme.Dark, 360)]
    public async Task EveryPage_AnyThemeAndWidth_IsAccessibleAndFits(ColorScheme scheme, int width)
    {
        var page = await OpenAsync(width, scheme);
        string[] paths = ["/payouts", "/payouts?seller=nobody", "/payouts/own", "/payouts/batch", $"/payouts/{portal.Of(PayoutStatus.Requested)}", $"/payouts/{portal.Of(PayoutStatus.Failed)}", $"/payouts/{portal.Of(PayoutStatus.Paid)}", "/sellers", "/sellers/seller-tea", "/sellers/seller-many", "/sellers/seller-many/statement?currency=USD"];
        for (var at = 0; at < paths.Length; at++)
        {
            await page.GotoAsync(paths[at]);
            await page.WaitForCircuitAsync();
            await page.AssertAccessibleAsync(paths[at]);
            await page.AssertFitsAsync(paths[at]);
            await page.ShootAsync($"payouts {at} {scheme} {width}");
        }
    }

    [SkippableFact]
    public async Task Seller_IsPaidFromHisPage_AndTheRequestCanBeCancelled()
    {
        var seller = $"seller-{Guid.NewGuid():N}";
        await portal.Seed.SellerAsync(seller, 2);
        var page = await OpenAsync(1280, ColorScheme.Light);
        await page.GotoAsync("/sellers/" + seller);
        await page.WaitForCircuitAsync();
        await page.GetByLabel("Amount in USD").FillAsync("20.00");
        await page.GetByRole(AriaRole.Button, new() { Name = "Ask for payout", Exact = true }).First.ClickAsync();
        await page.GetByLabel("Reason").FillAsync("He asked for it");
        await page.AssertAccessibleAsync("ask dialog");
        await page.GetByTestId("confirm").GetByRole(AriaRole.Button, new() { Name = "Ask for payout", Exact = true }).ClickAsync();
        await page.WaitToBeAtAsync("**/payouts/out_*");
        await page.WaitForCircuitAsync();
        await Assertions.Expect(page.GetByTestId("ledger").Locator("tbody")).ToHaveCountAsync(1);

        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel", Exact = true }).First.ClickAsync();
        await page.GetByTestId("confirm").GetByRole(AriaRole.Button, new() { Name = "Cancel payout", Exact = true }).ClickAsync();

        await Assertions.Expect(page.GetByText("Done. It is cancelled now.")).ToBeVisibleAsync();
        await page.GotoAsync("/sellers/" + seller);
        await Assertions.Expect(page.GetByTestId("closing")).ToContainTextAsync("25.00");
    }

    [SkippableFact]
    public async Task Failed_IsPaidAgainOrTakenBack_ByPressesOfFinance()
    {
        var seller = await portal.Seed.SellerAsync($"seller-{Guid.NewGuid():N}", sales: 4);
        var (again, back) = (await portal.FailedAsync(seller), await portal.FailedAsync(seller));
        var page = await OpenAsync(1280, ColorScheme.Light);
        await PressAsync(page, $"/payouts/{again}", "Pay again", "The bank was mended");
        await Assertions.Expect(page.GetByText("Done. It is being sent now.")).ToBeVisibleAsync();
        await portal.EndAsync(again, PspPayoutStatus.Paid, steps: 2);

        await PressAsync(page, $"/payouts/{back}", "Take back", "The bank is closed");
        await Assertions.Expect(page.GetByText("Done. It is cancelled now.")).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByTestId("ledger").Locator("tbody")).ToHaveCountAsync(4);
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Pay again" })).ToHaveAttributeAsync("aria-disabled", "true");

        await page.GotoAsync($"/payouts/{again}");
        await Assertions.Expect(page.Locator("[data-state=succeeded]").First).ToContainTextAsync("Paid");
        await Assertions.Expect(page.GetByText("The bank was mended")).ToBeVisibleAsync();
        await page.GotoAsync($"/sellers/{seller}");
        await Assertions.Expect(page.GetByTestId("closing")).ToContainTextAsync("40.00");
    }

    /// <summary>By the acts of its page: the same words, the same answer.</summary>
    [SkippableFact]
    public async Task Waiting_IsCancelledFromItsRow_AndSaysSo()
    {
        var seller = await portal.Seed.SellerAsync($"seller-{Guid.NewGuid():N}", sales: 130);
        var payout = await portal.Seed.PayoutAsync(seller, PayoutStatus.Requested);
        var page = await OpenAsync(1280, ColorScheme.Light);
        await page.GotoAsync($"/payouts?seller={seller}");
        await page.WaitForCircuitAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel", Exact = true }).First.ClickAsync();
        await page.AssertAccessibleAsync("cancel from the list");
        await page.Locator("dialog[open]").GetByRole(AriaRole.Button, new() { Name = "Cancel payout", Exact = true }).ClickAsync();

        await Assertions.Expect(page.GetByText("Done. It is cancelled now.")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator($"tr[data-id='{payout}'] [data-state=canceled]")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator($"tr[data-id='{payout}']").GetByRole(AriaRole.Button, new() { Name = "Cancel", Exact = true })).ToHaveCountAsync(0);
        Assert.Equal(1, await portal.Server.Services.GetRequiredService<WriteLane>().RunAsync(unit => unit.Scalar("SELECT COUNT(*) FROM approvals WHERE subject_id = $1 AND state = 'Withdrawn'", payout.Value), CancellationToken.None));
    }

    [Theory]
    [InlineData(StaffRoles.Finance, "requested", "Cancel payout: ", true)]
    [InlineData(StaffRoles.Finance, "paid", "Cancel payout: ", false)]
    [InlineData(StaffRoles.Auditor, "requested", "Cancel payout: ", false)]
    [InlineData(StaffRoles.Auditor, "requested", "Needs the role Finance", true)]
    public async Task Row_OffersToCancel_WhatCanBeCancelled_ToFinance(string role, string status, string text, bool isThere)
    {
        using var visitor = await portal.VisitorAsync(role);

        Assert.Equal(isThere, (await visitor.GetAsync($"/payouts?status={status}&seller=seller-tea")).Html.Contains(text, StringComparison.Ordinal));
    }

    /// <summary>Chosen, looked at, paid; and the same address pays nobody a second time.</summary>
    [SkippableFact]
    public async Task Sellers_ArePaidTogether_AndTheSamePagePaysNobodyTwice()
    {
        string[] sellers = [$"a-batch-{Guid.NewGuid():N}", $"a-batch-{Guid.NewGuid():N}"];
        foreach (var seller in sellers) await portal.Seed.SellerAsync(seller, 2);
        var page = await OpenAsync(1280, ColorScheme.Light);
        await page.GotoAsync("/payouts");
        await page.WaitForCircuitAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Pay sellers…" }).ClickAsync();
        await page.WaitToBeAtAsync("**/payouts/batch?key=*");
        await page.WaitForCircuitAsync();
        await LookAndPayAsync();
        await Assertions.Expect(page.GetByText("2 payouts asked for")).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByTestId("ends").Locator("tbody tr")).ToHaveCountAsync(2);
        await page.ShootAsync("batch paid");
        await page.AssertAccessibleAsync("batch paid");

        foreach (var seller in sellers) await portal.Seed.SellerAsync(seller, 1);
        await page.ReloadAsync();
        await page.WaitForCircuitAsync();
        await Assertions.Expect(page.Locator("tr", new() { HasText = sellers[0] })).ToContainTextAsync("waits to be sent already");
        var paid = await Task.WhenAll(sellers.Select(async seller => await portal.Server.Services.GetRequiredService<PayoutQueries>().CountAsync(new PayoutFilter { Seller = SellerAccount.Of(seller) }, CancellationToken.None)));
        Assert.Equal([1, 1], paid);

        async Task LookAndPayAsync()
        {
            foreach (var seller in sellers) await page.GetByLabel($"Choose {seller}, USD").First.CheckAsync();
            await page.GetByTestId("preview-batch").ClickAsync();
            await Assertions.Expect(page.GetByTestId("preview")).ToContainTextAsync("50.00");
            await page.ShootAsync("batch preview");
            await page.AssertAccessibleAsync("batch preview");
            await page.ConfirmAsync("Pay 2", "Month end");
        }
    }

    /// <summary>To another bank than before, and above the limit: pressing is asking.</summary>
    [SkippableFact]
    public async Task PayAgain_ThatNeedsASecondPerson_IsNotSaidToBeDone()
    {
        var seller = await portal.Seed.SellerAsync($"seller-{Guid.NewGuid():N}", sales: 100);
        var payout = await portal.FailedAsync(seller, "1100.00");
        await portal.Server.Services.GetRequiredService<WriteLane>().RunAsync(
            unit => unit.Execute("UPDATE seller_accounts SET bank_version = 2, bank_sent_version = 2, bank_last4 = '1111' WHERE seller_account = $1", seller.Value), CancellationToken.None);
        var page = await OpenAsync(1280, ColorScheme.Light);

        await PressAsync(page, $"/payouts/{payout}", "Pay again", "He has another bank");

        await Assertions.Expect(page.GetByText("Asked for; a second person decides. It is failed now.")).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = "Look at the approval" })).ToBeVisibleAsync();
    }

    [Theory]
    [InlineData(PayoutStatus.Canceled, false, false, true, BannerTone.Success, "Done. It is cancelled now.")]
    [InlineData(PayoutStatus.Sending, false, false, false, BannerTone.Success, "Done. It is being sent now.")]
    [InlineData(PayoutStatus.InTransit, true, false, true, BannerTone.Info, "Asked for; the PSP has not answered yet, and it goes on by itself. It is in transit now.")]
    [InlineData(PayoutStatus.Failed, true, false, false, BannerTone.Info, "Asked for; the PSP has not answered yet, and it goes on by itself. It is failed now.")]
    [InlineData(PayoutStatus.Failed, false, true, false, BannerTone.Info, "Asked for; a second person decides. It is failed now.")]
    [InlineData(PayoutStatus.Paid, false, false, true, BannerTone.Attention, "The PSP did not cancel it. It is paid now.")]
    public void Act_IsToldAsWhatItCameTo(PayoutStatus status, bool isUnderWay, bool isWaiting, bool wasCancel, BannerTone tone, string text) =>
        Assert.Equal((tone, text), PayoutWords.Told(status, isUnderWay, isWaiting, wasCancel));

    [SkippableFact]
    public async Task OwnMoney_AskedForByOne_GoesOutWhenAnotherApproves()
    {
        var page = await OpenAsync(1280, ColorScheme.Light);
        await page.GotoAsync("/payouts/own");
        await page.WaitForCircuitAsync();
        await page.GetByLabel("Amount").FillAsync("2.00");
        await page.AssertAccessibleAsync("own payout");
        await page.ConfirmAsync("Ask for payout", "Rent");
        await page.WaitToBeAtAsync("**/payouts/out_*");
        var payout = new PayoutId(page.Url[(page.Url.LastIndexOf('/') + 1)..]);
        await page.GetByRole(AriaRole.Link, new() { Name = "Look at the approval" }).ClickAsync();
        await page.WaitToBeAtAsync("**/approvals/apr_*");
        await page.WaitForCircuitAsync();
        Assert.Equal(0, await page.GetByRole(AriaRole.Button, new() { Name = "Approve", Exact = true }).CountAsync());

        var second = $"second-{Guid.NewGuid():N}@portal.example";
        await portal.Server.AddStaffAsync(second, StaffRoles.Finance);
        var checker = await OpenAsync(1280, ColorScheme.Light, second);
        await checker.GotoAsync(new Uri(page.Url).AbsolutePath);
        await checker.WaitForCircuitAsync();
        await Assertions.Expect(checker.GetByTestId("ledger-lines")).ToContainTextAsync("bank:main");
        await checker.ConfirmAsync("Approve");
        await Assertions.Expect(checker.GetByText("Approved and done.")).ToBeVisibleAsync();
        await portal.EndAsync(payout, PspPayoutStatus.Paid, steps: 2);

        await page.GotoAsync($"/payouts/{payout}");
        await Assertions.Expect(page.Locator("[data-state=succeeded]").First).ToContainTextAsync("Paid");
        await Assertions.Expect(page.GetByTestId("ledger").Locator("tbody")).ToHaveCountAsync(2);
    }

    [SkippableFact]
    public async Task Statement_PagesByKeysetToItsOpening()
    {
        var page = await OpenAsync(1280, ColorScheme.Light);
        await page.GotoAsync("/sellers/seller-many");
        await page.WaitForCircuitAsync();
        await Assertions.Expect(page.GetByTestId("statement").Locator("tbody tr")).ToHaveCountAsync(52);

        await page.GetByTestId("older").ClickAsync();
        await Assertions.Expect(page.GetByTestId("statement").Locator("tbody tr")).ToHaveCountAsync(PayoutPortal.Many - 50 + 2);

        await Assertions.Expect(page.GetByTestId("opening")).ToContainTextAsync("0.00");
        await Assertions.Expect(page.GetByTestId("older")).ToHaveCountAsync(0);
    }

    private static async Task PressAsync(IPage page, string path, string verb, string reason)
    {
        await page.GotoAsync(path);
        await page.WaitForCircuitAsync();
        await page.ConfirmAsync(verb, reason);
    }

    private async Task<IPage> OpenAsync(int width, ColorScheme scheme, string? email = null)
    {
        var page = await browser.NewPageAsync(portal.Server.Address, width, 800, scheme);
        await page.SignInAsync(email ?? SeededPortal.Email(StaffRoles.Finance));
        return page;
    }
}
