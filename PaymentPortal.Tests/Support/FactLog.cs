using Microsoft.Extensions.Logging.Abstractions;
using PaymentPortal.Core.Events;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Tests.Support;

/// <summary>A store with the log of facts and its consumers, driven by hand.</summary>
internal sealed class FactLog : IAsyncDisposable
{
    private readonly OutboxDispatcher _dispatcher;
    private readonly RetryPolicies _policies;
    private readonly DeadLetters _letters = new([new DeadFact()], NullLogger<DeadLetters>.Instance);
    private readonly RetryWorker _worker;

    private FactLog(TestStore store, IFactConsumer[] consumers)
    {
        Store = store;
        _dispatcher = new OutboxDispatcher(store.Lane, store.Dialect, new InProcessEventBus([], NullLogger<InProcessEventBus>.Instance));
        // Always the longest wait that chance could draw.
        _policies = new RetryPolicies(store.Dialect, below => below - 1);
        _worker = new RetryWorker(store.Lane, [new ParkedFactStep(store.Lane, consumers, NullLogger<ParkedFactStep>.Instance)], _policies, _letters, store.Time, NullLogger<RetryWorker>.Instance);
        Pump = NewPump(consumers);
    }

    public TestStore Store { get; }

    public FactPump Pump { get; }

    public EventFeed Feed => new(Store.Dialect);

    public DeadLetterDesk Desk => new(Store.Lane, _letters, new RedriveRules(_letters), _worker, new AuditLog(Store.Chain));

    public static async Task<FactLog> StartAsync(params IFactConsumer[] consumers) => new(await TestStore.CreateAsync(), consumers);

    public FactPump NewPump(params IFactConsumer[] consumers) => new(Store.Lane, Store.Dialect, consumers, _letters, _policies, NullLogger<FactPump>.Instance);

    public Task AddAsync(string aggregate, string type = EventTypes.CheckoutCreated, string payload = "{}") => Store.RunAsync(unit =>
    {
        Outbox.AddNext(unit, aggregate, type, payload);
        return 0;
    });

    /// <summary>Gives positions and lets every consumer read to the end.</summary>
    public async Task RunAsync()
    {
        await _dispatcher.DispatchAsync(CancellationToken.None);
        await Pump.CatchUpAsync(CancellationToken.None);
    }

    /// <summary>Lets time pass, and tries every parked fact whose time has come.</summary>
    public async Task PassAsync(TimeSpan time)
    {
        Store.Time.Advance(time);
        await RunAsync();
        while (await Store.RunAsync(unit => RetryQueue.ClaimDue(unit, 10)) is { Count: > 0 } claimed)
        {
            foreach (var task in claimed) await _worker.RunOneAsync(task, CancellationToken.None);
        }
    }

    /// <summary>What is broken of the rules of the log and of next steps.</summary>
    public async Task<IReadOnlyList<string>> FindingsAsync()
    {
        await using var reader = Store.Dialect.OpenReader();
        var all = new List<string>();
        foreach (var invariant in EventInvariants.All.Concat(RetryInvariants.All)) all.AddRange((await invariant.CheckAsync(reader, CancellationToken.None)).Violations);
        return all;
    }

    public ValueTask DisposeAsync()
    {
        Pump.Dispose();
        _worker.Dispose();
        _dispatcher.Dispose();
        return Store.DisposeAsync();
    }
}

/// <summary>Writes down in the store what it was given, and refuses what a test tells it to.</summary>
internal sealed class NotingConsumer(string name) : IFactConsumer
{
    public string Name => name;

    /// <summary>The facts that it can't apply at present.</summary>
    public Func<PortalEvent, bool> Fails { get; set; } = _ => false;

    public void Apply(UnitOfWork unit, IReadOnlyList<PortalEvent> facts)
    {
        foreach (var fact in facts)
        {
            // The effect comes before the failure, so that a test sees whether it was undone.
            unit.Execute("INSERT INTO store_meta (name, value) VALUES ($1 || ':' || (SELECT COUNT(*) FROM store_meta WHERE name LIKE $1 || ':%'), $2)", name, $"{fact.AggregateId}/{fact.Version}");
            if (Fails(fact)) throw new InvalidOperationException($"{name} can't apply {fact.AggregateId}/{fact.Version}.");
        }
    }

    /// <summary>What it has applied, in that order.</summary>
    public Task<List<string>> NotedAsync(TestStore store) =>
        store.RunAsync(unit => unit.Query("SELECT value FROM store_meta WHERE name LIKE $1 || ':%' ORDER BY LENGTH(name), name", row => row.GetString(0), name));
}
