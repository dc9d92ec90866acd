using PaymentPortal.Core.Common;
using PaymentPortal.Core.Ledger;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Payouts;

/// <summary>
/// Asks the PSP for a payout's newest object and applies what it says. Webhook, poll and cancel all come here, so any order and number of them
/// ends in the same state.
/// </summary>
public sealed class PayoutCheck(WriteLane lane, IPayoutProvider psp, PspTalk talk, PayoutMover mover, Journal journal)
{
    /// <summary>Refetches after a lost race are bounded only to end a bug: every turn means that somebody else made progress.</summary>
    private const int MaxTurns = 20;

    /// <summary>
    /// Looks once and applies; null, or what kept it from a usable answer. <paramref name="finish"/> ends the caller's own task in the unit of the
    /// effect, and gets the payout as it is from then on.
    /// </summary>
    internal async Task<TaskEnd?> CheckAsync(PayoutId id, Action<UnitOfWork, PayoutRow> finish, CancellationToken cancellationToken)
    {
        for (var turn = 0; turn < MaxTurns; turn++)
        {
            var noted = await lane.RunAsync(unit => Note(unit, id, finish), cancellationToken).ConfigureAwait(false);
            if (noted is null) return null;
            CrashPoint.Hit("payout-before-fetch");
            var answer = await psp.FetchPayoutAsync(noted.PspAccount, noted.PspPayoutId!, cancellationToken).ConfigureAwait(false);
            CrashPoint.Hit("payout-after-fetch");
            var line = talk.Seal(answer);
            var isApplied = await lane.RunAsync(unit => Apply(unit, noted, answer.Value, line, finish), CancellationToken.None).ConfigureAwait(false);
            CrashPoint.Hit("payout-after-apply");
            if (answer.Value is null) return PspTrouble.Of(psp.Name, RetryOperations.LookUp, answer, MoneyEffect.Unknown);
            if (isApplied) return null;
        }
        throw new InvalidOperationException($"A look-up of {id} lost {MaxTurns} races in a row.");
    }

    /// <summary>Null when nothing the PSP can say moves it any more; that ends in this very unit.</summary>
    private static PayoutRow? Note(UnitOfWork unit, PayoutId id, Action<UnitOfWork, PayoutRow> finish)
    {
        var payout = PayoutRow.Of(unit, id);
        if (payout is { Status: PayoutStatus.InTransit or PayoutStatus.Paid, PspPayoutId: not null }) return payout;
        finish(unit, payout);
        return null;
    }

    private bool Apply(UnitOfWork unit, PayoutRow noted, PspPayout? seen, SealedTalk line, Action<UnitOfWork, PayoutRow> finish)
    {
        if (seen is null)
        {
            talk.Write(unit, noted.Id.Value, null, line);
            return false;
        }
        var payout = PayoutRow.Of(unit, noted.Id);
        if (payout.RowVersion != noted.RowVersion || payout.PspPayoutId != noted.PspPayoutId) return false;
        talk.Write(unit, payout.Id.Value, null, line);
        unit.Execute(
            "UPDATE payouts SET row_version = row_version + 1, arrives_at = $2, failure_code = $3, failure_message = $4 WHERE payout_id = $1",
            payout.Id.Value, seen.ArrivesAt, seen.FailureCode, seen.FailureMessage is { } text ? StoredText.Cut(text) : null);
        payout = Perform(unit, payout with { RowVersion = payout.RowVersion + 1 }, seen);
        // The caller's own end first: when his lease is lost it refuses, and with it all that this unit has written.
        finish(unit, payout);
        Follow(unit, payout);
        return true;
    }

    private PayoutRow Perform(UnitOfWork unit, PayoutRow payout, PspPayout seen) => (payout.Status, seen.Status) switch
    {
        (PayoutStatus.InTransit, PspPayoutStatus.Pending or PspPayoutStatus.InTransit) => payout.IsCancelAsked ? NotCanceled(unit, payout) : payout,
        (PayoutStatus.InTransit, PspPayoutStatus.Paid) => Paid(unit, payout, seen),
        (PayoutStatus.InTransit, PspPayoutStatus.Failed) => Back(unit, payout, PayoutCause.FailedAtBank, seen),
        (PayoutStatus.InTransit, PspPayoutStatus.Canceled) => payout is { IsCancelRequested: true, Seller: not null } ? TakeBack(unit, payout) : Back(unit, payout, PayoutCause.CanceledAtPsp, seen),
        (PayoutStatus.Paid, PspPayoutStatus.Failed or PspPayoutStatus.Canceled) => Returned(unit, payout, seen),
        // The PSP's reads may lag behind its own words: what was paid is not in transit again.
        (PayoutStatus.Paid, _) => payout,
        _ => throw new InvalidOperationException($"{payout.Id} is {payout.Status.Word()} and must not be looked up."),
    };

    private static PayoutRow NotCanceled(UnitOfWork unit, PayoutRow payout)
    {
        unit.Execute("UPDATE payouts SET cancel_requested_at = NULL, is_cancel_asked = 0 WHERE payout_id = $1", payout.Id.Value);
        return payout with { IsCancelRequested = false, IsCancelAsked = false };
    }

    private PayoutRow Paid(UnitOfWork unit, PayoutRow payout, PspPayout seen)
    {
        // The PSP gives no moment of arrival: ours, when we learnt of it.
        journal.Post(unit, payout.Seller is { } seller ? PayoutPostings.Paid(seen.Id, seller, payout.Amount, unit.Now) : PayoutPostings.OwnPaid(seen.Id, payout.Amount, unit.Now));
        unit.Execute("UPDATE payouts SET paid_at = $2, cancel_requested_at = NULL, is_cancel_asked = 0 WHERE payout_id = $1", payout.Id.Value, unit.Now);
        return mover.Move(unit, payout, PayoutCause.PaidByPsp, Actor.Psp) with { PaidAt = unit.Now };
    }

    /// <summary>A seller's stays held; our own is in psp:clearing again, and with that it is over.</summary>
    private PayoutRow Back(UnitOfWork unit, PayoutRow payout, PayoutCause cause, PspPayout seen)
    {
        unit.Execute("UPDATE payouts SET cancel_requested_at = NULL, is_cancel_asked = 0 WHERE payout_id = $1", payout.Id.Value);
        if (payout.Seller is not null) return mover.Move(unit, payout, cause, Actor.Psp, seen.FailureMessage, seen.FailureCode);
        Undo(unit, EntryKind.OwnPayoutSent, seen);
        return mover.Move(unit, payout, PayoutCause.BackAtPsp, Actor.Psp, seen.FailureMessage, seen.FailureCode);
    }

    private static PayoutRow TakeBack(UnitOfWork unit, PayoutRow payout)
    {
        unit.Execute("UPDATE payouts SET is_taking_back = 1 WHERE payout_id = $1", payout.Id.Value);
        return payout with { IsTakingBack = true };
    }

    private PayoutRow Returned(UnitOfWork unit, PayoutRow payout, PspPayout seen)
    {
        unit.Execute("UPDATE payouts SET paid_at = NULL WHERE payout_id = $1", payout.Id.Value);
        Undo(unit, payout.Seller is null ? EntryKind.OwnPayoutPaid : EntryKind.PayoutPaid, seen);
        if (payout.Seller is null) Undo(unit, EntryKind.OwnPayoutSent, seen);
        return mover.Move(unit, payout, PayoutCause.ReturnedByBank, Actor.Psp, seen.FailureMessage, seen.FailureCode) with { PaidAt = null };
    }

    private void Undo(UnitOfWork unit, EntryKind kind, PspPayout seen)
    {
        var id = unit.QueryFirst("SELECT entry_id FROM journal_entries WHERE kind = $1 AND source_id = $2", row => row.GetString(0), kind, seen.Id)
            ?? throw new InvalidOperationException($"{kind} of {seen.Id} was never booked, so it can't be undone.");
        journal.Reverse(unit, new JournalEntryId(id), unit.Now, $"payout {seen.FailureCode ?? "came back"}");
    }

    /// <summary>What comes next, whoever learnt of it.</summary>
    private static void Follow(UnitOfWork unit, PayoutRow payout)
    {
        if (payout.IsTakingBack) RetryQueue.Add(unit, PayoutSteps.Payout, payout.Id.Value, unit.Now);
        else if (payout.Status == PayoutStatus.Paid) RetryQueue.Move(unit, PayoutSteps.Payout, payout.Id.Value, unit.Now + PayoutSteps.PollWhenPaid);
        else if (payout.Status != PayoutStatus.InTransit) RetryQueue.Remove(unit, PayoutSteps.Payout, payout.Id.Value);
    }
}
