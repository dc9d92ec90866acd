using Microsoft.Playwright;
using PaymentPortal.Core.Payouts;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Integrity;

/// <summary>SIGKILL in the unit of a second person's decision, which comes from his browser as it does in life.</summary>
[Collection(Browser.Collection)]
public sealed class ApprovalKillTests(Browser browser)
{
    private const string Checker = "checker@portal.example";

    [SkippableFact]
    public async Task KilledInTheUnitOfApprove_NothingIsDone_AndTheNextPressDoesItOnce()
    {
        await using var rig = await CrashRig.StartAsync(["approval-in-unit"], before: AskAsync, staff: Checker);
        var approval = await rig.TextAsync("SELECT approval_id FROM approvals");
        var held = await rig.ReadAsync("SELECT SUM(held) FROM wallet_balances");
        var page = await browser.NewPageAsync(rig.Address);
        await page.SignInAsync(Checker);

        await PressAsync(page, approval);
        await rig.DieAndStartAsync();
        Assert.Equal(1, await rig.ReadAsync("SELECT COUNT(*) FROM approvals a JOIN payouts p ON p.payout_id = a.subject_id WHERE a.state = 'Pending' AND p.status = 'REQUESTED'"));
        Assert.Equal(0, await rig.ReadAsync("SELECT COUNT(*) FROM audit_log WHERE action = 'approval.end'"));
        Assert.Equal(held, await rig.ReadAsync("SELECT SUM(held) FROM wallet_balances"));

        await PressAsync(page, approval);
        await Assertions.Expect(page.GetByText("Approved and done.")).ToBeVisibleAsync();
        Assert.Equal(1, await rig.ReadAsync("SELECT COUNT(*) FROM approvals a JOIN payouts p ON p.payout_id = a.subject_id WHERE a.state = 'Approved' AND p.status <> 'REQUESTED'"));
        Assert.Equal(1, await rig.ReadAsync("SELECT COUNT(*) FROM audit_log WHERE action = 'approval.end'"));
        await page.Context.CloseAsync();
        await rig.AssertSoundAsync(PayoutSeed.Breaks);
    }

    /// <summary>A payout above the limit, which waits for him.</summary>
    private static async Task AskAsync(IServiceProvider services)
    {
        var seed = new PayoutSeed(services);
        await seed.PayoutAsync(await seed.SellerAsync("waits", sales: 130), PayoutStatus.Requested);
    }

    private static async Task PressAsync(IPage page, string approval)
    {
        await page.GotoAsync($"/approvals/{approval}");
        await page.WaitForCircuitAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Approve", Exact = true }).First.ClickAsync();
        await page.GetByTestId("confirm").GetByRole(AriaRole.Button, new() { Name = "Approve", Exact = true }).ClickAsync();
    }
}
