using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using PaymentPortal.Core.Payouts;
using PaymentPortal.Core.Storage;
using PaymentPortal.Tests.House;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Integrity;

/// <summary>SIGKILL in the middle of the unit that ends an approval: neither its end nor its effect is there afterwards, and then both are, once.</summary>
public sealed partial class ApprovalCrashTests
{
    private const string InTheUnit = "approval-in-unit";

    [Fact]
    public void Points_OfApprovals_AreAllKilledAt()
    {
        var named = Directory.EnumerateFiles(Path.Combine(Repository.Root, "PaymentPortal.Core/Integrity"), "*.cs").SelectMany(file => Point().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value));

        Assert.Equal([InTheUnit], named);
    }

    [Fact]
    public async Task KilledInTheUnitOfTheEnd_EndsOnceAndGivesTheHoldBackOnce()
    {
        await using var rig = await CrashRig.StartAsync([InTheUnit], before: AskAsync);
        await rig.DieAndStartAsync();
        await rig.TextAsync("SELECT approval_id FROM approvals WHERE state = 'Expired'");

        Assert.Equal(1, await rig.ReadAsync("SELECT COUNT(*) FROM payouts WHERE status = 'REFUSED'"));
        Assert.Equal(1, await rig.ReadAsync("SELECT COUNT(*) FROM journal_entries WHERE kind = 'PayoutRelease'"));
        Assert.Equal(0, await rig.ReadAsync("SELECT SUM(held) FROM wallet_balances"));
        Assert.Equal(1, await rig.ReadAsync("SELECT COUNT(*) FROM audit_log WHERE action = 'approval.end'"));
        await rig.AssertSoundAsync(PayoutSeed.Breaks);
    }

    /// <summary>A payout above the limit, whose time for a second person has run out.</summary>
    private static async Task AskAsync(IServiceProvider services)
    {
        var seed = new PayoutSeed(services);
        await seed.PayoutAsync(await seed.SellerAsync("late", sales: 130), PayoutStatus.Requested);
        await services.GetRequiredService<WriteLane>().RunAsync(unit => unit.Execute("UPDATE approvals SET expires_at = $1", unit.Now), CancellationToken.None);
    }

    [GeneratedRegex("CrashPoint\\.Hit\\(\"([a-z-]+)\"\\)")]
    private static partial Regex Point();
}
