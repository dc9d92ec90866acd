using Microsoft.Extensions.Logging;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Ledger;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Payouts;

/// <summary>
/// Takes over payouts to our own bank that nobody here ordered: the PSP made them by its schedule, or somebody by hand at the PSP. From then on each is
/// polled, paid and taken back like one of ours. Its object is taken over once, whatever the number and order of its events.
/// </summary>
public sealed class AutomaticPayouts(WriteLane lane, IPayoutProvider psp, PspTalk talk, PayoutMover mover, Journal journal, OverdrawnPayouts overdrawn, ILogger<AutomaticPayouts> log)
{
    /// <summary>The payout that the object is from now on; neither when it is not the PSP's own work. <paramref name="pspPayoutId"/> is one of our own account.</summary>
    internal async Task<(PayoutId? Taken, TaskEnd? Trouble, bool HasOurKey)> TakeOverAsync(string pspPayoutId, CancellationToken cancellationToken)
    {
        var answer = await psp.FetchPayoutAsync(null, pspPayoutId, cancellationToken).ConfigureAwait(false);
        if (answer.Value is not { } made)
            return answer.Exchange.HttpStatus == 404 ? default : (null, PspTrouble.Of(psp.Name, RetryOperations.LookUp, answer, MoneyEffect.Unknown), false);
        // Ordered under our key: its own step learns the id, or it belongs to another installation.
        if (made.PspKey is not null) return (null, null, true);
        var line = talk.Seal(answer);
        var notOurs = await overdrawn.NotOursAsync(made.Amount, cancellationToken).ConfigureAwait(false);
        var (taken, isNew) = await lane.RunAsync(unit => TakeOver(unit, made, notOurs, line), CancellationToken.None).ConfigureAwait(false);
        if (isNew && notOurs.Minor > 0) Log.OthersMoneyLeft(log, taken.Value, made.Amount.ToString(), notOurs.ToString(), made.Amount.Currency.Code);
        return (taken, null, false);
    }

    private (PayoutId Id, bool IsNew) TakeOver(UnitOfWork unit, PspPayout made, Money notOurs, SealedTalk line)
    {
        var id = unit.NewId<PayoutId>();
        var isNew = unit.Execute(
            "INSERT INTO payout_sends (psp_payout_id, payout_id, round, made_at) VALUES ($1, $2, 1, $3) ON CONFLICT (psp_payout_id) DO NOTHING", made.Id, id.Value, made.CreatedAt) == 1;
        if (!isNew) return (PayoutRow.FindByPspId(unit, made.Id)!.Id, false);
        unit.Execute(
            """
            INSERT INTO payouts (payout_id, amount, currency, status, bank_version, requested_by, round, psp_payout_id, is_taking_back, is_cancel_asked, is_waiting_for_balance, arrives_at,
                created_at, updated_at, row_version, history_version)
            VALUES ($1, $2, $3, 'IN_TRANSIT', 0, $4, 1, $5, 0, 0, 0, $6, $7, $7, 0, 1)
            """,
            id.Value, made.Amount.Minor, made.Amount.Currency.Code, Actor.Psp.Value, made.Id, made.ArrivesAt, unit.Now);
        journal.Post(unit, PayoutPostings.OwnSent(made.Id, made.Amount, made.CreatedAt));
        mover.TakenOver(unit, PayoutRow.Of(unit, id), notOurs.Minor > 0 ? $"{notOurs} {notOurs.Currency} of it are owed to sellers and buyers" : null);
        talk.Write(unit, id.Value, null, line);
        RetryQueue.Add(unit, PayoutSteps.Payout, id.Value, unit.Now + PayoutSteps.PollAfter(0));
        return (id, true);
    }
}
