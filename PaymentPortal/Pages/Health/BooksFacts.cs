using System.Globalization;
using PaymentPortal.Core.Payments;
using PaymentPortal.Core.Payouts;
using PaymentPortal.Core.Retries;

namespace PaymentPortal.Pages.Health;

/// <summary>Whether the PSP and our books agree about every session that is over.</summary>
public sealed class SessionsFact(SessionComparison comparison) : IHealthFact
{
    public string Name => "Sessions compared with the PSP";

    public async Task<HealthFactResult> ReadAsync(CancellationToken cancellationToken)
    {
        var state = await comparison.StateAsync(cancellationToken).ConfigureAwait(false);
        List<KeyValuePair<string, string>> figures =
        [
            new("Compared up to", state.Place?.ReadTo.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture) ?? "not yet"),
            .. state.Open.Take(10).Select(one => new KeyValuePair<string, string>(one.CheckoutId ?? one.SessionId, one.Text)),
        ];
        if (state.Open.Count > 0)
            return new HealthFactResult(HealthLevel.Attention, string.Create(CultureInfo.InvariantCulture, $"{state.Open.Count} differ and wait for finance; nothing was moved. The oldest: {state.Open[0].Text}"), figures);
        return state.Place?.Error is { } error
            ? new HealthFactResult(HealthLevel.Attention, $"The last comparison stopped and goes on by itself: {error}", figures)
            : new HealthFactResult(HealthLevel.Good, "Both agree about every session that is over.", figures);
    }
}

/// <summary>Whether the PSP paid money out to our bank that is not ours. It stands until as much is at the PSP again: finance's task.</summary>
public sealed class OverdrawnFact(OverdrawnPayouts overdrawn) : IHealthFact
{
    public string Name => "Payouts that the PSP made by itself";

    public string Place => "/payouts";

    public async Task<HealthFactResult> ReadAsync(CancellationToken cancellationToken)
    {
        var found = await overdrawn.ReadAsync(cancellationToken).ConfigureAwait(false);
        return found.Count == 0
            ? new HealthFactResult(HealthLevel.Good, "None took what is owed to others.", [])
            : new HealthFactResult(HealthLevel.Attention, $"The PSP holds {found[0].Missing} {found[0].Missing.Currency} less than sellers and buyers are owed since it paid out to our bank by itself. Bring that back to the PSP and book it, and stop its schedule there.",
                [.. found.Take(10).Select(one => new KeyValuePair<string, string>(one.Id.Value, $"{one.Amount} {one.Amount.Currency}"))]);
    }
}

/// <summary>Work that nothing will move: by the program's own rules there is none.</summary>
public sealed class StuckWorkFact(StuckWork stuck) : IHealthFact
{
    public string Name => "Stuck work";

    public async Task<HealthFactResult> ReadAsync(CancellationToken cancellationToken)
    {
        var items = await stuck.ReadAsync(cancellationToken).ConfigureAwait(false);
        return items.Count == 0
            ? new HealthFactResult(HealthLevel.Good, "Everything that is not over has its next step.", [])
            : new HealthFactResult(HealthLevel.Attention, string.Create(CultureInfo.InvariantCulture, $"{items.Count} have had no next step for more than fifteen minutes. The oldest: {items[0].Kind}, {items[0].What}. Run 'verify'."),
                [.. items.Take(10).Select(item => new KeyValuePair<string, string>(item.Kind, item.What))]);
    }
}
