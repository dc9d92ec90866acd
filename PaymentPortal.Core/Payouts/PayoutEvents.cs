using Microsoft.Extensions.Logging;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Payouts;

/// <summary>Applies events about payouts: they only lead to the payout, whose object is then fetched. Money that became available wakes what waits for it.</summary>
public sealed class PayoutEvents(WriteLane lane, IPayoutProvider psp, PayoutCheck check, ILogger<PayoutEvents> log) : IPspObjectHandler
{
    private const string Balance = "balance.available";

    /// <summary>Created and updated tell nothing that one of these does not tell too.</summary>
    private static readonly string[] Types = ["payout.paid", "payout.failed", "payout.canceled", Balance];

    public bool Handles(string eventType) => Types.Contains(eventType);

    public async Task<TaskEnd> ApplyAsync(ReceivedEvent received, Action<UnitOfWork, InboxState> settle, CancellationToken cancellationToken)
    {
        if (received.Type == Balance)
        {
            await lane.RunAsync(unit => { WakeWaiting(unit); settle(unit, InboxState.Applied); return 0; }, CancellationToken.None).ConfigureAwait(false);
            return new TaskEnd.Settled();
        }
        var (payout, isAwaited) = await lane.RunAsync(unit => Find(unit, received), cancellationToken).ConfigureAwait(false);
        if (payout is not null) return await check.CheckAsync(payout.Id, (unit, _) => settle(unit, InboxState.Applied), cancellationToken).ConfigureAwait(false) ?? new TaskEnd.Settled();
        if (isAwaited) return PspTrouble.NotReady(psp.Name, RetryOperations.ApplyEvent, "payout_not_known_yet", "The payout's own id is not known to us yet.", MoneyEffect.Unknown);
        Log.UnknownPayout(log, received.EventId, received.ObjectId);
        await lane.RunAsync(unit => { settle(unit, InboxState.UnknownObject); return 0; }, CancellationToken.None).ConfigureAwait(false);
        return new TaskEnd.Settled();
    }

    /// <summary>The payout, or whether one is being made of which the answer is not stored yet.</summary>
    private static (PayoutRow? Payout, bool IsAwaited) Find(UnitOfWork unit, ReceivedEvent received)
    {
        if (PayoutRow.FindByPspId(unit, received.ObjectId) is { } payout) return (payout, false);
        return (null, unit.Scalar(
            "SELECT COUNT(*) FROM payouts p WHERE p.status = 'SENDING' AND p.psp_payout_id IS NULL AND p.psp_account IS (SELECT i.account FROM psp_inbox i WHERE i.event_id = $1)", received.EventId) > 0);
    }

    private static void WakeWaiting(UnitOfWork unit)
    {
        foreach (var id in unit.Query("SELECT payout_id FROM payouts WHERE is_waiting_for_balance", row => row.GetString(0))) RetryQueue.Add(unit, PayoutSteps.Payout, id, unit.Now);
    }
}
