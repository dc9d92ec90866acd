namespace PaymentPortal.Pages.Health;

/// <summary>One fact as read.</summary>
public sealed record HealthLine(string Name, HealthFactResult Result, string? Place = null);

/// <summary>Reads every fact side by side, each with its own few seconds: a part that hangs is Down and hides no other.</summary>
public sealed class HealthReading(IEnumerable<IHealthFact> facts, ILogger<HealthReading> log)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public async Task<IReadOnlyList<HealthLine>> ReadAllAsync(CancellationToken cancellationToken) =>
        await Task.WhenAll(facts.Select(fact => ReadAsync(fact, cancellationToken))).ConfigureAwait(false);

    /// <summary>Only the facts that decide whether this node gets traffic.</summary>
    public async Task<IReadOnlyList<HealthLine>> ReadForTrafficAsync(CancellationToken cancellationToken) =>
        await Task.WhenAll(facts.Where(fact => fact.HoldsTraffic).Select(fact => ReadAsync(fact, cancellationToken))).ConfigureAwait(false);

    private async Task<HealthLine> ReadAsync(IHealthFact fact, CancellationToken cancellationToken)
    {
        try
        {
            return new HealthLine(fact.Name, await fact.ReadAsync(cancellationToken).WaitAsync(Patience, cancellationToken).ConfigureAwait(false), fact.Place);
        }
        catch (TimeoutException)
        {
            return new HealthLine(fact.Name, new HealthFactResult(HealthLevel.Down, $"Gave no answer within {Patience.TotalSeconds} seconds.", []));
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            Log.FactFailed(log, error, fact.Name);
            return new HealthLine(fact.Name, new HealthFactResult(HealthLevel.Down, "Can't be read; the log says why.", []));
        }
    }
}
