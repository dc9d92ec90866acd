using System.Globalization;
using PaymentPortal.Core.Retries;

namespace PaymentPortal.Pages.Health;

/// <summary>Dead letters are work that waits for a person: any is worth a look, unknown effects first.</summary>
public sealed class DeadLettersFact(DeadLetterQueries queries) : IHealthFact
{
    public string Name => "Dead letters";

    public string Place => "/ops/dead-letters";

    public async Task<HealthFactResult> ReadAsync(CancellationToken cancellationToken)
    {
        var causes = await queries.CausesAsync(null, cancellationToken).ConfigureAwait(false);
        var (open, unknown, fresh) = (causes.Sum(cause => cause.Open), causes.Sum(cause => cause.Unknown), causes.Count(cause => cause.IsNew));
        if (open == 0) return new HealthFactResult(HealthLevel.Good, "None.", []);
        var text = string.Create(CultureInfo.InvariantCulture, $"{open:N0} {(open == 1 ? "waits" : "wait")} for a person, {(causes.Count == 1 ? "all of one cause" : $"of {causes.Count} causes")}{(unknown > 0 ? $", {unknown:N0} with unknown effect" : "")}{(fresh > 0 ? $"; {fresh} of a new kind" : "")}.");
        return new HealthFactResult(HealthLevel.Attention, text, []);
    }
}
