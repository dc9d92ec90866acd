using System.Collections.Concurrent;
using System.Data.Common;
using System.Globalization;
using PaymentPortal.Core;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Events;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Payments;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Psp.Stripe;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Cli.Bench;

/// <summary>
/// The engine of the host, with the registrations of the host, on a store of its own: no web server, and a PSP that answers from memory. Its worker
/// and its dispatcher run as the host's do.
/// </summary>
internal sealed class BenchEngine : IAsyncDisposable
{
    private static readonly TimeSpan DispatchEvery = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan WakeEvery = TimeSpan.FromSeconds(1);

    private const string Undone = """
        SELECT (SELECT COUNT(*) FROM retry_tasks) + (SELECT COUNT(*) FROM outbox WHERE position IS NULL)
            + (SELECT COUNT(*) FROM event_consumers WHERE position < (SELECT MAX(position) FROM outbox))
        """;

    private readonly OpenStore _store;
    private readonly ServiceProvider _services;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    private BenchEngine(OpenStore store, int maxBatch)
    {
        _store = store;
        _services = Services(store, maxBatch).BuildServiceProvider();
        Lane = _services.GetRequiredService<WriteLane>();
        Worker = _services.GetRequiredService<RetryWorker>();
        _running = Task.WhenAll(Worker.RunAsync(_stop.Token), Get<FactPump>().RunAsync(_stop.Token), DispatchAsync(), WakeAsync());
    }

    public WriteLane Lane { get; }

    public RetryWorker Worker { get; }

    public SqliteDialect Dialect => _store.Dialect;

    public static async Task<BenchEngine> OpenAsync(string directory, int maxBatch, CancellationToken cancellationToken) =>
        new(await OpenStore.OpenAsync(directory, Path.Combine(directory, "keys"), cancellationToken), maxBatch);

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public async Task<ApiKeyId> CreateCallerAsync(CancellationToken cancellationToken) =>
        (await Get<ApiKeyService>().CreateAsync("bench", ["payments:write"], null, Actor.Program("bench"), cancellationToken)).Value.Id;

    /// <summary>Until no step waits any more and every consumer has read every fact.</summary>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        using var pace = new PeriodicTimer(DispatchEvery);
        await using var reader = Dialect.OpenReader();
        while (await CountAsync(reader, Undone, cancellationToken) > 0)
        {
            Worker.Wake();
            await pace.WaitForNextTickAsync(cancellationToken);
        }
    }

    /// <summary>The sentences that say what is wrong: payments that are not as they must be after the load, and broken invariants.</summary>
    public async Task<IReadOnlyList<string>> CheckAsync(int paid, CancellationToken cancellationToken)
    {
        await using var reader = Dialect.OpenReader();
        var done = await CountAsync(reader, "SELECT COUNT(*) FROM payment_events WHERE status = 'SUCCESS' AND is_payment_done = 1", cancellationToken);
        var flagged = await CountAsync(reader, "SELECT COUNT(*) FROM payment_orders WHERE payment_order_status = 'SUCCESS' AND ledger_updated = 1 AND wallet_updated = 1", cancellationToken);
        var wrong = new List<string>();
        if (done != paid) wrong.Add($"{paid} payments were made and {done} are SUCCESS");
        if (flagged != paid) wrong.Add($"{paid} orders were paid and {flagged} are SUCCESS with both flags");
        var report = await Get<InvariantRunner>().RunAsync(_ => { }, cancellationToken);
        wrong.AddRange(report.Lines.Where(line => line.State == InvariantState.Broken).Select(line => $"{line.Rule} {string.Join("; ", line.Findings.Take(3))}"));
        return wrong;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        await _services.DisposeAsync();
        _store.Dispose();
        _stop.Dispose();
    }

    private static ServiceCollection Services(OpenStore store, int maxBatch)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(TimeProvider.System);
        var settings = new PaymentSettings { PublicBaseAddress = () => "https://pay.shop.example" };
        services.AddPaymentCore(store.Dialect, store.Keys, Path.GetDirectoryName(store.Dialect.File)!, settings, new StripeOptions { BaseAddress = new Uri("https://psp.example"), ApiKey = "sk_test_bench" });
        services.AddSingleton(provider => new WriteLane(store.Dialect, provider.GetRequiredService<TimeProvider>(), maxBatch));
        services.AddSingleton<StripeClient>();
        services.AddSingleton<BenchPsp>();
        services.AddSingleton<IPaymentServiceProvider>(provider => provider.GetRequiredService<BenchPsp>());
        services.AddSingleton<PaidFacts>();
        services.AddSingleton<IEventSubscriber>(provider => provider.GetRequiredService<PaidFacts>());
        return services;
    }

    private static async Task<long> CountAsync(DbConnection reader, string sql, CancellationToken cancellationToken)
    {
        await using var command = reader.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(await command.ExecuteScalarAsync(cancellationToken), CultureInfo.InvariantCulture);
    }

    private async Task DispatchAsync()
    {
        var dispatcher = Get<OutboxDispatcher>();
        using var pace = new PeriodicTimer(DispatchEvery);
        while (!_stop.IsCancellationRequested)
        {
            await dispatcher.DispatchAsync(CancellationToken.None);
            await pace.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    private async Task WakeAsync()
    {
        using var pace = new PeriodicTimer(WakeEvery);
        while (!_stop.IsCancellationRequested)
        {
            Worker.Wake();
            await pace.WaitForNextTickAsync(CancellationToken.None);
        }
    }
}

/// <summary>Hears from the bus that a payment is done, as a consumer of facts does: what it was told is committed.</summary>
internal sealed class PaidFacts : IEventSubscriber
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _waiting = new(StringComparer.Ordinal);

    public Task Expect(CheckoutId checkout) => _waiting.GetOrAdd(checkout.Value, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public Task HandleAsync(PortalEvent fact, CancellationToken cancellationToken)
    {
        if (fact.Type == EventTypes.CheckoutSucceeded && _waiting.TryRemove(fact.AggregateId, out var waiting)) waiting.TrySetResult();
        return Task.CompletedTask;
    }
}
