using PaymentPortal.Core.Common;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Psp;

/// <summary>
/// Brings work forward that waits for the PSP once a call gets through again, whatever wait was drawn for it meanwhile: what is unknown is to be
/// known within half a minute of the PSP's return.
/// </summary>
public sealed class PspReturn(WriteLane lane, PspHealth health, Dice dice)
{
    /// <summary>The work comes back spread over this, so that it does not run over a PSP that has just got up.</summary>
    public static readonly TimeSpan Spread = TimeSpan.FromSeconds(10);

    private const int AtOnce = 1000;

    private DateTimeOffset? _served;

    /// <summary>Tells how many steps were brought forward. A return during a run is served by the next one.</summary>
    public async Task<int> WakeAsync(CancellationToken cancellationToken)
    {
        var returned = health.ReturnedAt;
        if (returned == _served) return 0;
        var total = 0;
        for (var woken = AtOnce; woken == AtOnce; total += woken)
            woken = await lane.RunAsync(unit => RetryQueue.BringForward(unit, Spread, dice, AtOnce), cancellationToken).ConfigureAwait(false);
        _served = returned;
        return total;
    }
}
