using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Storage;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Pages;

/// <summary>Maker and checker in the browser: one proposes, sees no button; another sees the lines and decides.</summary>
[Collection(Browser.Collection)]
public sealed class ApprovalLookTests(Browser browser, SeededPortal portal) : IClassFixture<SeededPortal>
{
    [SkippableFact]
    public async Task ManualEntry_FromProposalToTheBooks()
    {
        var maker = await OpenAsync(SeededPortal.Email(StaffRoles.Finance), 1280, ColorScheme.Light);
        var approval = await ProposeAsync(maker, "4.50", "The PSP's invoice says so");
        await maker.WaitForCircuitAsync();
        await Assertions.Expect(maker.GetByRole(AriaRole.Button, new() { Name = "Withdraw", Exact = true }).First).ToBeVisibleAsync();
        Assert.Equal(0, await maker.GetByRole(AriaRole.Button, new() { Name = "Approve", Exact = true }).CountAsync());
        await maker.ShootAsync("approval of my own");

        var second = $"second-{Guid.NewGuid():N}@portal.example";
        await portal.Server.AddStaffAsync(second, StaffRoles.Finance);
        var checker = await OpenAsync(second, 1280, ColorScheme.Light);
        await checker.GotoAsync("/approvals");
        await checker.ShootAsync("approvals waiting");
        await checker.AssertAccessibleAsync("approvals waiting");
        await checker.Locator($"tr[data-id='{approval}'] [data-row-link]").ClickAsync();
        await checker.WaitToBeAtAsync($"**/approvals/{approval}");
        await checker.WaitForCircuitAsync();
        await Assertions.Expect(checker.GetByTestId("ledger-lines").Locator("tbody tr")).ToHaveCountAsync(2);
        await checker.GetByRole(AriaRole.Button, new() { Name = "Approve", Exact = true }).First.ClickAsync();
        await checker.AssertAccessibleAsync("approve dialog");
        var slower = await LookAsync(approval);
        await checker.GetByTestId("confirm").GetByRole(AriaRole.Button, new() { Name = "Approve", Exact = true }).ClickAsync();
        await Assertions.Expect(checker.GetByText("Approved and done.")).ToBeVisibleAsync();
        await checker.ShootAsync("approval approved");
        await slower.GetByTestId("confirm").GetByRole(AriaRole.Button, new() { Name = "Approve", Exact = true }).ClickAsync();
        await Assertions.Expect(slower.GetByText("Somebody was faster")).ToBeVisibleAsync();
        await slower.ShootAsync("approval too late");

        await maker.GotoAsync("/ledger/manual");
        await Assertions.Expect(maker.GetByTestId("manual-list").GetByText("Booked").First).ToBeVisibleAsync();
        await maker.GetByTestId("manual-list").Locator("a[href^='/ledger/entries/']").First.ClickAsync();
        await maker.WaitForCircuitAsync();
        var entry = new Uri(maker.Url).AbsolutePath;
        await maker.ConfirmAsync("Reverse…", "It was another invoice", "Ask to reverse");
        await maker.WaitToBeAtAsync("**/approvals/apr_*");

        await checker.GotoAsync(new Uri(maker.Url).AbsolutePath);
        await checker.WaitForCircuitAsync();
        await checker.ConfirmAsync("Approve");
        await Assertions.Expect(checker.GetByText("Approved and done.")).ToBeVisibleAsync();
        await checker.GotoAsync(entry);
        await Assertions.Expect(checker.GetByText("Reversed by", new() { Exact = true })).ToBeVisibleAsync();
        await checker.WaitForCircuitAsync();
        await Assertions.Expect(checker.GetByRole(AriaRole.Button, new() { Name = "Reverse" })).ToHaveAttributeAsync("aria-disabled", "true");
    }

    [SkippableFact]
    public async Task Refused_WithAComment_IsReadByItsMaker_AndWhatHeWithdraws_IsOver()
    {
        var maker = await OpenAsync(SeededPortal.Email(StaffRoles.Finance), 1280, ColorScheme.Light);
        var (refused, withdrawn) = (await ProposeAsync(maker, "5.10", "Perhaps"), await ProposeAsync(maker, "5.20", "Rather not"));
        await maker.WaitForCircuitAsync();
        await maker.ConfirmAsync("Withdraw");
        await Assertions.Expect(maker.GetByText("Withdrawn. Nothing was done.")).ToBeVisibleAsync();

        var checker = await LookAsync(refused, opens: false);
        await checker.ConfirmAsync("Refuse", "The invoice says 5.01");
        await Assertions.Expect(checker.GetByText("Refused. Nothing was done")).ToBeVisibleAsync();
        await checker.GotoAsync($"/approvals/{withdrawn}");
        await checker.WaitForCircuitAsync();
        Assert.Equal(0, await checker.GetByRole(AriaRole.Button, new() { Name = "Approve", Exact = true }).CountAsync());

        await maker.GotoAsync("/approvals?view=asked");
        await maker.Locator($"tr[data-id='{refused}'] [data-row-link]").ClickAsync();
        await maker.WaitToBeAtAsync($"**/approvals/{refused}");
        await Assertions.Expect(maker.GetByText("The invoice says 5.01")).ToBeVisibleAsync();
        Assert.Equal(0, await BookedAsync(refused) + await BookedAsync(withdrawn));
    }

    /// <summary>Whether the press arrived or not: it is done whole or not at all, and the next page says which.</summary>
    [SkippableFact]
    public async Task Page_GoneInTheMiddleOfApprove_LeavesItDoneOnceOrNot_AndTheNextPageSaysWhich()
    {
        var approval = await ProposeAsync(await OpenAsync(SeededPortal.Email(StaffRoles.Finance), 1280, ColorScheme.Light), "2.75", "Cut off");
        var checker = await LookAsync(approval);
        await checker.GetByTestId("confirm").GetByRole(AriaRole.Button, new() { Name = "Approve", Exact = true }).ClickAsync();
        await checker.Context.CloseAsync();

        var next = await LookAsync(approval, opens: false);
        await Until.TrueAsync(async () =>
        {
            await next.ReloadAsync();
            await next.WaitForCircuitAsync();
            var isShownAsDone = await next.GetByRole(AriaRole.Button, new() { Name = "Approve", Exact = true }).CountAsync() == 0;
            return isShownAsDone == (await portal.CountAuditAsync("approval.end", approval) == 1);
        });
        Assert.Equal(await portal.CountAuditAsync("approval.end", approval), await BookedAsync(approval));
        Assert.InRange(await BookedAsync(approval), 0, 1);
    }

    /// <summary>The chosen ones are shown line by line first; the one that somebody else decided meanwhile says so, and what was not chosen goes on waiting.</summary>
    [SkippableFact]
    public async Task Many_ChosenAndApproved_AreDoneOnceEach_AndOneThatIsGoneSaysWhy()
    {
        var maker = await OpenAsync(SeededPortal.Email(StaffRoles.Finance), 1280, ColorScheme.Light);
        var approvals = new List<string>();
        foreach (var amount in new[] { "3.10", "3.20", "3.30", "3.40" }) approvals.Add(await ProposeAsync(maker, amount, "Many at once"));
        var email = $"many-{Guid.NewGuid():N}@portal.example";
        await portal.Server.AddStaffAsync(email, StaffRoles.Finance);
        var checker = await OpenAsync(email, 1280, ColorScheme.Light);
        await checker.GotoAsync("/approvals?size=100");
        await checker.WaitForCircuitAsync();
        foreach (var approval in approvals.Take(3)) await checker.Locator($"tr[data-id='{approval}'] input[type=checkbox]").CheckAsync();
        await checker.GetByTestId("approve-many").ClickAsync();
        await checker.WaitToBeAtAsync("**/approvals/many?ids=*");
        await checker.WaitForCircuitAsync();
        await Assertions.Expect(checker.GetByTestId("preview")).ToContainTextAsync("9.60");
        await checker.Locator("section details summary").First.ClickAsync();
        await Assertions.Expect(checker.Locator("details[open]").GetByTestId("ledger-lines").Locator("tbody tr")).ToHaveCountAsync(2);
        await checker.AssertAccessibleAsync("approve many");
        await checker.ShootAsync("approve many");
        await (await LookAsync(approvals[0])).GetByTestId("confirm").GetByRole(AriaRole.Button, new() { Name = "Approve", Exact = true }).ClickAsync();
        await Until.TrueAsync(async () => await BookedAsync(approvals[0]) == 1);

        await checker.GetByRole(AriaRole.Button, new() { Name = "Approve 3", Exact = true }).First.ClickAsync();
        await checker.GetByTestId("confirm").GetByRole(AriaRole.Button, new() { Name = "Approve 3", Exact = true }).ClickAsync();
        await Assertions.Expect(checker.GetByText("2 approved and done")).ToBeVisibleAsync();
        await Assertions.Expect(checker.GetByText("Somebody was faster")).ToHaveCountAsync(1);
        await checker.ShootAsync("many approved");
        Assert.Equal(new long[] { 1, 1, 1, 0 }, await Task.WhenAll(approvals.Select(BookedAsync)));
        await checker.GotoAsync("/approvals/many?ids=" + string.Join(',', approvals.Take(3)));
        await Assertions.Expect(checker.GetByText("None of them waits for you any more")).ToBeVisibleAsync();
    }

    private Task<long> BookedAsync(string approval) => portal.Server.Services.GetRequiredService<WriteLane>().RunAsync(
        unit => unit.Scalar("SELECT COUNT(*) FROM approvals a JOIN journal_entries e ON e.kind = 'Manual' AND e.source_id = a.subject_id WHERE a.approval_id = $1 AND a.state = 'Approved'", approval), CancellationToken.None);

    [SkippableTheory]
    [InlineData(ColorScheme.Light, 1280)]
    [InlineData(ColorScheme.Dark, 360)]
    public async Task EveryPage_AnyThemeAndWidth_IsAccessibleAndFits(ColorScheme scheme, int width)
    {
        var page = await OpenAsync(SeededPortal.Email(StaffRoles.Finance), width, scheme);
        var approval = await ProposeAsync(page, "1.25", $"Look {scheme} {width}");
        foreach (var path in new[] { "/ledger/manual", "/approvals", "/approvals?view=asked", "/approvals?view=all", "/approvals?kind=manual_entry", "/approvals/many", $"/approvals/{approval}" })
        {
            await page.GotoAsync(path);
            await page.WaitForCircuitAsync();
            await page.AssertAccessibleAsync(path);
            await page.AssertFitsAsync(path);
            await page.ShootAsync($"{path.Replace(approval, "one", StringComparison.Ordinal)} {scheme} {width}");
        }
        var admin = await OpenAsync(SeededPortal.Email(StaffRoles.Admin), width, scheme);
        await admin.GotoAsync("/admin/users");
        await admin.WaitForCircuitAsync();
        await admin.GetByRole(AriaRole.Button, new() { Name = $"Change {SeededPortal.Email(StaffRoles.Support)}" }).ClickAsync();
        await admin.AssertAccessibleAsync("users");
        await admin.AssertFitsAsync("users");
        await admin.ShootAsync($"users {scheme} {width}");
    }

    /// <summary>Whatever a key asks for, its owner has asked for: an owner whom nobody knows would leave the real one to be his own second person.</summary>
    [Fact]
    public async Task KeyOwner_IsAMemberOfStaffByIdOrAddress_OrNoKeyIsMade()
    {
        var address = $"owner-{Guid.NewGuid():N}@portal.example";
        var owner = await portal.Server.AddStaffAsync(address, StaffRoles.Finance);
        var keys = portal.Server.Services.GetRequiredService<ApiKeyService>();

        foreach (var named in new[] { owner.Id, address, address.ToUpperInvariant() })
        {
            var key = (await keys.CreateAsync("owned", ["*"], named, Actor.Program("test"), CancellationToken.None)).Value;
            Assert.Equal(owner.Id, (await keys.ListAsync(CancellationToken.None)).Single(one => one.KeyId == key.Id.Value).OwnerId);
        }
        var count = (await keys.ListAsync(CancellationToken.None)).Count;
        foreach (var unknown in new[] { "nobody-at-all", "nobody@portal.example", "" })
            Assert.Equal("owner", (await keys.CreateAsync("stray", ["*"], unknown, Actor.Program("test"), CancellationToken.None)).Refusal?.Field);
        Assert.Equal(count, (await keys.ListAsync(CancellationToken.None)).Count);
    }

    [Fact]
    public async Task Approval_OfAnAuditor_HasNoOpenControl()
    {
        using var visitor = await portal.VisitorAsync(StaffRoles.Auditor);

        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync("/approvals?view=all")).Status);
        var form = await visitor.GetAsync("/ledger/manual");
        Assert.DoesNotContain("data-testid=\"manual-form\"", form.Html, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await visitor.GetAsync("/approvals/apr_none")).Status);
    }

    /// <summary>Another person of finance, with the question open before him.</summary>
    private async Task<IPage> LookAsync(string approval, bool opens = true)
    {
        var email = $"slower-{Guid.NewGuid():N}@portal.example";
        await portal.Server.AddStaffAsync(email, StaffRoles.Finance);
        var page = await OpenAsync(email, 1280, ColorScheme.Light);
        await page.GotoAsync($"/approvals/{approval}");
        await page.WaitForCircuitAsync();
        if (opens) await page.GetByRole(AriaRole.Button, new() { Name = "Approve", Exact = true }).First.ClickAsync();
        return page;
    }

    private static async Task<string> ProposeAsync(IPage page, string amount, string reason)
    {
        await page.GotoAsync("/ledger/manual");
        await page.WaitForCircuitAsync();
        await page.GetByLabel("Amount").FillAsync(amount);
        await page.GetByLabel("Reason").FillAsync(reason);
        await page.GetByRole(AriaRole.Button, new() { Name = "Ask for approval" }).ClickAsync();
        await page.WaitToBeAtAsync("**/approvals/apr_*");
        return page.Url[(page.Url.LastIndexOf('/') + 1)..];
    }

    private async Task<IPage> OpenAsync(string email, int width, ColorScheme scheme)
    {
        var page = await browser.NewPageAsync(portal.Server.Address, width, 800, scheme);
        await page.SignInAsync(email);
        return page;
    }
}
