using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using PaymentPortal.Tests.Sandbox;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.EndToEnd;

/// <summary>The sandbox's console in a browser: both themes, both widths, without a script, and its buttons pressed.</summary>
[Collection(Browser.Collection)]
public sealed class SandboxConsoleLookTests(Browser browser, SandboxFixture fixture) : IClassFixture<SandboxFixture>
{
    private readonly SandboxServer _server = fixture.Server;

    [SkippableTheory]
    [InlineData(1280, ColorScheme.Light)]
    [InlineData(360, ColorScheme.Dark)]
    public async Task Console_WithFaultsAndBooks_IsAccessibleAndFits(int width, ColorScheme scheme)
    {
        await _server.Api.ChargeAsync("pm_card_bypassPending");
        await _server.TransferAsync((string)(await _server.AddAccountAsync())["id"]!, 100);
        var page = await browser.NewPageAsync(new Uri($"http://127.0.0.1:{_server.Port}"), width, 900, scheme, hasScripts: true);
        await page.GotoAsync("/sandbox");
        await AssertCleanAsync(page, $"console-door-{width}-{scheme}");

        await page.GetByRole(AriaRole.Button, new() { Name = "Open the console" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Slow" }).ClickAsync();
        await page.GetByText("The drill has begun.").WaitForAsync();
        await AssertCleanAsync(page, $"console-{width}-{scheme}");

        await page.GetByRole(AriaRole.Button, new() { Name = "Clear all faults" }).ClickAsync();
        await page.GetByText("No fault is in force.").WaitForAsync();
        await page.Locator("#objects a").First.ClickAsync();
        await page.GetByLabel("The object as JSON").WaitForAsync();
        await AssertCleanAsync(page, $"console-object-{width}-{scheme}");
    }

    [SkippableFact]
    public async Task WrongForm_WithoutScripts_IsToldAtTheTop()
    {
        var page = await browser.NewPageAsync(new Uri($"http://127.0.0.1:{_server.Port}"), hasScripts: false);
        await page.GotoAsync("/sandbox");
        await page.GetByRole(AriaRole.Button, new() { Name = "Open the console" }).ClickAsync();
        await page.GetByLabel("How many times").FillAsync("often");
        await page.GetByRole(AriaRole.Button, new() { Name = "Put the fault in force" }).ClickAsync();

        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("How often must be a whole number");
    }

    private static async Task AssertCleanAsync(IPage page, string name)
    {
        await page.ShootAsync(name);
        var found = await page.RunAxe();
        Assert.Empty(found.Violations.SelectMany(violation => violation.Nodes.Select(node => $"{name}: {violation.Id} ({violation.Impact}) at {node.Html}")));
        await page.AssertFitsAsync(name);
    }
}
