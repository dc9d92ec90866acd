using System.Globalization;
using PaymentPortal.Sandbox.Schedule;
using PaymentPortal.Sandbox.Storage;

namespace PaymentPortal.Sandbox.Control;

/// <summary>Moves the process's own clock, forwards, and remembers how far. What has become due is done before the mover is answered.</summary>
public sealed class SandboxClock(SandboxStore store, TimeProvider clock, DueWork dueWork)
{
    public const string Setting = "clock_offset_seconds";

    public DateTimeOffset Now => clock.GetUtcNow();

    public bool IsMovable => clock is MovableTimeProvider;

    public async Task AdvanceAsync(TimeSpan by)
    {
        var movable = (MovableTimeProvider)clock;
        movable.Advance(by);
        var offset = ((long)movable.Offset.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        await store.WriteAsync(db => db.Execute("INSERT OR REPLACE INTO settings(name, value) VALUES(@0, @1)", Setting, offset));
        await dueWork.RunAsync();
    }
}
