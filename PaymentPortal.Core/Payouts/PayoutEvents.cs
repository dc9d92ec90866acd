using Microsoft.Extensions.Logging;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Payouts;

/// <summary>
/// Applies events about payouts: they only lead to the payout, whose object is then fetched. Of our own account one that nobody here ordered is taken over.
/// Money that became available wakes what waits for it.
/// </summary>
public sealed class PayoutEvents(WriteLane lane, IPayoutProvider psp, PayoutCheck check, AutomaticPayouts automatic, ILogger<PayoutEvents> log) : IPspObjectHandler
{
    private const string Balance = "balance.available";

    /// <summary>Only of a payout that nobody here ordered does it tell anything new.</summary>
    private const string Created = "payout.created";

    private static readonly string[] Types = [Created, "payout.paid", "payout.failed", "payout.canceled", Balance];

    public bool Handles(string eventType) => Types.Contains(eventType);

    public async Task<TaskEnd> ApplyAsync(ReceivedEvent received, Action<UnitOfWork, InboxState> settle, CancellationToken cancellationToken)
    {
        if (received.Type == Balance)
        {
            await lane.RunAsync(unit => { WakeWaiting(unit); settle(unit, InboxState.Applied); return 0; }, CancellationToken.None).ConfigureAwait(false);
            return new TaskEnd.Settled();
        }
        var (id, isAwaited, isOfSeller) = await lane.RunAsync(unit => Find(unit, received), cancellationToken).ConfigureAwait(false);
        if (received.Type == Created && (id is not null || isOfSeller)) return await SettleAsync(settle, InboxState.Ignored).ConfigureAwait(false);
        if (id is null && !isOfSeller)
        {
            var (taken, trouble, hasOurKey) = await automatic.TakeOverAsync(received.ObjectId, cancellationToken).ConfigureAwait(false);
            if (trouble is not null) return trouble;
            (id, isAwaited) = (taken, isAwaited && hasOurKey);
        }
        if (id is { } known) return await check.CheckAsync(known, (unit, _) => settle(unit, InboxState.Applied), cancellationToken).ConfigureAwait(false) ?? new TaskEnd.Settled();
        if (isAwaited) return PspTrouble.NotReady(psp.Name, RetryOperations.ApplyEvent, "payout_not_known_yet", "The payout's own id is not known to us yet.", MoneyEffect.Unknown);
        Log.UnknownPayout(log, received.EventId, received.ObjectId);
        return await SettleAsync(settle, InboxState.UnknownObject).ConfigureAwait(false);
    }

    private async Task<TaskEnd> SettleAsync(Action<UnitOfWork, InboxState> settle, InboxState state)
    {
        await lane.RunAsync(unit => { settle(unit, state); return 0; }, CancellationToken.None).ConfigureAwait(false);
        return new TaskEnd.Settled();
    }

    /// <summary>The payout, or whether one of that account is being made of which the answer is not stored yet; and whether the account is a seller's.</summary>
    private static (PayoutId? Payout, bool IsAwaited, bool IsOfSeller) Find(UnitOfWork unit, ReceivedEvent received)
    {
        var isOfSeller = unit.Scalar("SELECT COUNT(*) FROM psp_inbox WHERE event_id = $1 AND account IS NOT NULL", received.EventId) > 0;
        if (PayoutRow.FindByPspId(unit, received.ObjectId) is { } payout) return (payout.Id, false, isOfSeller);
        var isAwaited = unit.Scalar(
            "SELECT COUNT(*) FROM payouts p WHERE p.status = 'SENDING' AND p.psp_payout_id IS NULL AND p.psp_account IS (SELECT i.account FROM psp_inbox i WHERE i.event_id = $1)", received.EventId) > 0;
        return (null, isAwaited, isOfSeller);
    }

    private static void WakeWaiting(UnitOfWork unit)
    {
        foreach (var id in unit.Query("SELECT payout_id FROM payouts WHERE is_waiting_for_balance", row => row.GetString(0))) RetryQueue.Add(unit, PayoutSteps.Payout, id, unit.Now);
    }
}
