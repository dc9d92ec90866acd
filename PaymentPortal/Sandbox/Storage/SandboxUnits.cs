using PaymentPortal.Sandbox.Control;

namespace PaymentPortal.Sandbox.Storage;

/// <summary>Makes units for work that no API request asks for: timers and the control API.</summary>
public sealed class SandboxUnits(SandboxOptions options, TimeProvider clock, FaultBoard faults)
{
    public SandboxUnit Of(SandboxDb db) => new(db, clock.GetUtcNow(), options)
    {
        BaseAddress = options.PublicBaseAddress?.TrimEnd('/') ?? "", WebhookDelay = faults.WebhookDelay, Settlement = faults.Settings.Settlement,
    };
}
