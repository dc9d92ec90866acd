using System.Globalization;
using PaymentPortal.Core.Reconciliation.Closes;
using PaymentPortal.Pages.Health;

namespace PaymentPortal.Pages.Recon;

/// <summary>Days that two people should have signed by now.</summary>
internal sealed class DayClosesFact(CloseQueries closes, TimeProvider time) : IHealthFact
{
    /// <summary>The PSP's file comes the day after, and by the end of the one after that every lag but that of payouts is over.</summary>
    private const int Patience = 4;

    public string Name => "Daily close";

    public string Place => CloseWords.Path;

    public async Task<HealthFactResult> ReadAsync(CancellationToken cancellationToken)
    {
        var open = await closes.OpenAsync(cancellationToken).ConfigureAwait(false);
        if (open.Oldest is not { } oldest) return new HealthFactResult(HealthLevel.Good, "Every day that can be closed is closed.", []);
        var age = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime).DayNumber - oldest.DayNumber;
        return age > Patience
            ? new HealthFactResult(HealthLevel.Attention, string.Create(CultureInfo.InvariantCulture, $"{open.Count:N0} {(open.Count == 1 ? "day is" : "days are")} over and not closed, the oldest is {oldest:yyyy-MM-dd}."), [])
            : new HealthFactResult(HealthLevel.Good, string.Create(CultureInfo.InvariantCulture, $"{open.Count:N0} {(open.Count == 1 ? "day waits" : "days wait")} to be closed, none for long."), []);
    }
}
