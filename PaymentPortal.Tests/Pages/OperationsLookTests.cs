using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;
using PaymentPortal.Pages.Parts;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Pages;

/// <summary>The operations pages in a browser: accessible in every theme and width, and a redrive from choosing to each result.</summary>
[Collection(Browser.Collection)]
public sealed class OperationsLookTests(Browser browser, SeededPortal portal) : IClassFixture<SeededPortal>
{
    [SkippableTheory]
    [InlineData(ColorScheme.Light, 1280)]
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
        await page.WaitToBeAtAsync("**/ops/jobs/job_*");
        await page.WaitForCircuitAsync();
        foreach (var (scheme, width) in new[] { (ColorScheme.Light, 1280), (ColorScheme.Dark, 360) })
        {
            await page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = scheme });
            await page.SetViewportSizeAsync(width, 800);
            await page.AssertAccessibleAsync($"redrive job {scheme}");
            await page.AssertFitsAsync($"redrive job {scheme}");
        }
        await page.ShootAsync("redrive job");
        Assert.Contains("The PSP mended it", await page.ContentAsync(), StringComparison.Ordinal);
    }

    /// <summary>The whole way of 200 letters: preview, confirmation, progress that two people see alike, and a result for each.</summary>
    [SkippableFact]
    public async Task Redrive_Of200Letters_ShowsItsProgressToEverybody_AndEachResult()
    {
        var services = portal.Server.Services;
        await LetterSeed.AddAsync(services, "accept", 200, unknown: 5);
        // A currency of their own tells them from those of other tests.
        await services.GetRequiredService<WriteLane>().RunAsync(unit => unit.Execute("UPDATE dead_letters SET amount = 125, currency = 'CHF' WHERE subject_id LIKE 'evt\\_accept\\_%' ESCAPE '\\'"), CancellationToken.None);
        var (page, other) = (await OpenAsync(StaffRoles.Support, 1280, ColorScheme.Light), await OpenAsync(StaffRoles.Finance, 1280, ColorScheme.Light));
        await page.GotoAsync("/ops/dead-letters/items?currency=CHF");
        await page.WaitForCircuitAsync();
        await page.GetByTestId("redrive-all").ClickAsync();
        await Assertions.Expect(page.GetByTestId("eligible")).ToHaveTextAsync("195");
        await Assertions.Expect(page.GetByText("5: What it did to money is not known: ask the PSP first")).ToBeVisibleAsync();
        await page.GetByLabel("Items a second").FillAsync("50");
        // Never more under way than the failures that are still allowed.
        await page.GetByLabel("Stop after so many failures").FillAsync("200");
        await page.GetByRole(AriaRole.Button, new() { Name = "Redrive 195", Exact = true }).First.ClickAsync();
        await page.GetByLabel("Reason").FillAsync("The PSP mended it");
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Type redrive" }).FillAsync("redrive 195");
        await page.GetByTestId("confirm").GetByRole(AriaRole.Button, new() { Name = "Redrive 195", Exact = true }).DblClickAsync();
        await page.WaitToBeAtAsync("**/ops/jobs/job_*");
        await page.WaitForCircuitAsync();
        await other.GotoAsync(new Uri(page.Url).PathAndQuery);
        await other.WaitForCircuitAsync();
        await AssertHeldAsync(await OpenAsync(StaffRoles.Support, 1280, ColorScheme.Light), page.Url.Split('/')[^1]);

        var elsewhere = await other.Context.NewPageAsync();
        await elsewhere.GotoAsync("/payments");
        await elsewhere.WaitForCircuitAsync();
        var tray = elsewhere.GetByTestId("job-tray");
        await Assertions.Expect(tray).ToContainTextAsync("of 200");
        await elsewhere.ShootAsync("job tray");

        foreach (var handled in new[] { "55", "105", "155", "200" })
        {
            await TurnAsync(services);
            await Assertions.Expect(page.GetByTestId("progress")).ToHaveAttributeAsync("data-handled", handled);
            await Assertions.Expect(other.GetByTestId("progress")).ToHaveAttributeAsync("data-handled", handled);
        }
        await TurnAsync(services);
        await Assertions.Expect(tray.GetByRole(AriaRole.Status)).ToContainTextAsync("Redrive over: 195 ok");
        await elsewhere.AssertAccessibleAsync("job tray");
        await tray.GetByRole(AriaRole.Link, new() { Name = "Redrive over: 195 ok" }).ClickAsync();
        await Assertions.Expect(tray.GetByText("Redrive over: 195 ok")).ToHaveCountAsync(0);
        await page.ReloadAsync();

        await Assertions.Expect(page.GetByText("200 of 200 handled: 195 ok, 0 failed again, 5 skipped")).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByTestId("items").Locator("tbody tr")).ToHaveCountAsync(200);
        var job = Assert.Single(await services.GetRequiredService<RedriveQueries>().ListAsync(100, CancellationToken.None), row => row.Scope.Contains("CHF", StringComparison.Ordinal));
        Assert.Equal((RedriveState.Done, 200, 195, 5, 0), (job.State, job.Total, job.Ok, job.Skipped, job.Failed));
        var causes = (await services.GetRequiredService<RedriveQueries>().LastByCauseAsync(CancellationToken.None)).Values.Where(cause => cause.RedriveId == job.RedriveId).ToList();
        Assert.Equal((200, 195, 0), (causes.Sum(cause => cause.Total), causes.Sum(cause => cause.Ok), causes.Sum(cause => cause.Failed)));
        await page.GotoAsync("/ops/dead-letters");
        await Assertions.Expect(page.Locator($"a[href='/ops/jobs/{job.RedriveId}']").First).ToContainTextAsync(" ok");
        foreach (var (filter, count) in new[] { ("state=Done", 1), ("state=Running", 0), ("by=" + Uri.EscapeDataString(job.MadeBy), 1), ("by=program%3Abench", 0) })
        {
            await page.GotoAsync("/ops/jobs?" + filter);
            await Assertions.Expect(page.Locator($"tr[data-id='{job.RedriveId}']")).ToHaveCountAsync(count);
        }
        Assert.Equal(195, await services.GetRequiredService<WriteLane>().RunAsync(unit => unit.Scalar("SELECT COUNT(*) FROM psp_inbox WHERE event_id LIKE 'evt\\_accept\\_%' ESCAPE '\\' AND state = 'Ignored'"), CancellationToken.None));
    }

    [SkippableFact]
    public async Task Letters_ChosenByHand_AreDiscardedTogether_WithOneReasonTypedAndConfirmed()
    {
        await LetterSeed.AddAsync(portal.Server.Services, "chosen", 3, cause: "given_up");
        var page = await OpenAsync(StaffRoles.Finance, 1280, ColorScheme.Light);
        await page.GotoAsync("/ops/dead-letters/items?cause=" + Uri.EscapeDataString("Stripe:given_up:event.apply"));
        await page.WaitForCircuitAsync();
        var boxes = page.Locator("tr[data-pp-row] input[type=checkbox]");
        for (var row = 0; row < 2; row++) await boxes.Nth(row).CheckAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Discard 2 chosen", Exact = true }).First.ClickAsync();
        var dialog = page.Locator("dialog[open]");
        await dialog.GetByLabel("Reason").FillAsync("Sold in the shop");
        await dialog.GetByRole(AriaRole.Textbox, new() { Name = "Type discard" }).FillAsync("discard 2");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Discard 2 chosen", Exact = true }).ClickAsync();

        await Assertions.Expect(page.GetByText("2 discarded.")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("tr[data-pp-row]")).ToHaveCountAsync(1);
        await page.ShootAsync("letters discarded together");
    }

    [SkippableFact]
    public async Task Letters_ThatComeWhileOneReads_AreCountedAndMoveNothing()
    {
        await LetterSeed.AddAsync(portal.Server.Services, "shown", 3);
        portal.Server.Time.Advance(TimeSpan.FromSeconds(1));
        var page = await OpenAsync(StaffRoles.Support, 1280, ColorScheme.Light);
        await page.GotoAsync("/ops/dead-letters/items");
        await page.WaitForCircuitAsync();
        var first = page.Locator("tr[data-pp-row]").First;
        var id = (await first.GetAttributeAsync("data-id"))!;

        await LetterSeed.AddAsync(portal.Server.Services, "later", 4);

        await Assertions.Expect(page.GetByTestId("new")).ToHaveTextAsync("4 new – show");
        await Assertions.Expect(first).ToHaveAttributeAsync("data-id", id);
        await page.GetByTestId("new").ClickAsync();
        await Assertions.Expect(page.GetByTestId("new")).ToHaveCountAsync(0);
        await Assertions.Expect(page.Locator("tr[data-pp-row]").Nth(4)).ToHaveAttributeAsync("data-id", id);

        await portal.Server.Services.GetRequiredService<DeadLetterDesk>().DiscardAsync([new DeadLetterId(id)], "not wanted", Actor.Program("test"), CancellationToken.None);
        await Assertions.Expect(page.Locator($"tr[data-id={id}]").GetByText("Discarded")).ToBeVisibleAsync();
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
        await page.GetByRole(AriaRole.Button, new() { Name = "Replay", Exact = true }).ClickAsync();
        await Assertions.Expect(page.GetByTestId("replay").Locator("tbody tr")).ToHaveCountAsync(2);
        await page.ShootAsync("policy replay");
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

    private static async Task AssertHeldAsync(IPage page, string job)
    {
        await page.GotoAsync("/ops/dead-letters/items?currency=CHF&effect=none");
        await page.WaitForCircuitAsync();
        var row = page.Locator("tr[data-pp-row]").First;
        await Assertions.Expect(row.GetByRole(AriaRole.Button, new() { Name = "Redrive", Exact = true })).ToHaveAttributeAsync("aria-disabled", "true");
        await Assertions.Expect(row.GetByText("Held by " + PpId.Shorten(job))).ToBeVisibleAsync();
        await Assertions.Expect(row.GetByRole(AriaRole.Link, new() { Name = "Held by a redrive" })).ToHaveAttributeAsync("href", "/ops/jobs/" + job);
    }

    /// <summary>One second of the worker: a turn of the redrive, then the steps that it brought back.</summary>
    private async Task TurnAsync(IServiceProvider services)
    {
        portal.Server.Time.Advance(TimeSpan.FromSeconds(1));
        foreach (var kind in new[] { RedriveDesk.Step, PspInbox.Step })
        {
            var due = await services.GetRequiredService<WriteLane>().RunAsync(unit => RetryQueue.ClaimDue(unit, 500), CancellationToken.None);
            foreach (var task in due.Where(task => task.Kind == kind)) await services.GetRequiredService<RetryWorker>().RunOneAsync(task, CancellationToken.None);
        }
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
