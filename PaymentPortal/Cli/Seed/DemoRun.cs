using System.Collections.Concurrent;
using System.Globalization;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Payments;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Cli.Seed;

/// <summary>
/// Makes the planned payments, chunk after chunk. Between two chunks nothing is under way, so moving the clock ends only what should end.
/// </summary>
internal sealed class DemoRun(PortalSite site, IServiceProvider services, string runName, DemoProgress progress)
{
    private const int AtOnce = 16;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly SqlDialect _dialect = services.GetRequiredService<SqlDialect>();
    private readonly TimeProvider _time = services.GetRequiredService<TimeProvider>();
    private readonly ConcurrentDictionary<string, DemoPayment> _open = new(StringComparer.Ordinal);

    /// <summary>How far the clock has moved.</summary>
    public TimeSpan Moved { get; private set; }

    public async Task MakeAsync(IReadOnlyList<IReadOnlyList<DemoPayment>> plan, CancellationToken cancellationToken)
    {
        for (var at = 0; at < plan.Count; at++)
        {
            if (at > 0)
            {
                await site.MoveClockAsync(DemoPlan.Step, cancellationToken);
                Moved += DemoPlan.Step;
            }
            await Parallel.ForEachAsync(plan[at], new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, async (payment, stop) =>
            {
                await PlayAsync(payment, stop);
                progress.Step();
            });
            await SettleAsync(isLast: at == plan.Count - 1, cancellationToken);
        }
    }

    private async Task PlayAsync(DemoPayment payment, CancellationToken cancellationToken)
    {
        var checkout = await site.CreateAsync(payment.Body, string.Create(CultureInfo.InvariantCulture, $"demo-{runName}-{payment.Number}"), cancellationToken);
        _open[checkout.CheckoutId] = payment;
        if (payment.Story == DemoStory.StaysAway) return;
        if (payment.Story != DemoStory.IsCanceled)
        {
            var session = await site.PayAsync(checkout.CheckoutUrl, cancellationToken);
            foreach (var card in payment.Cards) await site.TryCardAsync(session, card, cancellationToken);
        }
        if (payment.Story is DemoStory.IsCanceled or DemoStory.IsCanceledAtThePsp) await site.CancelAsync(checkout.CheckoutId, cancellationToken);
    }

    /// <summary>Waits until every payment that needs no more time has ended as planned, no step is due and every fact is told.</summary>
    private async Task SettleAsync(bool isLast, CancellationToken cancellationToken)
    {
        using var pace = new PeriodicTimer(Look);
        var start = TimeProvider.System.GetTimestamp();
        while (await FindUnsettledAsync(isLast, cancellationToken) is { } unsettled)
        {
            if (TimeProvider.System.GetElapsedTime(start) > Patience) throw new SiteFailedException($"After {Patience.TotalMinutes:0} minutes {unsettled}.");
            await pace.WaitForNextTickAsync(cancellationToken);
        }
    }

    private async Task<string?> FindUnsettledAsync(bool isLast, CancellationToken cancellationToken)
    {
        var found = await StatusesAsync(cancellationToken);
        foreach (var (id, payment) in _open)
        {
            if (found.GetValueOrDefault(id) == payment.End.Word())
            {
                // What is open in the end stays listed, for it must still be open after the last chunk.
                if (payment.End.IsFinal()) _open.TryRemove(id, out _);
            }
            else if (isLast || payment.End is not PaymentOrderStatus.Expired)
            {
                return $"{id} ({payment.Story}) is {found.GetValueOrDefault(id)} and should be {payment.End.Word()}";
            }
        }
        if (await CountAsync(string.Create(CultureInfo.InvariantCulture, $"SELECT COUNT(*) FROM retry_tasks WHERE state = 'Due' AND due_at <= {_time.GetUtcNow().ToMicroseconds()}"), cancellationToken) is > 0 and var due) return $"{due} steps are still due";
        return isLast && await CountAsync("SELECT COUNT(*) FROM outbox WHERE position IS NULL", cancellationToken) is > 0 and var untold ? $"{untold} facts are not told yet" : null;
    }

    private async Task<Dictionary<string, string>> StatusesAsync(CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        await using var reader = _dialect.OpenReader();
        await using var command = reader.CreateCommand();
        command.CommandText = "SELECT checkout_id, status FROM payment_events WHERE checkout_id >= $1";
        var first = command.CreateParameter();
        (first.ParameterName, first.Value) = ("$1", _open.Keys.Min(StringComparer.Ordinal) ?? Ids.Floor<CheckoutId>(_time.GetUtcNow()));
        command.Parameters.Add(first);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken)) found[row.GetString(0)] = row.GetString(1);
        return found;
    }

    private async Task<long> CountAsync(string sql, CancellationToken cancellationToken)
    {
        await using var reader = _dialect.OpenReader();
        await using var command = reader.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(await command.ExecuteScalarAsync(cancellationToken), CultureInfo.InvariantCulture);
    }
}
