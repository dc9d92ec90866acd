using System.Globalization;
using PaymentPortal.Core;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Events;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Payments;
using PaymentPortal.Core.Psp.Stripe;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Cli.Bench;

/// <summary>The engine's parts on a store of their own, with nothing running by itself and a clock that stands still, so that what was put off stays put off.</summary>
internal sealed class BacklogStore : IAsyncDisposable
{
    /// <summary>What is due, waiting or dead, planted in one go: how it came to be is not measured.</summary>
    private const string Plant = """
        PRAGMA foreign_keys = OFF;
        BEGIN;
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {0})
        INSERT INTO retry_tasks (task_id, kind, subject_id, state, due_at, tries, lease_until, fence, created_at)
            SELECT printf('tsk_01J%023d', i), 'bench', printf('att_01J%023d', i), 'Due', 1700000000000000 + i, 0, 0, 0, 1700000000000000 FROM n;
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {0})
        INSERT INTO outbox (event_id, aggregate_id, version, type, payload, created_at)
            SELECT printf('evt_01J%023d', i), printf('chk_01J%023d', i / 3), i % 3 + 1, CASE i % 3 WHEN 0 THEN '{1}' WHEN 1 THEN '{2}' ELSE '{3}' END,
                CASE i % 3 WHEN 0 THEN '{4}' WHEN 1 THEN '{5}' ELSE '{6}' END, 1700000000000000 + i * 100000 FROM n;
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {0})
        INSERT INTO retry_tasks (task_id, kind, subject_id, state, due_at, tries, lease_until, fence, created_at)
            SELECT printf('tsk_01K%023d', i), 'psp.event', printf('evt_bench%d', i), 'Dead', 1700000000000000, 8, 0, 8, 1700000000000000 FROM n;
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {0})
        INSERT INTO psp_inbox (event_id, type, object_id, state, created_at, received_at, deliveries)
            SELECT printf('evt_bench%d', i), 'charge.succeeded', printf('ch_%d', i), CASE WHEN i % 20 = 0 THEN 'Applied' ELSE 'Waiting' END, 1700000000000000, 1700000000000000, 1 FROM n;
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {0})
        INSERT INTO dead_letters (dead_letter_id, kind, subject_id, cause_key, operation, error_class, code, reason, effect, checkout_id, amount, currency, state, tries, deaths, first_seen, last_seen)
            SELECT printf('dlt_01J%023d', i), 'psp.event', printf('evt_bench%d', i), 'Stripe:code_' || i % 5 || ':apply_event', 'apply_event', 'Internal', 'code_' || i % 5, 'It could not be applied.',
                CASE WHEN i % 10 = 0 THEN 'Unknown' ELSE 'None' END, printf('chk_01J%023d', i), 1000 + i % 9000, CASE i % 3 WHEN 0 THEN 'USD' WHEN 1 THEN 'EUR' ELSE 'JPY' END, 'Open', 8, 1, 1700000000000000, 1700000000000000 + i FROM n;
        COMMIT;
        """;

    private static readonly string[] Told = [EventTypes.CheckoutSucceeded, EventTypes.CheckoutCreated, EventTypes.CheckoutExecuting];

    private readonly OpenStore _store;
    private readonly ServiceProvider _services;

    private BacklogStore(OpenStore store)
    {
        _store = store;
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<TimeProvider>(new StandingClock(TimeProvider.System.GetUtcNow()));
        services.AddPaymentCore(store.Dialect, store.Keys, Path.GetDirectoryName(store.Dialect.File)!, new PaymentSettings { PublicBaseAddress = () => "https://pay.shop.example" }, new StripeOptions { BaseAddress = new Uri("https://psp.example"), ApiKey = "sk_test_bench" });
        // The clock stands: after a drawn wait of nothing a step would be due again at once.
        services.AddSingleton<Dice>(below => below - 1);
        _services = services.BuildServiceProvider();
    }

    public SqliteDialect Dialect => _store.Dialect;

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public static async Task<BacklogStore> OpenAsync(string directory, int count, CancellationToken cancellationToken)
    {
        var store = await OpenStore.OpenAsync(directory, Path.Combine(directory, "keys"), cancellationToken);
        await using (var writer = store.Dialect.OpenWriter())
        {
            await using var plant = writer.CreateCommand();
            plant.CommandText = string.Format(CultureInfo.InvariantCulture, Plant, [count, .. Told, .. Told.Select(type => EventCatalogue.Of(type).Example)]);
            plant.CommandTimeout = 0;
            await plant.ExecuteNonQueryAsync(cancellationToken);
        }
        return new BacklogStore(store);
    }

    public async Task<long> CountAsync(string sql, CancellationToken cancellationToken)
    {
        await using var reader = Dialect.OpenReader();
        await using var command = reader.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(await command.ExecuteScalarAsync(cancellationToken), CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        _store.Dispose();
    }

    private sealed class StandingClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
