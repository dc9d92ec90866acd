using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Pages;

/// <summary>The pages about webhooks and Home's figures: as plain HTML, by rights, and in a browser in both themes and widths.</summary>
[Collection(Browser.Collection)]
public sealed partial class WebhookPagesTests(Browser browser, WebhookPortal portal) : IClassFixture<WebhookPortal>
{
    [Theory]
    [InlineData("/ops/webhooks", 25)]
    [InlineData("/ops/webhooks?state=failed", 2)]
    [InlineData("/ops/webhooks?q=chk_seed07", 2)]
    [InlineData("/ops/webhooks?type=checkout.failed", 8)]
    [InlineData("/ops/webhooks?q=nobody", 0)]
    [InlineData("/ops/webhooks/incoming", 25)]
    [InlineData("/ops/webhooks/incoming?verdict=duplicate", 1)]
    [InlineData("/ops/webhooks/incoming?verdict=never_came", 1)]
    [InlineData("/ops/webhooks/incoming?verdict=waiting", 1)]
    [InlineData("/ops/webhooks/incoming?q=evt_07", 1)]
    public async Task List_ByItsAddress_ShowsThoseRows(string path, int rows)
    {
        using var visitor = await portal.VisitorAsync(StaffRoles.Support);

        var page = await visitor.GetAsync(path);

        Assert.Equal((HttpStatusCode.OK, rows), (page.Status, TableRow().Count(page.Html)));
    }

    [Theory]
    [InlineData("/ops/webhooks?state=happy", "“happy” is no state")]
    [InlineData("/ops/webhooks?colour=red", "“colour” is no filter")]
    [InlineData("/ops/webhooks/incoming?verdict=happy", "“happy” is no verdict")]
    [InlineData("/ops/webhooks/incoming?received=yesterday", "no span of time")]
    public async Task List_OfAnAddressItCantRead_SaysWhat(string path, string notice)
    {
        using var visitor = await portal.VisitorAsync(StaffRoles.Support);

        Assert.Contains(notice, WebUtility.HtmlDecode((await visitor.GetAsync(path)).Html), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/ops/webhooks/whd_none")]
    [InlineData("/ops/webhooks/incoming/evt_none")]
    public async Task UnknownWebhook_Is404WithItsOwnWords(string path)
    {
        using var visitor = await portal.VisitorAsync(StaffRoles.Auditor);

        var page = await visitor.GetAsync(path);

        Assert.Equal(HttpStatusCode.NotFound, page.Status);
        Assert.Contains("not found", page.Html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(StaffRoles.Support, true, false)]
    [InlineData(StaffRoles.Finance, false, false)]
    [InlineData(StaffRoles.Auditor, false, true)]
    [InlineData(StaffRoles.Admin, true, true)]
    public async Task Acts_AreOpenToThoseWhoMay(string role, bool mayResend, bool maySeeEndpoints)
    {
        using var visitor = await portal.VisitorAsync(role);

        var delivery = await visitor.GetAsync("/ops/webhooks/" + await portal.DeliveryAsync("Delivered"));
        var endpoints = await visitor.GetAsync("/admin/webhooks");

        Assert.Equal(mayResend, !delivery.Html.Contains("Needs the role Support or Admin", StringComparison.Ordinal));
        Assert.Equal(maySeeEndpoints, endpoints.Status == HttpStatusCode.OK);
        if (maySeeEndpoints) Assert.Equal(role == StaffRoles.Admin, endpoints.Html.Contains("data-pp-open=\"endpoint\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Home_ShowsFiguresOfEachCurrency()
    {
        using var visitor = await portal.VisitorAsync(StaffRoles.Finance);

        var page = await visitor.GetAsync("/");

        Assert.Equal(["EUR", "JPY", "KWD", "USD"], Figure().Matches(page.Html).Select(match => match.Groups["currency"].Value));
        Assert.Contains("payments that ended were paid", page.Html, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData(ColorScheme.Light, 1280, 800)]
    [InlineData(ColorScheme.Dark, 360, 780)]
    public async Task EveryPage_AnyThemeAndWidth_IsAccessibleAndFits(ColorScheme scheme, int width, int height)
    {
        var page = await OpenAsync(StaffRoles.Admin, width, height, scheme);
        string[] paths =
        [
            "/", "/?period=7d&currency=JPY", "/ops/webhooks", "/ops/webhooks?q=nobody", "/ops/webhooks/" + await portal.DeliveryAsync("Failed"), "/ops/webhooks/" + await portal.DeliveryAsync("Delivered"),
            "/ops/webhooks/incoming", "/ops/webhooks/incoming?verdict=out_of_order", "/ops/webhooks/incoming/evt_05", "/admin/webhooks",
        ];
        foreach (var path in paths)
        {
            await page.GotoAsync(path);
            await page.WaitForCircuitAsync();
            await CheckAsync(page, $"{path} {scheme} {width}");
        }
    }

    [SkippableTheory]
    [InlineData(ColorScheme.Light, 1280)]
    [InlineData(ColorScheme.Dark, 360)]
    public async Task Endpoint_MadeChangedAndDeleted_InTheBrowser(ColorScheme scheme, int width)
    {
        var page = await OpenAsync(StaffRoles.Admin, width, 800, scheme);
        var name = $"hooks {scheme} {width}";
        await page.GotoAsync("/admin/webhooks");
        await page.WaitForCircuitAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "New endpoint", Exact = true }).ClickAsync();
        await page.GetByLabel("Address").FillAsync("https://169.254.169.254/");
        await page.GetByLabel("What it is").FillAsync(name);
        await page.GetByRole(AriaRole.Button, new() { Name = "Make endpoint" }).ClickAsync();
        await Assertions.Expect(page.GetByText("nothing is sent there")).ToBeVisibleAsync();
        await CheckAsync(page, $"new endpoint {scheme} {width}");
        await page.GetByLabel("Address").FillAsync("https://shop.example/hooks");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make endpoint" }).ClickAsync();
        Assert.StartsWith("whsec_", await page.GetByTestId("secret").InnerTextAsync(), StringComparison.Ordinal);
        await CheckAsync(page, $"endpoint secret {scheme} {width}");
        await page.GetByRole(AriaRole.Button, new() { Name = "I have kept it" }).ClickAsync();

        var row = page.Locator("[data-pp-row]").Filter(new() { HasText = name, Visible = true });
        await row.GetByRole(AriaRole.Button, new() { Name = "Change" }).ClickAsync();
        await page.GetByLabel("Enabled").UncheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Assertions.Expect(row.GetByText("Disabled")).ToBeVisibleAsync();
        await row.GetByRole(AriaRole.Button, new() { Name = "Delete", Exact = true }).ClickAsync();
        await row.GetByRole(AriaRole.Button, new() { Name = "Delete endpoint" }).ClickAsync();
        await Assertions.Expect(row).ToHaveCountAsync(0);
        Assert.Equal(1, await portal.ScalarAsync("SELECT COUNT(*) FROM audit_log WHERE action = 'webhook-endpoint.delete' AND object_id = (SELECT endpoint_id FROM webhook_endpoints WHERE description = $1)", name));
    }

    [SkippableFact]
    public async Task Endpoint_TestedInTheBrowser_ShowsTheTestUnderItsDeliveries()
    {
        var page = await OpenAsync(StaffRoles.Admin, 1280, 800, ColorScheme.Light);
        await page.GotoAsync("/admin/webhooks");
        await page.WaitForCircuitAsync();
        var row = page.Locator("[data-pp-row]").Filter(new() { HasText = "the shop's backend", Visible = true });

        await row.GetByRole(AriaRole.Button, new() { Name = "Test", Exact = true }).ClickAsync();
        await page.Locator("dialog[open]").GetByRole(AriaRole.Button, new() { Name = "Send test event", Exact = true }).ClickAsync();
        await Assertions.Expect(page.GetByText("The test is on its way.")).ToBeVisibleAsync();
        await CheckAsync(page, "endpoint tested");
        await portal.RunAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "See what became of it" }).ClickAsync();

        await Assertions.Expect(page.GetByTestId("test").First).ToBeVisibleAsync();
        Assert.Equal("webhook.test", (string?)portal.Merchant.Got[^1].Event["type"]);
    }

    [SkippableFact]
    public async Task FailedDelivery_ResentInTheBrowser_Arrives()
    {
        await portal.AddFactAsync("chk_resend", "checkout.created");
        portal.Merchant.AnswerWith(500);
        await portal.RunAsync();
        portal.Merchant.AnswerWith(200);
        var delivery = (await portal.DeliveryAsync("Waiting"))!;
        var page = await OpenAsync(StaffRoles.Support, 1280, 800, ColorScheme.Light);
        await page.GotoAsync("/ops/webhooks/" + delivery);
        await page.WaitForCircuitAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Resend", Exact = true }).ClickAsync();
        await page.Locator("dialog[open]").GetByRole(AriaRole.Button, new() { Name = "Resend", Exact = true }).ClickAsync();
        await Assertions.Expect(page.GetByText("It is sent again")).ToBeVisibleAsync();
        await portal.RunAsync();

        await page.ReloadAsync();
        await Assertions.Expect(page.GetByText("Delivered").First).ToBeVisibleAsync();
        Assert.Equal(1, await portal.ScalarAsync("SELECT COUNT(*) FROM audit_log WHERE action = 'webhook.resend' AND object_id = $1", delivery));
    }

    private async Task<IPage> OpenAsync(string role, int width, int height, ColorScheme scheme)
    {
        var page = await browser.NewPageAsync(portal.Server.Address, width, height, scheme);
        await page.SignInAsync(SeededPortal.Email(role));
        return page;
    }

    private static async Task CheckAsync(IPage page, string what)
    {
        await page.ShootAsync(what);
        await page.AssertAccessibleAsync(what);
        await page.AssertFitsAsync(what);
    }

    [GeneratedRegex("<tr[^>]*data-pp-row")]
    private static partial Regex TableRow();

    [GeneratedRegex("<article[^>]*data-currency=\"(?<currency>[A-Z]{3})\"")]
    private static partial Regex Figure();
}
