using PaymentPortal.Pages.Health;
using PaymentPortal.Tests.Psp;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Pages.Health;

/// <summary>One call that fails is seen at once, long before the circuit opens, with the moment since when none went through.</summary>
public sealed class PspLineFactTests
{
    private const string Balance = """{"object":"balance","livemode":false,"available":[],"pending":[]}""";

    [Fact]
    public async Task Line_WhoseCallsFail_SaysSinceWhenAndWhy_UntilOneGoesThrough()
    {
        await using var psp = new FakePsp(FakePsp.Reset(), FakePsp.Reset(), FakePsp.Answer(200, Balance));
        var time = new ManualTime();
        using var line = new PspLine(psp.Address, guard: PspLine.Impatient, time: time);
        var fact = new PspLineFact(line.Health, line.Client);
        Assert.Equal((HealthLevel.Good, "No call yet."), await ReadAsync(fact));
        var since = time.GetUtcNow();

        for (var call = 0; call < 2; call++)
        {
            Assert.Null((await line.Client.FetchBalanceAsync(CancellationToken.None)).Value);
            var (level, text) = await ReadAsync(fact);
            Assert.Equal(HealthLevel.Attention, level);
            Assert.Contains($"since {since:yyyy-MM-dd HH:mm} UTC", text, StringComparison.Ordinal);
            time.Advance(TimeSpan.FromMinutes(3));
        }
        Assert.NotNull((await line.Client.FetchBalanceAsync(CancellationToken.None)).Value);

        Assert.Equal((HealthLevel.Good, "Calls go through."), await ReadAsync(fact));
    }

    /// <summary>A wrong key is seen with its first refusal; once it is mended, calls go on after the pause.</summary>
    [Fact]
    public async Task Line_WhoseKeyIsRefused_IsSeenAtOnce_AndGoesOnOnceItIsMended()
    {
        await using var psp = new FakePsp(FakePsp.Answer(401, """{"error":{"type":"invalid_request_error","message":"Invalid API Key provided"}}"""), FakePsp.Answer(200, Balance));
        var time = new ManualTime();
        using var line = new PspLine(psp.Address, time: time);
        var fact = new PspLineFact(line.Health, line.Client);

        await line.Client.FetchBalanceAsync(CancellationToken.None);

        var (level, text) = await ReadAsync(fact);
        Assert.Equal(HealthLevel.Attention, level);
        Assert.Contains("refused our API key", text, StringComparison.Ordinal);
        Assert.Equal((false, 1), (line.Health.Report.IsSending, psp.Requests));
        time.Advance(PaymentPortal.Core.Psp.PspHealth.Pause);
        Assert.NotNull((await line.Client.FetchBalanceAsync(CancellationToken.None)).Value);
        Assert.True(line.Health.Report.IsSending);
        Assert.Equal(HealthLevel.Good, (await ReadAsync(fact)).Level);
    }

    private static async Task<(HealthLevel Level, string Text)> ReadAsync(PspLineFact fact)
    {
        var read = await fact.ReadAsync(CancellationToken.None);
        return (read.Level, read.Text);
    }
}
