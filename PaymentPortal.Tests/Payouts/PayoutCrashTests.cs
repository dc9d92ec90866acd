using System.Text.RegularExpressions;
using PaymentPortal.Core.Payouts;
using PaymentPortal.Tests.House;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Payouts;

/// <summary>
/// SIGKILL at each named point of one payout, one after the other. The client repeats its calls with the same key, nobody else does anything, and all ends right: one transfer,
/// one payout, one hold that is paid out or given back once.
/// </summary>
public sealed partial class PayoutCrashTests
{
    private static readonly string[] Places = ["before-prepare", "after-prepare", "after-send", "after-store"];

    private static readonly string[] Requesting = ["payout-request-before", "payout-request-after"];

    private static readonly string[] Checking = ["payout-before-fetch", "payout-after-fetch", "payout-after-apply"];

    private static readonly string[] Sending =
    [
        .. Places.Select(place => $"{PayoutSteps.CreateAccount}-{place}"), .. Requesting, .. Places.Select(place => $"{PayoutSteps.Transfer}-{place}"),
        .. Places[..^1].Select(place => $"{PayoutSteps.CreatePayout}-{place}"),
    ];

    /// <summary>A life of their own: once the PSP's event tells of the payout, its answer is not needed any more.</summary>
    private static readonly string[] Sent = [$"{PayoutSteps.CreatePayout}-{Places[^1]}", .. Checking];

    private static readonly string[] Canceling = [.. Places[..^1].Select(place => $"{PayoutSteps.CancelPayout}-{place}"), .. Places.Select(place => $"{PayoutSteps.Reverse}-{place}")];

    private static readonly string[] Canceled = [$"{PayoutSteps.CancelPayout}-{Places[^1]}"];

    [Fact]
    public void Points_OfPayouts_AreAllKilledAt()
    {
        var named = Directory.EnumerateFiles(Path.Combine(Repository.Root, "PaymentPortal.Core/Payouts"), "*.cs").SelectMany(file => Point().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value));
        var shared = SharedPoint().Matches(File.ReadAllText(Path.Combine(Repository.Root, "PaymentPortal.Core/Psp/PspPosts.cs"))).Select(match => match.Groups[1].Value);

        Assert.Equal(Requesting.Concat(Checking).Order(StringComparer.Ordinal), named.Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(Places.Order(StringComparer.Ordinal), shared.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task KilledWhilePaying_EndsPaidOnce() => await Task.WhenAll(PayAsync(Sending), PayAsync(Sent));

    [Fact]
    public async Task KilledWhileCanceling_EndsCanceledWithTheMoneyBack() => await Task.WhenAll(CancelAsync(Canceling), CancelAsync(Canceled));

    private static async Task PayAsync(string[] points)
    {
        await using var rig = await CrashRig.StartAsync(points);
        var payout = await RequestAsync(rig);
        await StatusAsync(rig, payout, "PAID");
        await rig.ComeToRestAsync();

        await AssertOneAsync(rig, payout);
        Assert.Equal(1, await rig.ReadAsync("SELECT COUNT(*) FROM payouts"));
        Assert.Equal(1000, await rig.ReadAsync("SELECT payable FROM wallet_balances"));
        Assert.Equal(0, await rig.ReadAsync("SELECT held FROM wallet_balances"));
        Assert.Equal(0, await rig.ReadAsync("SELECT COALESCE(SUM(amount), 0) FROM postings WHERE account = 'psp:connected:seller-1'"));
        await rig.AssertSoundAsync();
    }

    private static async Task CancelAsync(string[] points)
    {
        await using var rig = await CrashRig.StartAsync(points, pendingSeconds: 100_000);
        var payout = await RequestAsync(rig);
        await StatusAsync(rig, payout, "IN_TRANSIT");
        await rig.CallAsync(client => client.PostAsync($"/api/v1/payouts/{payout}/cancel", "crash-cancel"), answer => answer.Status is 200 or 202);
        await StatusAsync(rig, payout, "CANCELED");
        await rig.ComeToRestAsync();

        await AssertOneAsync(rig, payout);
        Assert.Equal(2000, await rig.ReadAsync("SELECT payable FROM wallet_balances"));
        Assert.Equal(1, await rig.ReadAsync("SELECT COUNT(*) FROM journal_entries WHERE kind = 'PayoutRelease'"));
        await rig.AssertSoundAsync();
    }

    private static async Task<string> RequestAsync(CrashRig rig)
    {
        await rig.CallAsync(client => client.SendAsync(HttpMethod.Put, "/api/v1/sellers/seller-1", PayoutRig.SellerBody()), answer => answer.Status == 200);
        await rig.CallAsync(client => client.GetAsync("/api/v1/sellers/seller-1"), answer => answer.Status == 200 && (bool)answer.Body["payouts_enabled"]!);
        var made = await rig.CallAsync(
            client => client.PostAsync("/api/v1/checkouts", "crash-sale", """{"buyer_account":"buyer-1","currency":"USD","orders":[{"seller_account":"seller-1","amount":"20.00"}]}"""), answer => answer.Status == 201);
        var checkout = new MadeCheckout((string)made.Body["checkout_id"]!, ((string)made.Body["checkout_url"]!).Split('/')[^1]);
        await rig.ConfirmAsync(await rig.PressAsync(checkout), "pm_card_bypassPending");
        await rig.IsAsync(checkout, "SUCCESS");
        var payout = await rig.CallAsync(client => client.PostAsync("/api/v1/payouts", "crash-payout", """{"seller_account":"seller-1","amount":"10.00","currency":"USD"}"""), answer => answer.Status == 201);
        return (string)payout.Body["payout_id"]!;
    }

    private static Task StatusAsync(CrashRig rig, string payout, string status) =>
        rig.CallAsync(client => client.GetAsync("/api/v1/payouts/" + payout), answer => answer.Status == 200 && (string?)answer.Body["status"] == status);

    /// <summary>The PSP itself has one transfer and one payout.</summary>
    private static async Task AssertOneAsync(CrashRig rig, string payout)
    {
        var account = (string)(await rig.CallAsync(client => client.GetAsync("/api/v1/sellers/seller-1"), answer => answer.Status == 200)).Body["psp_account"]!;
        Assert.Single((await rig.AskPspAsync("/v1/transfers?transfer_group=" + payout)).Body["data"]!.AsArray());
        Assert.Single((await rig.AskPspAsync("/v1/payouts", ("Stripe-Account", account))).Body["data"]!.AsArray());
        Assert.Single((await rig.AskPspAsync("/v1/accounts")).Body["data"]!.AsArray());
    }

    [GeneratedRegex("CrashPoint\\.Hit\\(\"([a-z-]+)\"\\)")]
    private static partial Regex Point();

    [GeneratedRegex("CrashPoint\\.Hit\\(post\\.Step, \"([a-z-]+)\"\\)")]
    private static partial Regex SharedPoint();
}
