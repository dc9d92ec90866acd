using System.Globalization;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Pages.Health;

namespace PaymentPortal.Pages.Integrity;

/// <summary>Whether the books prove themselves. Broken ones are red, yet keep the node's traffic: every node reads the same books.</summary>
public sealed class IntegrityFact(IntegrityResults results, InvariantRunner runner, TimeProvider time) : IHealthFact
{
    private const int MostShown = 10;

    /// <summary>Checks come every few seconds; none for so long means that nobody looks any more.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(10);

    private readonly long _startedAt = time.GetTimestamp();

    public string Name => "Integrity";

    public string Place => "/integrity";

    public async Task<HealthFactResult> ReadAsync(CancellationToken cancellationToken)
    {
        var known = runner.Rules.Select(rule => rule.Code).ToHashSet(StringComparer.Ordinal);
        var all = (await results.ReadAsync(cancellationToken).ConfigureAwait(false)).Where(result => known.Contains(result.Code)).ToList();
        var broken = all.Where(result => result.State == InvariantState.Broken).OrderBy(result => result.Since).ToList();
        List<KeyValuePair<string, string>> figures = [new("Rules", known.Count.ToString(CultureInfo.InvariantCulture)), .. broken.Take(MostShown).Select(result => new KeyValuePair<string, string>(result.Code, result.Findings[0]))];
        if (broken.Count > 0)
            return new HealthFactResult(HealthLevel.Down, string.Create(CultureInfo.InvariantCulture, $"The books do not prove themselves: {broken.Count} {(broken.Count == 1 ? "rule is" : "rules are")} broken, {broken[0].Code} since {broken[0].Since.UtcDateTime:yyyy-MM-dd HH:mm} UTC. Pay nothing out before the Integrity page says why."), figures);
        var isSilent = time.GetElapsedTime(_startedAt) > Silence && !all.Any(result => time.GetUtcNow() - result.CheckedAt < Silence);
        return isSilent ? new HealthFactResult(HealthLevel.Attention, "Nothing was verified for ten minutes: look at the timer 'Verify the books' under Jobs.", figures)
            : new HealthFactResult(HealthLevel.Good, all.Count == 0 ? "The first check has yet to end." : "The books prove themselves.", figures);
    }
}
