using System.Globalization;
using PaymentPortal.Core.Payments.Disputes;
using PaymentPortal.Pages.Health;

namespace PaymentPortal.Pages.Disputes;

/// <summary>Disputes whose time for evidence runs out: unanswered they are lost.</summary>
internal sealed class DisputesFact(DisputeQueries queries) : IHealthFact
{
    public string Name => "Disputes";

    public string Place => DisputeListAddress.Path;

    public async Task<HealthFactResult> ReadAsync(CancellationToken cancellationToken)
    {
        var (count, nearest) = await queries.UrgentAsync(cancellationToken).ConfigureAwait(false);
        if (nearest is not { } due) return new HealthFactResult(HealthLevel.Good, "None runs out of time.", []);
        var text = string.Create(CultureInfo.InvariantCulture, $"{count:N0} {(count == 1 ? "dispute runs" : "disputes run")} out of time for evidence, the first at {due.UtcDateTime:yyyy-MM-dd HH:mm} UTC. Unanswered it is lost.");
        return new HealthFactResult(HealthLevel.Attention, text, []);
    }
}
