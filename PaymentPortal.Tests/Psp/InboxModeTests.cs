using Microsoft.Extensions.Logging.Abstractions;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Psp;
using PaymentPortal.Pages.Health;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Psp;

/// <summary>Signed events that are not about our money are kept, lead to nothing, and are an alarm.</summary>
public sealed class InboxModeTests : IAsyncLifetime
{
    private TestStore _store = null!;

    public async Task InitializeAsync() => _store = await TestStore.CreateAsync();

    public async Task DisposeAsync() => await _store.DisposeAsync();

    [Theory]
    [InlineData(false, false, 1, 0)]
    [InlineData(true, true, 1, 0)]
    [InlineData(true, false, 0, 1)]
    [InlineData(false, true, 0, 1)]
    public async Task Event_OfTheOtherMode_IsKeptWithoutAStep(bool key, bool received, int steps, int aside)
    {
        Assert.True(await Inbox(key).ReceiveAsync(Event("evt_1", received), "{}", () => { }, CancellationToken.None));

        Assert.Equal(steps, await _store.ScalarAsync("SELECT COUNT(*) FROM retry_tasks"));
        Assert.Equal(aside, await _store.ScalarAsync("SELECT COUNT(*) FROM psp_inbox WHERE state = 'WrongMode' AND applied_at IS NOT NULL"));
        Assert.Equal(aside == 1 ? HealthLevel.Attention : HealthLevel.Good, (await FactAsync()).Level);
    }

    [Fact]
    public async Task Event_FromTheListAndOfTheOtherMode_IsKeptWithoutAStep()
    {
        await Inbox(isLive: false).AddListedAsync([Event("evt_1", isLive: true)], CancellationToken.None);

        Assert.Equal(0, await _store.ScalarAsync("SELECT COUNT(*) FROM retry_tasks"));
        Assert.Equal(DeliveryVerdict.WrongMode, Assert.Single((await Queries.ListAsync(new InboxFilter(), PagePlace.First, 10, CancellationToken.None)).Rows).Verdict);
    }

    [Fact]
    public async Task Event_AboutAnUnknownObject_IsAnAlarmForADay()
    {
        await using var engine = await StubEngine.StartAsync();
        await engine.ReceiveAsync(Event("evt_1", isLive: false));
        var fact = new QuarantineFact(engine.Get<InboxQueries>(), engine.Time);

        Assert.Equal(1, await engine.ScalarAsync("SELECT COUNT(*) FROM psp_inbox WHERE state = 'UnknownObject'"));
        Assert.Contains("not ours", (await fact.ReadAsync(CancellationToken.None)).Text, StringComparison.Ordinal);
        engine.Time.Advance(TimeSpan.FromDays(2));
        Assert.Equal(HealthLevel.Good, (await fact.ReadAsync(CancellationToken.None)).Level);
        Assert.Empty(await engine.BrokenAsync());
    }

    private InboxQueries Queries => new(_store.Dialect, _store.Cipher);

    private PspInbox Inbox(bool isLive) => new(_store.Lane, _store.Cipher, new PspMode(isLive), NullLogger<PspInbox>.Instance);

    private Task<HealthFactResult> FactAsync() => new QuarantineFact(Queries, _store.Time).ReadAsync(CancellationToken.None);

    private static PspEvent Event(string id, bool isLive) => new(id, "checkout.session.completed", "checkout.session", "cs_stranger", null, null, null, isLive, Books.Start);
}
