using PaymentPortal.Core.Psp;

namespace PaymentPortal.Pages.Health;

/// <summary>The line to the PSP: while its circuit is open or our key is refused, work is held.</summary>
public sealed class PspLineFact(PspHealth health, IPaymentServiceProvider psp) : IHealthFact
{
    public string Name => "Line to " + psp.Name;

    public Task<HealthFactResult> ReadAsync(CancellationToken cancellationToken)
    {
        var report = health.Report;
        return Task.FromResult(health.Hold() is { } hold
            ? new HealthFactResult(HealthLevel.Attention, $"{hold.Why} Work for it is held and goes on by itself. Last failure: {report.LastFailure ?? "none"}", [])
            : new HealthFactResult(HealthLevel.Good, report.LastSuccessAt is null ? "No call yet." : "Calls go through.", []));
    }
}
