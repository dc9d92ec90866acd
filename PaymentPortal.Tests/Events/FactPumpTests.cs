using PaymentPortal.Core.Events;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Events;

/// <summary>Each consumer reads the log at its own pace, once, in order per aggregate, whatever another one fails at.</summary>
public sealed class FactPumpTests
{
    private readonly NotingConsumer _sick = new("sick");
    private readonly NotingConsumer _well = new("well");

    [Fact]
    public async Task Facts_InOneBatch_ReachEveryConsumerOnceAndInOrder()
    {
        await using var log = await FactLog.StartAsync(_sick, _well);
        foreach (var aggregate in new[] { "a", "b", "a", "b", "a" }) await log.AddAsync(aggregate);

        await log.RunAsync();
        await log.RunAsync();

        Assert.Equal(["a/1", "b/1", "a/2", "b/2", "a/3"], await _sick.NotedAsync(log.Store));
        Assert.Equal(["a/1", "b/1", "a/2", "b/2", "a/3"], await _well.NotedAsync(log.Store));
    }

    [Fact]
    public async Task Consumer_FailingAtOneFact_HoldsBackThatAggregateOnly()
    {
        _sick.Fails = fact => fact is { AggregateId: "a", Version: 2 };
        await using var log = await FactLog.StartAsync(_sick, _well);
        foreach (var aggregate in new[] { "a", "b", "a", "b", "a", "c" }) await log.AddAsync(aggregate);

        await log.RunAsync();

        Assert.Equal(["a/1", "b/1", "b/2", "c/1"], await _sick.NotedAsync(log.Store));
        Assert.Equal(6, (await _well.NotedAsync(log.Store)).Count);
        var state = (await log.Feed.StateAsync(CancellationToken.None)).Consumers.Single(consumer => consumer.Consumer == "sick");
        Assert.Equal((6, 2), (state.Position, state.Parked));
        Assert.Contains("can't apply a/2", state.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ParkedFacts_OnceTheyFit_FollowInTheirOrderBeforeNewOnes()
    {
        _sick.Fails = fact => fact is { AggregateId: "a", Version: 1 };
        await using var log = await FactLog.StartAsync(_sick);
        await log.AddAsync("a");
        await log.AddAsync("a");
        await log.RunAsync();
        await log.AddAsync("a");
        await log.RunAsync();
        Assert.Empty(await _sick.NotedAsync(log.Store));

        _sick.Fails = _ => false;
        log.Store.Time.Advance(TimeSpan.FromMinutes(10));
        await log.RunAsync();

        Assert.Equal(["a/1", "a/2", "a/3"], await _sick.NotedAsync(log.Store));
        Assert.Equal(0, await log.Store.ScalarAsync("SELECT COUNT(*) FROM event_parked"));
    }

    [Fact]
    public async Task ParkedFact_BeforeItsTime_IsLeftAlone()
    {
        var tries = 0;
        _sick.Fails = fact => fact.AggregateId == "a" && ++tries > 0;
        await using var log = await FactLog.StartAsync(_sick);
        await log.AddAsync("a");
        await log.RunAsync();
        var atFirst = tries;

        await log.RunAsync();
        Assert.Equal(atFirst, tries);

        log.Store.Time.Advance(TimeSpan.FromSeconds(1));
        await log.RunAsync();
        Assert.Equal(atFirst + 1, tries);
        Assert.Equal(1, await log.Store.ScalarAsync("SELECT tries FROM event_parked"));
    }

    [Fact]
    public async Task TwoPumps_OverOneStore_ApplyEachFactOnce()
    {
        await using var log = await FactLog.StartAsync(_well);
        using var other = new FactPump(log.Store.Lane, log.Store.Dialect, [_well], log.Store.Time, Microsoft.Extensions.Logging.Abstractions.NullLogger<FactPump>.Instance);
        for (var at = 0; at < 500; at++) await log.AddAsync($"a{at % 7}");

        await log.RunAsync();
        await log.AddAsync("last");
        await Task.WhenAll(log.RunAsync(), other.CatchUpAsync(CancellationToken.None));
        await other.CatchUpAsync(CancellationToken.None);

        var noted = await _well.NotedAsync(log.Store);
        Assert.Equal(501, noted.Count);
        Assert.Equal(501, noted.Distinct().Count());
    }

    [Fact]
    public async Task LongLog_ReadInSeveralBatches_KeepsItsOrder()
    {
        await using var log = await FactLog.StartAsync(_well);
        await log.Store.RunAsync(unit =>
        {
            for (var at = 0; at < 1_000; at++) Outbox.AddNext(unit, $"a{at % 3}", EventTypes.CheckoutCreated, "{}");
            return 0;
        });

        await log.RunAsync();

        var noted = await _well.NotedAsync(log.Store);
        Assert.Equal(Enumerable.Range(0, 1_000).Select(at => $"a{at % 3}/{(at / 3) + 1}"), noted);
    }

    [Fact]
    public async Task PlaceSentBack_ReadsEverythingAnew()
    {
        await using var log = await FactLog.StartAsync(_well);
        await log.AddAsync("a");
        await log.RunAsync();

        await log.Store.RunAsync(unit => { FactPlace.Rewind(unit, "well"); return 0; });
        await log.RunAsync();

        Assert.Equal(["a/1", "a/1"], await _well.NotedAsync(log.Store));
    }
}
