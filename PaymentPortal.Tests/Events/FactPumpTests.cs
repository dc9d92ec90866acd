using PaymentPortal.Core.Common;
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
        await log.PassAsync(TimeSpan.FromMinutes(10));

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

        await log.PassAsync(TimeSpan.FromSeconds(1));
        Assert.Equal(atFirst, tries);

        await log.PassAsync(TimeSpan.FromSeconds(1));
        Assert.Equal(atFirst + 1, tries);
        Assert.Equal(2, await log.Store.ScalarAsync("SELECT tries FROM retry_tasks"));
    }

    [Fact]
    public async Task PoisonFact_AfterItsTries_IsADeadLetterOfItsConsumer_AndTheOthersFlow()
    {
        _sick.Fails = fact => fact is { AggregateId: "a", Version: 2 };
        await using var log = await FactLog.StartAsync(_sick, _well);
        foreach (var aggregate in new[] { "a", "a", "a", "b" }) await log.AddAsync(aggregate);

        for (var turn = 0; turn < 12; turn++) await log.PassAsync(TimeSpan.FromMinutes(5));
        foreach (var aggregate in new[] { "a", "b" }) await log.AddAsync(aggregate);
        await log.PassAsync(TimeSpan.FromDays(1));

        var letter = Assert.Single(await LettersAsync(log));
        Assert.Equal(("us:sick.InvalidOperationException:fact.apply", "Open", "None", 12L), (letter.Cause, letter.State, letter.Effect, letter.Tries));
        Assert.Equal(["a/1", "b/1", "b/2"], await _sick.NotedAsync(log.Store));
        Assert.Equal(6, (await _well.NotedAsync(log.Store)).Count);
        var state = (await log.Feed.StateAsync(CancellationToken.None)).Consumers.Single(consumer => consumer.Consumer == "sick");
        Assert.Equal((6, 3, 1), (state.Position, state.Parked, state.Dead));
        Assert.Empty(await log.FindingsAsync());
    }

    [Fact]
    public async Task PoisonFact_RedrivenOnceItFits_IsFollowedByThoseBehindIt()
    {
        _sick.Fails = fact => fact is { AggregateId: "a", Version: 1 };
        await using var log = await FactLog.StartAsync(_sick);
        foreach (var aggregate in new[] { "a", "a", "a" }) await log.AddAsync(aggregate);
        for (var turn = 0; turn < 12; turn++) await log.PassAsync(TimeSpan.FromMinutes(5));
        var letter = new DeadLetterId(Assert.Single(await LettersAsync(log)).Id);
        Assert.True((await log.Desk.DiscardAsync([letter], "gone", Actor.Staff("ana"), CancellationToken.None)).IsRefused);

        _sick.Fails = _ => false;
        var told = await log.Desk.TryOneAsync(letter, Actor.Staff("ana"), CancellationToken.None);
        await log.PassAsync(TimeSpan.Zero);

        Assert.Equal("Done: the letter is closed.", told.Value);
        Assert.Equal(["a/1", "a/2", "a/3"], await _sick.NotedAsync(log.Store));
        Assert.Equal("Resolved", Assert.Single(await LettersAsync(log)).State);
        Assert.Equal(0, await log.Store.ScalarAsync("SELECT (SELECT COUNT(*) FROM event_parked) + (SELECT COUNT(*) FROM retry_tasks)"));
    }

    [Fact]
    public async Task PlaceSentBack_WithAPoisonFact_ForgetsWhatWasParked()
    {
        _sick.Fails = fact => fact.AggregateId == "a";
        await using var log = await FactLog.StartAsync(_sick);
        await log.AddAsync("a");
        await log.RunAsync();

        await log.Store.RunAsync(unit => { FactPlace.Rewind(unit, "sick"); return 0; });

        Assert.Equal(0, await log.Store.ScalarAsync("SELECT (SELECT COUNT(*) FROM event_parked) + (SELECT COUNT(*) FROM retry_tasks)"));
    }

    [Fact]
    public async Task TwoPumps_OverOneStore_ApplyEachFactOnce()
    {
        await using var log = await FactLog.StartAsync(_well);
        using var other = log.NewPump(_well);
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

    private static Task<List<(string Id, string Cause, string State, string Effect, long Tries)>> LettersAsync(FactLog log) => log.Store.RunAsync(unit => unit.Query(
        "SELECT dead_letter_id, cause_key, state, effect, tries FROM dead_letters", row => (row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetInt64(4))));
}
