using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Payments;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;
using PaymentPortal.Sandbox.Control;
using PaymentPortal.Security;
using PaymentPortal.Tests.Demo;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.EndToEnd;

/// <summary>A support person's morning: 200 payments whose pages the PSP refused are brought back in the browser, with nothing planted and the program's own worker.</summary>
[Collection(Browser.Collection)]
public sealed class RedriveJourneyTests(Browser browser, WholePortalFixture fixture) : IClassFixture<WholePortalFixture>
{
    private const int Refused = 200;
    private const float Patience = 60_000;
    private const string Support = "morning@portal.example";

    [SkippableFact]
    public async Task PagesThatThePspRefused_AreRedrivenWithAPause_AndEachIsMadeOnce()
    {
        var services = fixture.Portal.Services;
        await RefuseAsync();
        await using (var scope = services.CreateAsyncScope())
            Assert.False((await scope.ServiceProvider.GetRequiredService<StaffAccounts>().CreateAsync(Support, StaffRoles.Support, PortalClient.Password, CancellationToken.None)).IsRefused);
        var page = await browser.NewPageAsync(fixture.Portal.Address);
        await page.SignInAsync(Support);

        await page.GotoAsync("/ops/dead-letters");
        await page.Locator("tr[data-pp-row] [data-row-link]").First.ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = $"Redrive all {Refused}" }).ClickAsync();
        await page.WaitToBeAtAsync("**/ops/dead-letters/redrive?*");
        await page.WaitForCircuitAsync();
        await Assertions.Expect(page.GetByTestId("eligible")).ToHaveTextAsync($"{Refused}");
        await page.GetByLabel("Items a second").FillAsync("20");
        await page.GetByRole(AriaRole.Button, new() { Name = $"Redrive {Refused}", Exact = true }).First.ClickAsync();
        await page.GetByLabel("Reason").FillAsync("The PSP mended it");
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Type redrive" }).FillAsync($"redrive {Refused}");
        await page.GetByTestId("confirm").GetByRole(AriaRole.Button, new() { Name = $"Redrive {Refused}", Exact = true }).ClickAsync();
        await page.WaitToBeAtAsync("**/ops/jobs/job_*");
        await page.WaitForCircuitAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Pause", Exact = true }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Resume", Exact = true })).ToBeVisibleAsync();
        Assert.Equal(nameof(RedriveState.Paused), await TextAsync("SELECT state FROM redrives"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Resume", Exact = true }).ClickAsync();

        await Assertions.Expect(page.GetByText($"{Refused} of {Refused} handled: {Refused} ok, 0 failed again, 0 skipped")).ToBeVisibleAsync(new() { Timeout = Patience });
        await page.ReloadAsync();
        await Assertions.Expect(page.GetByTestId("items").Locator("tbody tr")).ToHaveCountAsync(Refused);
        await page.ShootAsync("redrive of 200 refused pages");
        Assert.Equal($"{Refused} {Refused}", await TextAsync("SELECT COUNT(*) || ' ' || COUNT(DISTINCT item) FROM psp_calls WHERE generation = 2 AND effect_proved = 'Exists'"));
        using var psp = new SandboxApi(new Uri(fixture.Portal.Address, "/sandbox/psp").ToString(), "sk_test_sandbox");
        var made = await psp.SessionsAsync();
        Assert.Equal((Refused, Refused), (made.Count, made.Select(session => session.Checkout).Distinct(StringComparer.Ordinal).Count()));
    }

    private async Task RefuseAsync()
    {
        await fixture.Portal.Sandbox.SetFaultsAsync(new FaultRule { Method = "POST", Path = "/v1/checkout/sessions", Status = 400 });
        var key = await fixture.Portal.Services.GetRequiredService<ApiKeyService>().CreateAsync("shop", ["*"], null, Actor.Program("test"), CancellationToken.None);
        using var client = new EngineClient(fixture.Portal.Address.ToString(), key.Value.Key);
        var buyer = fixture.Portal.Services.GetRequiredService<BuyerCheckout>();
        await Parallel.ForEachAsync(Enumerable.Range(0, Refused), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (number, _) =>
        {
            var checkout = await client.CreateCheckoutAsync($"morning-{number}");
            Assert.IsType<PayAnswer.CouldNotStart>(await buyer.PayAsync(checkout.Link, CancellationToken.None));
        });
        await fixture.Portal.Sandbox.ClearFaultsAsync();
    }

    private Task<string?> TextAsync(string sql) => fixture.Portal.Services.GetRequiredService<WriteLane>().RunAsync(unit => unit.QueryFirst(sql, row => row.GetString(0)), CancellationToken.None);
}
