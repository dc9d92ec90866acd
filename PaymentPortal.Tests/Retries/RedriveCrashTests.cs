using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Retries;
using PaymentPortal.Sandbox.Control;
using PaymentPortal.Tests.House;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Retries;

/// <summary>SIGKILL in the middle of a redrive: it goes on by itself, brings each letter back once, and the PSP makes one page for each.</summary>
public sealed partial class RedriveCrashTests
{
    private const int Letters = 5;

    // The second turn: some letters are back already and some still wait.
    private static readonly string[] Points = ["redrive-before-release", "redrive-after-release"];

    [Fact]
    public void Points_OfRetries_AreAllKilledAt()
    {
        var named = Directory.EnumerateFiles(Path.Combine(Repository.Root, "PaymentPortal.Core/Retries"), "*.cs").SelectMany(file => Point().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value));

        Assert.Equal(Points.Concat(RetryCrashTests.Points).Order(StringComparer.Ordinal), named.Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task KilledWhileRedriving_GoesOn_AndBringsEachLetterBackOnce() =>
        await Parallel.ForEachAsync(Points, new ParallelOptions { MaxDegreeOfParallelism = 2 }, (point, _) => RedriveAsync(point));

    private static async ValueTask RedriveAsync(string point)
    {
        await using var rig = await CrashRig.StartAsync([]);
        await rig.Control.SetFaultsAsync(new FaultRule { Method = "POST", Path = "/v1/checkout/sessions", Status = 400, Code = "parameter_invalid_empty" });
        var checkouts = new List<MadeCheckout>();
        for (var number = 1; number <= Letters; number++)
        {
            checkouts.Add(await rig.CreateAsync($"crash-key-{number}"));
            await rig.PressUntilAsync(checkouts[^1], async () => await rig.ReadAsync("SELECT COUNT(*) FROM dead_letters WHERE state = 'Open'") == number);
        }
        await rig.Control.ClearFaultsAsync();

        await rig.KillAndStartAsync(StartAsync, point + ":2");
        await rig.DieAndStartAsync();
        await Until.TrueAsync(async () => await rig.ReadAsync("SELECT COUNT(*) FROM redrives WHERE state = 'Done'") == 1, TimeSpan.FromMinutes(3));

        Assert.Equal(Letters, await rig.ReadAsync("SELECT COUNT(*) FROM redrive_items WHERE state = 'Ok' AND released_at IS NOT NULL"));
        Assert.Equal(Letters, await rig.ReadAsync("SELECT COUNT(*) FROM dead_letters WHERE state = 'Resolved' AND deaths = 1"));
        Assert.Equal(Letters, await rig.ReadAsync("SELECT COUNT(*) FROM psp_calls WHERE step = 'session' AND generation = 2 AND effect_proved = 'Exists'"));
        Assert.Equal(2, await rig.ReadAsync("SELECT MAX(generation) FROM psp_calls"));
        foreach (var checkout in checkouts) Assert.Equal((1, 0L), await rig.PspAsync(checkout));
        await rig.AssertSoundAsync();
    }

    private static async Task StartAsync(IServiceProvider services)
    {
        var request = new RedriveRequest(new DeadLetterFilter(), "everything", "The PSP mended it", PerSecond: 2, StopAfter: 100, Expected: Letters);
        Assert.False((await services.GetRequiredService<RedriveDesk>().StartAsync(request, Actor.Staff("ana"), CancellationToken.None)).IsRefused);
    }

    [GeneratedRegex("CrashPoint\\.Hit\\(\"([a-z-]+)\"\\)")]
    private static partial Regex Point();
}
