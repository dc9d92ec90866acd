using System.Text.RegularExpressions;
using PaymentPortal.Tests.House;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Payments.Refunds;

/// <summary>SIGKILL at each named point of a refund. The client repeats its call with the same key, and all ends in one refund, booked once.</summary>
public sealed partial class RefundCrashTests
{
    private static readonly string[] Named = ["refund-ask-before", "refund-ask-after", "refund-check-before-fetch", "refund-check-before-apply", "refund-check-after-apply"];
    private static readonly string[] OfThePost = ["refund-before-prepare", "refund-after-prepare", "refund-after-send", "refund-after-store"];

    [Fact]
    public void Points_OfRefunds_AreAllKilledAt()
    {
        var named = Directory.EnumerateFiles(Path.Combine(Repository.Root, "PaymentPortal.Core/Payments/Refunds"), "*.cs").SelectMany(file => Point().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value));

        Assert.Equal(Named.Order(StringComparer.Ordinal), named.Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task KilledWhileRefunding_EndsInOneRefundBookedOnce() =>
        await Parallel.ForEachAsync(Named.Concat(OfThePost), new ParallelOptions { MaxDegreeOfParallelism = 2 }, async (point, _) => await RefundAsync(point));

    private static async Task RefundAsync(string point)
    {
        await using var rig = await CrashRig.StartAsync(point);
        var checkout = await rig.CreateAsync();
        await rig.ConfirmAsync(await rig.PressAsync(checkout), "pm_card_pendingRefund");
        await rig.IsAsync(checkout, "SUCCESS");
        var order = await rig.TextAsync("SELECT payment_order_id FROM payment_orders WHERE line = 1");
        await rig.PostAsync("/api/v1/refunds", "crash-refund", $$"""{"payment_order_id":"{{order}}","amount":"5.00","reason":"crash"}""", 201);
        await rig.TextAsync("SELECT refund_id FROM refunds WHERE status = 'SUCCEEDED'");
        await rig.ComeToRestAsync();

        var charge = await rig.TextAsync("SELECT charge_id FROM booked_sessions");
        Assert.Single((await rig.PspAsync("/v1/refunds?charge=" + charge)).Body["data"]!.AsArray());
        Assert.Equal(1, await rig.ReadAsync("SELECT COUNT(*) FROM refunds"));
        Assert.Equal(1, await rig.ReadAsync("SELECT COUNT(*) FROM journal_entries WHERE kind = 'RefundAsked'"));
        Assert.Equal(1, await rig.ReadAsync("SELECT COUNT(*) FROM journal_entries WHERE kind = 'RefundAccepted'"));
        Assert.Equal(500, await rig.ReadAsync("SELECT refunded FROM payment_orders WHERE line = 1"));
        await rig.AssertSoundAsync();
    }

    [GeneratedRegex("CrashPoint\\.Hit\\(\"([a-z-]+)\"\\)")]
    private static partial Regex Point();
}
