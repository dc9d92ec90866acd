using Microsoft.Extensions.Logging;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Events;

/// <summary>Takes one consumer through the log. Each consumer has its own, so that none waits for another.</summary>
internal sealed class FactReader(IFactConsumer consumer, WriteLane lane, SqlDialect dialect, DeadLetters letters, RetryPolicies policies, ILogger log) : IDisposable
{
    private const int Batch = 200;

    private readonly SemaphoreSlim _wake = new(0, 1);
    private readonly SemaphoreSlim _one = new(1);

    public void Wake()
    {
        try
        {
            _wake.Release();
        }
        catch (Exception error) when (error is SemaphoreFullException or ObjectDisposedException)
        {
            // Already awake, or closed: the lane outlives its readers.
        }
    }

    public async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await _wake.WaitAsync(stopping).ConfigureAwait(false);
                await CatchUpAsync(stopping).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                break;
            }
            catch (Exception error)
            {
                // The store may be full or gone for a while; the next waking tries again.
                Log.ReaderFailed(log, consumer.Name, error);
            }
        }
    }

    /// <summary>Returns when the consumer has read every fact that has a position.</summary>
    public async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            while (await StepAsync(cancellationToken).ConfigureAwait(false))
            {
            }
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose()
    {
        _wake.Dispose();
        _one.Dispose();
    }

    private async Task<bool> StepAsync(CancellationToken cancellationToken)
    {
        var (place, facts) = await ReadAsync(cancellationToken).ConfigureAwait(false);
        if (facts.Count == 0) return false;
        CrashPoint.Hit("consume-before-apply");
        try
        {
            await lane.RunAsync(unit => Take(unit, place, facts), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (ParkedFacts.IsToBlame(error))
        {
            // One of them is to blame: alone, each shows whether it is the one.
            foreach (var fact in facts) await TakeOneAsync(fact, cancellationToken).ConfigureAwait(false);
        }
        CrashPoint.Hit("consume-after-apply");
        return true;
    }

    private async Task TakeOneAsync(PortalEvent fact, CancellationToken cancellationToken)
    {
        var before = fact.Position!.Value - 1;
        try
        {
            await lane.RunAsync(unit => Take(unit, before, [fact]), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (ParkedFacts.IsToBlame(error))
        {
            Log.FactParked(log, consumer.Name, fact.EventId, fact.AggregateId, error);
            await lane.RunAsync(unit => ParkAndPass(unit, before, fact, error), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The facts that follow the stored place, which is compared again in the unit: a second reader of the same facts then does nothing.</summary>
    private int Take(UnitOfWork unit, long place, IReadOnlyList<PortalEvent> facts)
    {
        if (FactPlace.Read(unit, consumer.Name) != place) return 0;
        var parked = unit.Query("SELECT DISTINCT aggregate_id FROM event_parked WHERE consumer = $1", row => row.GetString(0), consumer.Name);
        IReadOnlyList<PortalEvent> free = parked.Count == 0 ? facts : [.. facts.Where(fact => !parked.Contains(fact.AggregateId))];
        if (free.Count > 0) consumer.Apply(unit, free);
        foreach (var fact in facts.Except(free)) ParkedFacts.Park(unit, consumer.Name, fact);
        FactPlace.Move(unit, consumer.Name, facts[^1].Position!.Value);
        return facts.Count;
    }

    private int ParkAndPass(UnitOfWork unit, long place, PortalEvent fact, Exception error)
    {
        if (FactPlace.Read(unit, consumer.Name) != place) return 0;
        ParkedFacts.ParkFirst(unit, consumer.Name, fact, error, letters, policies);
        FactPlace.Move(unit, consumer.Name, fact.Position!.Value);
        return 1;
    }

    private async Task<(long Place, List<PortalEvent> Facts)> ReadAsync(CancellationToken cancellationToken)
    {
        await using var connection = dialect.OpenReader();
        var found = await connection.ReadAsync("SELECT position FROM event_consumers WHERE consumer = $1", [consumer.Name], row => row.GetInt64(0), cancellationToken).ConfigureAwait(false);
        var place = found is [var stored] ? stored : 0;
        var facts = await connection.ReadAsync(StoredFacts.Select + " WHERE position > $1 ORDER BY position LIMIT $2", [place, Batch], StoredFacts.Read, cancellationToken).ConfigureAwait(false);
        return (place, facts);
    }
}
