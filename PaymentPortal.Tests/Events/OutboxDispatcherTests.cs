using System.Collections.Concurrent;
using PaymentPortal.Core.Events;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Events;

/// <summary>Positions are given in the order of writing, without gap and without double, however many give them.</summary>
public sealed class OutboxDispatcherTests : IAsyncLifetime
{
    /// <summary>More than one batch.</summary>
    private const int Facts = 1_200;

    private const string Disorder = "SELECT COUNT(*) FROM outbox a JOIN outbox b ON b.seq > a.seq WHERE b.position <= a.position OR a.position IS NULL OR b.position IS NULL";

    private TestStore _store = null!;

    public async Task InitializeAsync()
    {
        _store = await TestStore.CreateAsync();
        await _store.RunAsync(unit =>
        {
            for (var at = 0; at < Facts; at++) Outbox.AddNext(unit, $"a{at % 7}", EventTypes.CheckoutCreated, "{}");
            return 0;
        });
    }

    public async Task DisposeAsync() => await _store.DisposeAsync();

    [Fact]
    public async Task Dispatch_ManyTimesAtOnce_PublishesEachFactOnceInOrder()
    {
        var bus = new NotingBus();
        using var dispatcher = new OutboxDispatcher(_store.Lane, _store.Dialect, bus);

        var published = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => dispatcher.DispatchAsync(CancellationToken.None))));

        Assert.Equal(Facts, published.Sum());
        Assert.Equal(await EventIdsAsync(), bus.Heard);
        await AssertPositionsAsync();
    }

    /// <summary>What a lease that was lost makes possible: both read the same facts before either has marked them.</summary>
    [Fact]
    public async Task TwoDispatchers_OverTheSameFacts_GiveEachOnePosition()
    {
        var (first, second) = (new NotingBus(), new NotingBus());
        (first.Other, second.Other) = (second.Arrived, first.Arrived);
        using var left = new OutboxDispatcher(_store.Lane, _store.Dialect, first);
        using var right = new OutboxDispatcher(_store.Lane, _store.Dialect, second);

        await Task.WhenAll(left.DispatchAsync(CancellationToken.None), right.DispatchAsync(CancellationToken.None));

        // At least once: listeners know a fact by its id.
        Assert.Equal((await EventIdsAsync()).Order(StringComparer.Ordinal), first.Heard.Concat(second.Heard).Distinct().Order(StringComparer.Ordinal));
        Assert.True(first.Heard.Count + second.Heard.Count > Facts, "Both should have published the first batch.");
        await AssertPositionsAsync();
    }

    private async Task AssertPositionsAsync()
    {
        Assert.Equal((1, Facts, Facts), (await _store.ScalarAsync("SELECT MIN(position) FROM outbox"), await _store.ScalarAsync("SELECT MAX(position) FROM outbox"), await _store.ScalarAsync("SELECT COUNT(DISTINCT position) FROM outbox")));
        Assert.Equal(0, await _store.ScalarAsync(Disorder));
    }

    private Task<List<string>> EventIdsAsync() => _store.RunAsync(unit => unit.Query("SELECT event_id FROM outbox ORDER BY seq", row => row.GetString(0)));

    private sealed class NotingBus : IEventBus
    {
        private readonly TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ConcurrentQueue<string> Heard { get; } = [];

        public Task Arrived => _arrived.Task;

        /// <summary>Waits for it before its first facts are published.</summary>
        public Task Other { get; set; } = Task.CompletedTask;

        public async Task PublishAsync(IReadOnlyList<PortalEvent> facts, CancellationToken cancellationToken)
        {
            _arrived.TrySetResult();
            await Other;
            foreach (var fact in facts) Heard.Enqueue(fact.EventId);
        }
    }
}
