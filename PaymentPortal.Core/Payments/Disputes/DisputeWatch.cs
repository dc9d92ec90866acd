using Microsoft.Extensions.Logging;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Payments.Disputes;

/// <summary>Finds disputes whose events never came, and warns of those whose time for evidence runs out.</summary>
public sealed class DisputeWatch(WriteLane lane, IPspReturns psp, PspHealth health, DisputeCheck check, DisputeSettings settings, TimeProvider time, ILogger<DisputeWatch> log)
{
    /// <summary>An event that is older than this was taken up by the list of events long ago.</summary>
    private static readonly TimeSpan Back = TimeSpan.FromDays(3);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (var id in await lane.RunAsync(Warn, cancellationToken).ConfigureAwait(false)) Log.RunsOut(log, id);
        if (health.Hold() is not null) return;
        var listed = await psp.ListDisputesAsync(time.GetUtcNow() - Back, time.GetUtcNow() + PspPosts.ClockSlack, cancellationToken).ConfigureAwait(false);
        if (listed.Value is not { } disputes)
        {
            Log.ListUnread(log, listed.Error?.Message ?? listed.Verdict.ToString());
            return;
        }
        foreach (var dispute in disputes)
        {
            if (await lane.RunAsync(unit => DisputeRow.FindByPspId(unit, dispute.Id) is not null, cancellationToken).ConfigureAwait(false)) continue;
            await check.CheckAsync(dispute.Id, (_, _) => { }, cancellationToken).ConfigureAwait(false);
        }
    }

    private List<string> Warn(UnitOfWork unit) => unit.Query(
        """
        UPDATE disputes SET warned_at = $1 WHERE status IN ('INQUIRY', 'NEEDS_RESPONSE') AND submitted_at IS NULL AND submit_requested_at IS NULL AND accept_requested_at IS NULL AND warned_at IS NULL AND due_by <= $2
        RETURNING dispute_id
        """,
        row => row.GetString(0), unit.Now, unit.Now + settings.WarnBefore);
}
