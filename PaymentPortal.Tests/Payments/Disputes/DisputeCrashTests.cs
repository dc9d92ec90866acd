using System.Text.RegularExpressions;
using PaymentPortal.Tests.House;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Payments.Disputes;

/// <summary>SIGKILL at each named point of one dispute, one after the other: opened and held, answered, and won. Each is booked once.</summary>
public sealed partial class DisputeCrashTests
{
    private static readonly string[] Named = ["dispute-check-before-fetch", "dispute-check-before-apply", "dispute-check-after-apply", "dispute-wish-stored"];
    private static readonly string[] Sending = ["submit-1-before-prepare", "submit-1-after-prepare", "submit-1-after-send"];
    private const string Stored = "submit-1-after-store";

    [Fact]
    public void Points_OfDisputes_AreAllKilledAt()
    {
        var named = Directory.EnumerateFiles(Path.Combine(Repository.Root, "PaymentPortal.Core/Payments/Disputes"), "*.cs").SelectMany(file => Point().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value));

        Assert.Equal(Named.Order(StringComparer.Ordinal), named.Distinct().Order(StringComparer.Ordinal));
    }

    /// <summary>Once the evidence is known to have arrived, the answer to its sending is not needed any more: that point is killed at in a life of its own.</summary>
    [Fact]
    public async Task KilledWhileDisputed_EndsWonAndBookedOnce() => await Task.WhenAll(WinAsync([.. Named, .. Sending]), WinAsync([Stored]));

    private static async Task WinAsync(string[] points)
    {
        await using var rig = await CrashRig.StartAsync(points);
        var dispute = await DisputedAsync(rig);
        // A repeat after the answer was lost finds the evidence submitted.
        await rig.PostAsync($"/api/v1/disputes/{dispute}/evidence", "crash-evidence", """{"text":"winning_evidence","submit":true}""", 200, 409);
        await rig.TextAsync("SELECT dispute_id FROM disputes WHERE status = 'WON'");
        await rig.ComeToRestAsync();

        Assert.Equal(1, await rig.ReadAsync("SELECT COUNT(*) FROM disputes"));
        foreach (var kind in new[] { "DisputeWithdrawn", "DisputeHeld", "DisputeReinstated", "DisputeReleased" })
            Assert.Equal(1, await rig.ReadAsync($"SELECT COUNT(*) FROM journal_entries WHERE kind = '{kind}'"));
        Assert.Equal(0, await rig.ReadAsync("SELECT SUM(taken) FROM payment_orders"));
        Assert.Equal(0, await rig.ReadAsync("SELECT SUM(held) FROM wallet_balances"));
        await rig.AssertSoundAsync();
    }

    /// <summary>A closed dispute bears no key of ours: what was lost on the way is known by its end alone.</summary>
    [Fact]
    public async Task KilledWhileStagingAndAccepting_EndsAcceptedAndLostOnce() => await Task.WhenAll(
        AcceptAsync(["stage-1-before-prepare", "stage-1-after-prepare", "stage-1-after-send", "accept-1-before-prepare", "accept-1-after-prepare", "accept-1-after-send"]),
        AcceptAsync(["stage-1-after-store", "accept-1-after-store"]));

    private static async Task AcceptAsync(string[] points)
    {
        await using var rig = await CrashRig.StartAsync(points);
        var dispute = await DisputedAsync(rig);
        await rig.PostAsync($"/api/v1/disputes/{dispute}/evidence", "crash-evidence", """{"text":"Signed for on 3 November."}""", 200);
        await rig.TextAsync("SELECT dispute_id FROM disputes WHERE staged_version = 1");
        await rig.PostAsync($"/api/v1/disputes/{dispute}/accept", "crash-accept", "{}", 200, 202);
        await rig.TextAsync("SELECT dispute_id FROM disputes WHERE status = 'ACCEPTED'");
        await rig.ComeToRestAsync();

        foreach (var kind in new[] { "DisputeWithdrawn", "DisputeHeld", "DisputeLost" }) Assert.Equal(1, await rig.ReadAsync($"SELECT COUNT(*) FROM journal_entries WHERE kind = '{kind}'"));
        Assert.Equal(0, await rig.ReadAsync("SELECT SUM(held) FROM wallet_balances"));
        Assert.Equal(1, await rig.ReadAsync("SELECT COUNT(*) FROM audit_log WHERE action = 'dispute.accept'"));
        await rig.AssertSoundAsync();
    }

    private static async Task<string> DisputedAsync(CrashRig rig)
    {
        var checkout = await rig.CreateAsync();
        await rig.ConfirmAsync(await rig.PressAsync(checkout), "pm_card_createDispute");
        await rig.IsAsync(checkout, "SUCCESS");
        return await rig.TextAsync("SELECT dispute_id FROM disputes WHERE status = 'NEEDS_RESPONSE'");
    }

    [GeneratedRegex("CrashPoint\\.Hit\\(\"([a-z-]+)\"\\)")]
    private static partial Regex Point();
}
