using PaymentPortal.Sandbox.Control;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Retries;

/// <summary>SIGKILL once a step is claimed and not begun, ten times in a row while the next starts take it over, and around the end of a failing try: before anything of it is written, and before and after the commit that puts it off or ends its tries.</summary>
public sealed class RetryCrashTests
{
    private static string[] Recovering => ["recover-before", "recover-after"];

    /// <summary>In the order in which a step comes by that is turned away at first, and refused for good later.</summary>
    internal static readonly string[] Points = ["claim-after-commit", .. Recovering, "try-before-end", "schedule-before-commit", "schedule-after-commit", "exhaust-before-commit", "exhaust-after-commit"];

    private static readonly string[] Life = [Points[0], .. Enumerable.Repeat(Recovering, 5).SelectMany(points => points), .. Points[(1 + Recovering.Length)..]];

    private const int PointsOfEnding = 2;

    [Fact]
    public async Task KilledAroundTheEndOfATry_TheStepIsTriedOn_AndDiesOnce()
    {
        await using var rig = await CrashRig.StartAsync(Life);
        var checkout = await rig.CreateAsync();
        await rig.Control.SetFaultsAsync(Fault(429, "rate_limit"));
        await rig.PressUntilAsync(checkout, () => Task.FromResult(rig.Deaths > 0));
        await rig.DiesAsync(Life.Length - PointsOfEnding);
        Assert.Equal((1, 0), (await rig.ReadAsync("SELECT COUNT(*) FROM retry_tasks WHERE kind = 'attempt' AND state = 'Due' AND tries > 0"), await rig.ReadAsync("SELECT COUNT(*) FROM dead_letters")));

        await rig.Control.SetFaultsAsync(Fault(400, "parameter_invalid_empty"));
        await rig.DiesAsync(Life.Length);

        Assert.Equal(1, await rig.ReadAsync("SELECT COUNT(*) FROM dead_letters WHERE state = 'Open' AND deaths = 1"));
        Assert.Equal(1, await rig.ReadAsync("SELECT COUNT(*) FROM retry_tasks WHERE kind = 'attempt' AND state = 'Dead'"));
        Assert.Equal((0, 0L), await rig.PspAsync(checkout));
        await rig.AssertSoundAsync();
    }

    private static FaultRule Fault(int status, string code) => new() { Method = "POST", Path = "/v1/checkout/sessions", Status = status, Code = code };
}
