using System.Globalization;
using PaymentPortal.Core.Payouts;
using PaymentPortal.Pages.Health;
using PaymentPortal.Pages.Parts;

namespace PaymentPortal.Pages.Payouts;

/// <summary>Payouts that did not arrive: the sellers wait, and only a person pays them again or takes them back.</summary>
internal sealed class PayoutsFact(PayoutQueries queries) : IHealthFact
{
    public string Name => "Payouts";

    public string Place => $"{PayoutListAddress.Path}?status={PayoutListAddress.StatusOf([PayoutStatus.Failed, PayoutStatus.Returned])}";

    public async Task<HealthFactResult> ReadAsync(CancellationToken cancellationToken)
    {
        var (count, sums) = await queries.StrandedAsync(cancellationToken).ConfigureAwait(false);
        if (count == 0) return new HealthFactResult(HealthLevel.Good, "All that were sent have arrived or are on their way.", []);
        var text = string.Create(CultureInfo.InvariantCulture, $"{count:N0} {(count == 1 ? "payout" : "payouts")} did not arrive: {string.Join(", ", sums.Select(MoneyText.Of))}. The money is kept back until somebody pays it again or takes it back.");
        return new HealthFactResult(HealthLevel.Attention, text, []);
    }
}
