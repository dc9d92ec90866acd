using System.Text.RegularExpressions;
using PaymentPortal.Core.Payments;
using PaymentPortal.Sandbox.Control;
using PaymentPortal.Tests.House;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Payments;

/// <summary>
/// SIGKILL at each named point of the pay-in. The client repeats its calls with the same key, nobody else does anything, and all ends right:
/// one session, at most one charge, one set of entries, no step left over.
/// </summary>
public sealed partial class PayInCrashTests
{
    /// <summary>
    /// Each row is one life, killed at one point after the other. Telling, paying and looking go on beside each other, so only points of one of them have one
    /// order: what the client asks for, what becomes of the first fact, and the send that makes the page.
    /// </summary>
    private static readonly string[][] Paying =
    [
        ["create-before", "create-after", "pay-before", "pay-after"],
        ["outbox-before-publish", "outbox-after-publish", "outbox-after-mark", "consume-before-apply", "consume-after-apply"],
        ["session-before-prepare", "session-after-prepare", "session-after-send", "session-after-store"],
        ["webhook-before-store"], ["webhook-after-store"], ["check-before-fetch"], ["check-after-fetch"], ["check-before-apply"], ["check-after-apply"],
    ];

    private static readonly string[] Ending = ["end-before", "end-after", "expire-before-prepare", "expire-before-send", "expire-after-send"];

    /// <summary>A page whose answer was lost is looked for once its checkout is over, found, and closed.</summary>
    private static readonly string[] Hunting = ["look-before-list", "look-after-list", "look-after-store", "expire-after-store"];

    [Fact]
    public void Points_OfThePayIn_AreAllKilledAt()
    {
        string[] folders = ["PaymentPortal.Core/Payments", "PaymentPortal.Core/Events", "PaymentPortal/Webhooks"];
        var posts = File.ReadAllText(Path.Combine(Repository.Root, "PaymentPortal.Core/Psp/PspPosts.cs"));
        var named = folders
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.cs"))
            .Where(file => !Path.GetFileName(file).StartsWith("Refund", StringComparison.Ordinal) && !Path.GetFileName(file).StartsWith("Dispute", StringComparison.Ordinal))
            .SelectMany(file => Point().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value))
            .Concat(Point().Matches(posts).Select(match => match.Groups[1].Value))
            .Concat(SharedPoint().Matches(posts).Select(match => $"{PaymentSteps.CreateSession}-{match.Groups[1].Value}"));

        Assert.Equal(Paying.SelectMany(life => life).Concat(Ending).Concat(Hunting).Order(StringComparer.Ordinal), named.Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task KilledWhilePaying_EndsPaidOnce() =>
        await Parallel.ForEachAsync(Paying, new ParallelOptions { MaxDegreeOfParallelism = 2 }, async (life, _) => await PayAsync(life, isPspInside: false));

    [Fact]
    public async Task KilledWhileEnding_EndsCanceled() => await CancelAsync(Ending);

    [Fact]
    public async Task KilledWhileLookingForAPageThatNobodyWantsAnyMore_ClosesIt()
    {
        await using var rig = await CrashRig.StartAsync(Hunting);
        var checkout = await rig.CreateAsync();
        await rig.Control.SetFaultsAsync(new FaultRule { Method = "POST", Path = "/v1/checkout/sessions", Do = "reset_after" });
        await rig.PressUntilAsync(checkout, async () => (await rig.PspAsync(checkout)).Sessions == 1);
        await rig.CancelAsync(checkout);
        await rig.IsAsync(checkout, "CANCELED");
        await rig.ComeToRestAsync();

        Assert.Equal((1, 0L), await rig.PspAsync(checkout));
        Assert.Equal("expired", await rig.PspStatusAsync(await rig.TextAsync("SELECT psp_token FROM attempts")));
        Assert.Equal(0, await rig.ReadAsync("SELECT COUNT(*) FROM journal_entries"));
        await rig.AssertSoundAsync();
    }

    [Fact]
    public async Task KilledTogetherWithThePsp_EndsPaidOnce() => await PayAsync(["session-after-send", "check-before-apply"], isPspInside: true);

    private static async Task PayAsync(string[] points, bool isPspInside)
    {
        await using var rig = await CrashRig.StartAsync(points, isPspInside);
        var checkout = await rig.CreateAsync();
        await rig.ConfirmAsync(await rig.PressAsync(checkout));
        await rig.IsAsync(checkout, "SUCCESS");
        await rig.ComeToRestAsync();

        Assert.Equal((1, 1L), await rig.PspAsync(checkout));
        Assert.Equal(1, await rig.ReadAsync("SELECT COUNT(*) FROM payment_events"));
        Assert.Equal(1, await rig.ReadAsync("SELECT COUNT(*) FROM booked_sessions"));
        Assert.Equal(2, await rig.ReadAsync("SELECT COUNT(*) FROM journal_entries WHERE kind = 'PayIn'"));
        Assert.Equal(3, await rig.ReadAsync("SELECT COUNT(*) FROM outbox"));
        await rig.AssertSoundAsync();
    }

    private static async Task CancelAsync(string[] points)
    {
        await using var rig = await CrashRig.StartAsync(points);
        var checkout = await rig.CreateAsync();
        var session = await rig.PressAsync(checkout);
        await rig.CancelAsync(checkout);
        await rig.IsAsync(checkout, "CANCELED");
        await rig.ComeToRestAsync();

        Assert.Equal((1, 0L), await rig.PspAsync(checkout));
        Assert.Equal("expired", await rig.PspStatusAsync(session));
        Assert.Equal(0, await rig.ReadAsync("SELECT COUNT(*) FROM journal_entries"));
        await rig.AssertSoundAsync();
    }

    [GeneratedRegex("CrashPoint\\.Hit\\(\"([a-z-]+)\"\\)")]
    private static partial Regex Point();

    [GeneratedRegex("CrashPoint\\.Hit\\(post\\.Step, \"([a-z-]+)\"\\)")]
    private static partial Regex SharedPoint();
}
