namespace PaymentPortal.Pages.Health;

/// <summary>How one part of the plant is. Down says that this process can't do its work; Attention that a person should look.</summary>
public enum HealthLevel
{
    Good,
    Attention,
    Down,
}

/// <summary>What a fact says now: a level, one sentence, and the figures behind it in reading order.</summary>
public sealed record HealthFactResult(HealthLevel Level, string Text, IReadOnlyList<KeyValuePair<string, string>> Figures);

/// <summary>
/// One line of the health page; register it as a singleton <c>IHealthFact</c> and it is shown. It may throw: that is shown as Down.
/// <c>services.AddSingleton&lt;IHealthFact, PspFact&gt;();</c>
/// </summary>
public interface IHealthFact
{
    string Name { get; }

    /// <summary>True when this node must get no traffic while the fact is Down (its store, not a PSP that all nodes share).</summary>
    bool HoldsTraffic => false;

    /// <summary>Where a person mends it; null where Health says all there is.</summary>
    string? Place => null;

    Task<HealthFactResult> ReadAsync(CancellationToken cancellationToken);
}
