using Microsoft.Extensions.Logging;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Events;

/// <summary>Leads every consumer through the log, each at its own pace. It is woken by the dispatcher and by a timer, and keeps nothing itself.</summary>
public sealed class FactPump : IDisposable
{
    private readonly FactReader[] _readers;

    public FactPump(WriteLane lane, SqlDialect dialect, IEnumerable<IFactConsumer> consumers, DeadLetters letters, RetryPolicies policies, ILogger<FactPump> log)
    {
        _readers = [.. consumers.Select(consumer => new FactReader(consumer, lane, dialect, letters, policies, log))];
        lane.Listen(OutboxDispatcher.Published, Wake);
    }

    /// <summary>Cheap and safe from any thread.</summary>
    public void Wake()
    {
        foreach (var reader in _readers) reader.Wake();
    }

    /// <summary>Works until told to stop.</summary>
    public Task RunAsync(CancellationToken stopping) => Task.WhenAll(_readers.Select(reader => reader.RunAsync(stopping)));

    /// <summary>Returns when each consumer has read to the end of the log.</summary>
    public Task CatchUpAsync(CancellationToken cancellationToken) => Task.WhenAll(_readers.Select(reader => reader.CatchUpAsync(cancellationToken)));

    public void Dispose()
    {
        foreach (var reader in _readers) reader.Dispose();
    }
}
