using PaymentPortal.Core.Payments;
using PaymentPortal.Sandbox.Control;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Payments;

/// <summary>The PSP is there and does not answer to some: they are cut after the time-out of real life, and nobody else waits for them.</summary>
public sealed class SlowPspTests : IAsyncLifetime
{
    private const string Create = "/v1/checkout/sessions";
    private const int Hanging = 40;
    private const int Others = 60;
    private const string Cut = "SELECT COUNT(*) FROM psp_exchanges WHERE verdict = 'Unknown'";

    private readonly EngineHost _engine = new() { PspTimeout = TimeSpan.FromSeconds(15) };

    public Task InitializeAsync() => _engine.InitializeAsync();

    public Task DisposeAsync() => _engine.DisposeAsync();

    [Fact]
    public async Task Calls_ThatHang_AreCutAndFound_AndOtherOrdersKeepPaceMeanwhile()
    {
        var hanging = await Task.WhenAll(Enumerable.Range(0, Hanging).Select(_ => _engine.CreateAsync()));
        var others = await Task.WhenAll(Enumerable.Range(0, Others).Select(_ => _engine.CreateAsync()));
        await _engine.Control.SetFaultsAsync(Hang("timeout_before"), Hang("timeout_after"));

        var pressed = hanging.Select(checkout => _engine.Buyer.PayAsync(checkout.Link, CancellationToken.None)).ToArray();
        await Until.TrueAsync(async () => (await _engine.Control.FaultsAsync()).Rules.Count == 0);
        var answers = await Task.WhenAll(others.Select(checkout => _engine.Buyer.PayAsync(checkout.Link, CancellationToken.None)));

        // Not one of those that hang was over yet: the others did not wait for them.
        Assert.Equal(0, await _engine.ScalarAsync(Cut));
        Assert.All(answers, answer => Assert.IsType<PayAnswer.ToPsp>(answer));
        Assert.All(await Task.WhenAll(pressed), answer => Assert.IsType<PayAnswer.ToStatus>(answer));

        await _engine.CountAsync(Hanging, Cut);
        foreach (var checkout in hanging.Concat(others))
        {
            await _engine.ConfirmAsync(await _engine.PressAsync(checkout));
            await _engine.IsAsync(checkout, "SUCCESS");
            Assert.Equal(1, await _engine.PspSessionsAsync(checkout));
        }
        Assert.Equal(Hanging + Others, (await _engine.Control.BooksAsync()).Sessions.Values.Sum());
        await _engine.AssertSoundAsync();
    }

    private static FaultRule Hang(string how) => new() { Method = "POST", Path = Create, Times = Hanging / 2, Do = how };
}
