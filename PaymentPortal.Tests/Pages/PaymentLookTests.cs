using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using PaymentPortal.Core.Events;
using PaymentPortal.Core.Reconciliation;
using PaymentPortal.Core.Storage;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Pages;

/// <summary>The operator's pages in a browser: accessible and in shape in both themes and widths, and usable from finding a payment to its entry.</summary>
[Collection(Browser.Collection)]
public sealed class PaymentLookTests(Browser browser, SeededPortal portal) : IClassFixture<SeededPortal>
{
    [SkippableTheory]
    [InlineData(ColorScheme.Light, 1280, 800)]
    [InlineData(ColorScheme.Dark, 360, 780)]
    public async Task EveryPage_AnyThemeAndWidth_IsAccessibleAndFits(ColorScheme scheme, int width, int height)
    {
        var page = await OpenAsync(StaffRoles.Finance, width, height, scheme);
        var paid = portal.Of(SeedShape.Paid);
        string[] paths =
        [
            "/payments", "/payments?q=nobody-at-all", $"/payments?peek={paid.Id}", "/payments?status=needs_attention,dead_lettered", $"/payments/{paid.Id}", $"/payments/{paid.Id}?tab=ledger", $"/payments/{portal.Of(SeedShape.Retrying).Id}?tab=attempts",
            $"/payments/{portal.Of(SeedShape.PaidLate).Id}", $"/payments/{paid.Id}?tab=raw", $"/payments/{paid.Id}?tab=webhooks", "/payments/chk_none", "/ledger", "/ledger/entries", "/ledger/accounts?branch=seller:*:payable",
            .. await ReconSeed.PagesAsync(portal.Server.Services),
        ];
        foreach (var path in paths) await VisitAsync(page, path, scheme);
        await page.GotoAsync("/ledger/entries");
        await VisitAsync(page, (await page.Locator("[data-row-link]").First.GetAttributeAsync("href"))!, scheme);
    }

    [SkippableFact]
    public async Task SettlementFile_FromItsUploadToAMismatchThatIsIgnored()
    {
        var page = await OpenAsync(StaffRoles.Finance, 1280, 800, ColorScheme.Light);
        await page.GotoAsync("/recon");
        await page.WaitForCircuitAsync();
        var csv = SettlementRig.File(SettlementRig.Row(Guid.NewGuid().ToString("N")));
        await page.GetByTestId("upload").SetInputFilesAsync(new FilePayload { Name = "day.csv", MimeType = "text/csv", Buffer = System.Text.Encoding.UTF8.GetBytes(csv) });
        await Assertions.Expect(page.GetByText("This is a preview")).ToBeVisibleAsync();
        await page.ConfirmAsync("Accept");
        await Assertions.Expect(page.GetByText("1 of 1 rows differ from our books")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Missing in our books: 1" }).ClickAsync();
        await page.WaitForCircuitAsync();
        await page.Locator("input.pp-box").First.CheckAsync();
        await Assertions.Expect(page.GetByTestId("act-on-many")).ToContainTextAsync("Act on 1 chosen");
        var list = page.Url;
        await page.GetByTestId("act-on-many").ClickAsync();
        await Assertions.Expect(page.GetByTestId("eligible")).ToHaveTextAsync("1");
        await page.WaitForCircuitAsync();
        await page.GetByTestId("act").SelectOptionAsync(nameof(MismatchAct.Match));
        await Assertions.Expect(page.GetByTestId("skipped")).ToHaveTextAsync("1");
        await page.GetByTestId("act").SelectOptionAsync(nameof(MismatchAct.Note));
        await page.ConfirmAsync("Add a note: 1", "Looked at together");
        await Assertions.Expect(page.GetByText("1 done")).ToBeVisibleAsync();
        await page.GotoAsync(list);
        await page.WaitForCircuitAsync();
        await page.Locator("[data-row-link]").First.ClickAsync();
        await page.WaitToBeAtAsync("**/recon/mismatches/mm_*");
        await page.WaitForCircuitAsync();
        await Assertions.Expect(page.GetByTestId("sides")).ToContainTextAsync("12.50");
        await Assertions.Expect(page.GetByTestId("adjustment")).ToContainTextAsync("suspense");
        await page.ConfirmAsync("Ignore", "A test payment of theirs");
        await Assertions.Expect(page.GetByText("Ignored: A test payment of theirs")).ToBeVisibleAsync();
    }

    [SkippableTheory]
    [InlineData(ColorScheme.Light, 1280)]
    [InlineData(ColorScheme.Dark, 360)]
    public async Task ApiKeys_FromMakingToRevoking_AreAccessible(ColorScheme scheme, int width)
    {
        var page = await OpenAsync(StaffRoles.Admin, width, 800, scheme);
        var name = $"shop {scheme} {width}";
        await page.GotoAsync("/admin/api-keys");
        await page.WaitForCircuitAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "New key", Exact = true }).ClickAsync();
        await page.GetByLabel("Name").FillAsync(name);
        await page.GetByLabel("payments:write").CheckAsync();
        await CheckAsync(page, $"new api key {scheme} {width}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create key" }).ClickAsync();
        var key = await page.GetByTestId("key").InnerTextAsync();
        Assert.StartsWith("ppk_", key, StringComparison.Ordinal);
        await page.ShootAsync($"api key shown {scheme} {width}");
        await page.GetByRole(AriaRole.Button, new() { Name = "I have kept it" }).ClickAsync();
        await VisitAsync(page, "/admin/api-keys", scheme);
        Assert.DoesNotContain(key, await page.ContentAsync(), StringComparison.Ordinal);

        var row = page.Locator("[data-pp-row]").Filter(new() { HasText = name, Visible = true });
        await row.GetByRole(AriaRole.Button, new() { Name = "Revoke" }).ClickAsync();
        await row.GetByRole(AriaRole.Textbox).FillAsync(name);
        await row.GetByRole(AriaRole.Button, new() { Name = "Revoke key" }).ClickAsync();
        await Assertions.Expect(row).ToHaveCountAsync(0);
    }

    [SkippableTheory]
    [InlineData(1280, 800)]
    [InlineData(360, 780)]
    public async Task Payment_OfAnyShape_HasItsAnswerAboveTheFold(int width, int height)
    {
        var page = await OpenAsync(StaffRoles.Finance, width, height, ColorScheme.Light);
        foreach (var shape in Enum.GetValues<SeedShape>())
        {
            await page.GotoAsync($"/payments/{portal.Of(shape).Id}");
            await page.WaitForCircuitAsync();
            var box = (await page.GetByTestId("answer").BoundingBoxAsync())!;
            await page.ShootAsync($"answer {shape} {width}");
            Assert.True(box.Y >= 0 && box.Y + box.Height <= height, $"{shape} at {width}: the answer ends at {box.Y + box.Height}");
        }
    }

    [SkippableFact]
    public async Task AddressOfAList_ReloadedOrSteppedBack_ShowsTheSameRows()
    {
        var page = await OpenAsync(StaffRoles.Support, 1280, 800, ColorScheme.Light);
        await page.GotoAsync("/payments?created=last_30d&size=50");
        await page.WaitForCircuitAsync();
        var first = await RowsAsync(page);
        await page.GetByRole(AriaRole.Link, new() { Name = "Next" }).ClickAsync();
        await page.WaitForFunctionAsync("old => document.querySelector('[data-pp-row]').dataset.id !== old", first[0]);
        var second = await RowsAsync(page);
        Assert.Contains("after=", page.Url, StringComparison.Ordinal);
        await page.GetByRole(AriaRole.Link, new() { Name = "Next" }).ClickAsync();
        await page.WaitForFunctionAsync("first => document.querySelector('[data-pp-row]').dataset.id !== first", second[0]);

        await page.GoBackAsync();
        await page.WaitForFunctionAsync("first => document.querySelector('[data-pp-row]').dataset.id === first", second[0]);
        Assert.Equal(second, await RowsAsync(page));
        await page.ReloadAsync();
        Assert.Equal(second, await RowsAsync(page));

        await page.GetByRole(AriaRole.Link, new() { Name = "Failed" }).First.ClickAsync();
        await page.WaitToBeAtAsync("**status=failed**");
        Assert.DoesNotContain("after=", page.Url, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Payment_FoundByEmailIdReferenceOrPspId_IsFollowedToItsEntry()
    {
        var page = await OpenAsync(StaffRoles.Finance, 1280, 800, ColorScheme.Light);
        var paid = portal.Of(SeedShape.Paid);
        foreach (var text in new[] { paid.Id.Value, paid.Reference, paid.Session! })
        {
            await page.GotoAsync("/payments");
            await page.WaitForCircuitAsync();
            await page.Locator("#pp-search").FillAsync(text);
            await page.Locator("#pp-search").PressAsync("Enter");
            await page.WaitToBeAtAsync($"**/payments/{paid.Id}");
        }
        await page.GotoAsync("/payments?q=" + Uri.EscapeDataString(paid.Email));
        await page.Locator($"tr[data-id='{paid.Id}'] [data-row-link]").ClickAsync();
        await page.WaitToBeAtAsync($"**/payments/{paid.Id}?**");
        await page.GetByRole(AriaRole.Link, new() { Name = "Ledger 2" }).ClickAsync();
        await page.Locator(".pp-journal [data-row-link]").First.ClickAsync();
        await page.WaitToBeAtAsync("**/ledger/entries/jrn_**");
        await Assertions.Expect(page.GetByTestId("entry-lines").Locator("tbody tr")).ToHaveCountAsync(3);
    }

    /// <summary>On a slow machine the framework put the payment into the list's page, and the circuit, started for the list, drew the list over it.</summary>
    [SkippableFact]
    public async Task Link_ClickedBeforeTheCircuitIsUp_LoadsItsPageWhole()
    {
        var page = await OpenAsync(StaffRoles.Finance, 1280, 800, ColorScheme.Light);
        var paid = portal.Of(SeedShape.Paid);
        await page.RouteAsync("**/_blazor/**", route => route.AbortAsync());
        await page.GotoAsync("/payments?q=" + Uri.EscapeDataString(paid.Email));

        await page.Locator($"tr[data-id='{paid.Id}'] [data-row-link]").ClickAsync();
        await page.WaitToBeAtAsync($"**/payments/{paid.Id}?**");

        Assert.Contains("/payments/" + paid.Id, await page.EvaluateAsync<string>("() => performance.getEntriesByType('navigation')[0].name"), StringComparison.Ordinal);
        await page.GetByRole(AriaRole.Link, new() { Name = "Ledger 2" }).ClickAsync();
        await Assertions.Expect(page.Locator(".pp-journal [data-row-link]")).ToHaveCountAsync(2);
    }

    [SkippableFact]
    public async Task Row_Space_ShowsItBesideTheListAndEscapeTakesItAway()
    {
        var page = await OpenAsync(StaffRoles.Support, 1280, 800, ColorScheme.Light);
        await page.GotoAsync("/payments?status=succeeded");
        await page.WaitForCircuitAsync();
        var first = (await RowsAsync(page))[0];

        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("Space");
        await Assertions.Expect(page.GetByTestId("peek").Locator($"[data-id='{first}']")).ToBeVisibleAsync();
        Assert.Contains("peek=" + first, page.Url, StringComparison.Ordinal);
        await page.Keyboard.PressAsync("Escape");

        await Assertions.Expect(page.GetByTestId("peek")).ToHaveCountAsync(0);
        Assert.EndsWith("/payments?status=succeeded", page.Url, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Export_OfAFilteredList_SaysWhatItHoldsAndIsAFile()
    {
        var page = await OpenAsync(StaffRoles.Finance, 1280, 800, ColorScheme.Light);
        await page.GotoAsync("/payments?status=failed");
        await page.WaitForCircuitAsync();

        await page.GetByTestId("export").ClickAsync();
        await Assertions.Expect(page.Locator("dialog[open]")).ToContainTextAsync("status “Failed”");
        await page.AssertAccessibleAsync("export dialog");
        await page.ShootAsync("export dialog");
        var file = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "Download CSV" }).ClickAsync());

        Assert.StartsWith("payments-", file.SuggestedFilename, StringComparison.Ordinal);
        Assert.Equal(await RowsAsync(page), (await File.ReadAllLinesAsync(await file.PathAsync())).Skip(1).Select(line => line.Split(',')[0]));
    }

    [SkippableFact]
    public async Task Note_Written_StandsInTheTimelineAtOnce()
    {
        var page = await OpenAsync(StaffRoles.Support, 1280, 800, ColorScheme.Light);
        await page.GotoAsync($"/payments/{portal.Of(SeedShape.Canceled).Id}");
        await page.WaitForCircuitAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Add note" }).First.ClickAsync();
        await page.GetByLabel("Note", new() { Exact = true }).FillAsync("Rang the shop: it was a double order.");
        await page.Locator("dialog[open]").GetByRole(AriaRole.Button, new() { Name = "Add note" }).ClickAsync();

        await Assertions.Expect(page.GetByTestId("timeline")).ToContainTextAsync("Note: Rang the shop: it was a double order.");
        await Assertions.Expect(page.GetByTestId("timeline")).ToContainTextAsync(SeededPortal.Email(StaffRoles.Support));
    }

    [SkippableFact]
    public async Task LatePayment_AcceptedByFinance_IsPaidAndInTheAuditLog()
    {
        var (late, page) = await OpenLateAsync();

        await page.GetByTestId("answer").GetByRole(AriaRole.Button, new() { Name = "Accept late payment" }).First.ClickAsync();
        await page.Locator("dialog[open]").GetByLabel("Reason").FillAsync("The shop still has the goods.");
        await page.ShootAsync("accept dialog");
        await page.AssertAccessibleAsync("accept dialog");
        await page.Locator("dialog[open]").GetByRole(AriaRole.Button, new() { Name = "Accept late payment" }).ClickAsync();

        await Assertions.Expect(page.Locator("main [data-state=succeeded]").First).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByTestId("answer-money")).ToContainTextAsync("taken");
        Assert.Equal(1, await portal.CountAuditAsync("suspense.accept", late.Session!));
    }

    [SkippableFact]
    public async Task LatePayment_GivenBackByFinance_IsRefundedOnce_OrWaitsForASecondPerson()
    {
        var (late, page) = await OpenLateAsync();

        await page.GetByTestId("waiting-money").GetByRole(AriaRole.Button, new() { Name = "Refund it" }).First.ClickAsync();
        await page.Locator("dialog[open]").GetByLabel("Reason").FillAsync("The goods are sold.");
        await page.Locator("dialog[open]").GetByRole(AriaRole.Button, new() { Name = "Refund it" }).DblClickAsync();

        await Assertions.Expect(page.GetByText("The refund is asked for.")).ToBeVisibleAsync();
        Assert.Equal(1, await portal.Server.Services.GetRequiredService<WriteLane>().RunAsync(unit => unit.Scalar("SELECT COUNT(*) FROM refunds WHERE checkout_id = $1", late.Id.Value), CancellationToken.None));
    }

    [SkippableFact]
    public async Task PspThatIsAway_WhenAsked_ChangesNothingAndSaysSo()
    {
        var open = (await portal.Seed.AddAsync(1, _ => SeedShape.AtPsp))[0];
        var page = await OpenAsync(StaffRoles.Support, 1280, 800, ColorScheme.Light);
        await page.GotoAsync($"/payments/{open.Id}");
        await page.WaitForCircuitAsync();

        await page.GetByTestId("answer").GetByRole(AriaRole.Button, new() { Name = "Ask PSP for status" }).ClickAsync();

        await Assertions.Expect(page.GetByText("The PSP gave no usable answer. Nothing was changed")).ToBeVisibleAsync();
        Assert.Equal(1, await portal.CountAuditAsync("payment.ask-psp", open.Id.Value));
    }

    [SkippableFact]
    public async Task Customer_Revealed_IsShownAndWrittenDown()
    {
        var payment = portal.Of(SeedShape.Expired);
        var page = await OpenAsync(StaffRoles.Support, 1280, 800, ColorScheme.Light);
        await page.GotoAsync($"/payments/{payment.Id}");
        await page.WaitForCircuitAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Reveal" }).ClickAsync();

        await Assertions.Expect(page.GetByText(payment.Email)).ToBeVisibleAsync();
        Assert.Equal(1, await portal.CountAuditAsync("buyer.reveal", payment.Id.Value));
    }

    [SkippableFact]
    public async Task NewPayments_WhileAListIsRead_WaitBehindAPill()
    {
        var page = await OpenAsync(StaffRoles.Support, 1280, 800, ColorScheme.Light);
        await page.GotoAsync("/payments");
        await page.WaitForCircuitAsync();
        var before = await RowsAsync(page);

        await portal.Seed.AddAsync(12, _ => SeedShape.Created);
        await PublishAsync();

        await Assertions.Expect(page.GetByTestId("new")).ToContainTextAsync("12 new");
        Assert.Equal(before, await RowsAsync(page));
        await page.GetByTestId("new").ClickAsync();
        await page.WaitForFunctionAsync("first => document.querySelector('[data-pp-row]').dataset.id !== first", before[0]);
        Assert.Equal(before[0], (await RowsAsync(page))[12]);
    }

    [SkippableFact]
    public async Task Keys_InTheList_WalkAndOpenRows()
    {
        var page = await OpenAsync(StaffRoles.Support, 1280, 800, ColorScheme.Light);
        await page.GotoAsync("/payments");
        await page.WaitForCircuitAsync();
        var rows = await RowsAsync(page);

        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("Enter");

        await page.WaitToBeAtAsync($"**/payments/{rows[1]}");
    }

    private Task PublishAsync() => portal.Server.Services.GetRequiredService<IEventBus>().PublishAsync(
        [new PortalEvent { EventId = "pev_test", AggregateId = "chk_test", Type = EventTypes.CheckoutCreated, Payload = "{}" }], CancellationToken.None);

    /// <summary>A payment that came after its end, before a person of finance.</summary>
    private async Task<(SeededPayment Late, IPage Page)> OpenLateAsync()
    {
        var late = (await portal.Seed.AddAsync(1, _ => SeedShape.PaidLate))[0];
        var page = await OpenAsync(StaffRoles.Finance, 1280, 800, ColorScheme.Light);
        await page.GotoAsync($"/payments/{late.Id}");
        await page.WaitForCircuitAsync();
        return (late, page);
    }

    private async Task<IPage> OpenAsync(string role, int width, int height, ColorScheme scheme)
    {
        var page = await browser.NewPageAsync(portal.Server.Address, width, height, scheme);
        await page.SignInAsync(SeededPortal.Email(role));
        return page;
    }

    private static async Task<IReadOnlyList<string>> RowsAsync(IPage page) => await page.EvaluateAsync<string[]>("[...document.querySelectorAll('tr[data-pp-row]')].map(row => row.dataset.id)");

    private static async Task VisitAsync(IPage page, string path, ColorScheme scheme)
    {
        await page.GotoAsync(path);
        await page.WaitForCircuitAsync();
        await CheckAsync(page, $"{path} {scheme} {page.ViewportSize!.Width}");
    }

    private static async Task CheckAsync(IPage page, string what)
    {
        await page.ShootAsync(what);
        await page.AssertAccessibleAsync(what);
        await page.AssertFitsAsync(what);
    }
}
