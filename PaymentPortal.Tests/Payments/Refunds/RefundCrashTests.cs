using System.Text.RegularExpressions;
using PaymentPortal.Tests.House;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Payments.Refunds;

/// <summary>SIGKILL at each named point of one refund, one after the other. The client repeats its call with the same key, and all ends in one refund, booked once.</summary>
public sealed partial class RefundCrashTests
{
    private static readonly string[] Asking = ["refund-ask-before", "refund-ask-after"];
    private static readonly string[] Sending = ["refund-before-prepare", "refund-after-prepare", "refund-after-send"];
    private const string Stored = "refund-after-store";
    private static readonly string[] Checking = ["refund-check-before-fetch", "refund-check-before-apply", "refund-check-after-apply"];

    [Fact]
    public void Points_OfRefunds_AreAllKilledAt()
    {
        var named = Directory.EnumerateFiles(Path.Combine(Repository.Root, "PaymentPortal.Core/Payments/Refunds"), "*.cs").SelectMany(file => Point().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value));

        Assert.Equal(Asking.Concat(Checking).Order(StringComparer.Ordinal), named.Distinct().Order(StringComparer.Ordinal));
    }

    /// <summary>Once a send is known to have arrived, its answer is not needed any more: the points after an answer are killed at in a life of their own.</summary>
    [Fact]
    public async Task KilledWhileRefunding_EndsInOneRefundBookedOnce() =>
        await Task.WhenAll(RefundAsync([.. Asking, .. Sending]), RefundAsync([Stored, .. Checking]));

    private static async Task RefundAsync(string[] points)
    {
        await using var rig = await CrashRig.StartAsync(points);
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
