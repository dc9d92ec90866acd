using System.Globalization;
using PaymentPortal.Core.Psp;

namespace PaymentPortal.Pages.Health;

/// <summary>The line to the PSP: while its circuit is open or our key is refused, work is held; while calls fail, since when and why.</summary>
public sealed class PspLineFact(PspHealth health, IPaymentServiceProvider psp) : IHealthFact
{
    public string Name => "Line to " + psp.Name;

    public Task<HealthFactResult> ReadAsync(CancellationToken cancellationToken)
    {
        var report = health.Report;
        var failing = report.FailingSince is { } since ? string.Create(CultureInfo.InvariantCulture, $"No call has gone through since {since:yyyy-MM-dd HH:mm} UTC. Last failure: {report.LastFailure ?? "none"}") : "";
        return Task.FromResult(health.Hold() is { } hold
            ? new HealthFactResult(HealthLevel.Attention, $"{hold.Why} Work for it is held and goes on by itself. {failing}", [])
            : failing.Length > 0 ? new HealthFactResult(HealthLevel.Attention, $"{failing} Each is tried again by its policy.", [])
            : new HealthFactResult(HealthLevel.Good, report.LastSuccessAt is null ? "No call yet." : "Calls go through.", []));
    }
}
