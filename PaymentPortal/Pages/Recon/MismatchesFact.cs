using System.Globalization;
using PaymentPortal.Core.Reconciliation;
using PaymentPortal.Pages.Health;

namespace PaymentPortal.Pages.Recon;

/// <summary>Differences from the PSP's files that a person should have settled by now: each has a due time by its money.</summary>
internal sealed class MismatchesFact(ReconciliationQueries queries, TimeProvider time) : IHealthFact
{
    public string Name => "Mismatches";

    public string Place => MismatchListAddress.Path;

    public async Task<HealthFactResult> ReadAsync(CancellationToken cancellationToken)
    {
        var (open, overdue) = await queries.CountOverdueAsync(time.GetUtcNow(), cancellationToken).ConfigureAwait(false);
        if (overdue > 0)
            return new HealthFactResult(HealthLevel.Attention, string.Create(CultureInfo.InvariantCulture, $"{overdue:N0} of {open:N0} open {(open == 1 ? "mismatch" : "mismatches")} with the PSP's files {(overdue == 1 ? "is" : "are")} past the due time."), []);
        return new HealthFactResult(HealthLevel.Good, open == 0 ? "Our books agree with every file of the PSP." : string.Create(CultureInfo.InvariantCulture, $"{open:N0} open, none past its due time."), []);
    }
}
