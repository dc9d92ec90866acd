using PaymentPortal.Core.Common;
using PaymentPortal.Core.Ledger;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Payouts;

/// <summary>
/// Carries a payout forward: transfer, payout, look-ups, and on the way back cancel and reversal. One task per payout, so its lease lets one actor
/// at a time; which POST comes next is read from the row, never chosen by a caller.
/// </summary>
public sealed class PayoutStep(
    WriteLane lane, IPayoutProvider psp, PspHealth health, PspCallLog calls, PspPosts posts, PayoutMover mover, PayoutCheck check, DeadLetters letters, Journal journal)
    : IRetryHandler
{
    private static readonly TimeSpan BankPatience = TimeSpan.FromSeconds(10);

    private enum Act
    {
        Nothing,
        WaitForBank,
        Refuse,
        GiveBack,
        Transfer,
        Payout,
        Look,
        Cancel,
        Reverse,
    }

    public string Kind => PayoutSteps.Payout;

    public TaskEnd.Held? Hold() => PspTrouble.Hold(health);

    public async Task<TaskEnd> RunAsync(ClaimedTask task, CancellationToken cancellationToken)
    {
        var id = new PayoutId(task.SubjectId);
        var (act, payout) = await lane.RunAsync(unit => Begin(unit, task, id), cancellationToken).ConfigureAwait(false);
        return act switch
        {
            Act.Transfer => await posts.RunAsync(task, Transfer(payout), cancellationToken).ConfigureAwait(false),
            Act.Payout when payout.Seller is null => await PayOwnAsync(task, payout, cancellationToken).ConfigureAwait(false),
            Act.Payout => await posts.RunAsync(task, Pay(payout, unit => MaySend(unit, id, payout.PayoutStep)), cancellationToken).ConfigureAwait(false),
            Act.Cancel => await posts.RunAsync(task, Cancel(payout), cancellationToken).ConfigureAwait(false),
            Act.Reverse => await posts.RunAsync(task, Reverse(payout), cancellationToken).ConfigureAwait(false),
            Act.Look => await check.CheckAsync(id, (unit, now) => Later(unit, task, now), cancellationToken).ConfigureAwait(false) ?? new TaskEnd.Settled(),
            _ => new TaskEnd.Settled(),
        };
    }

    private (Act Act, PayoutRow Payout) Begin(UnitOfWork unit, ClaimedTask task, PayoutId id)
    {
        var payout = PayoutRow.Of(unit, id);
        var act = Next(unit, payout);
        if (act == Act.Nothing) RetryQueue.Finish(unit, task);
        if (act == Act.Refuse)
        {
            mover.Move(unit, payout, PayoutCause.BankChanged, Actor.Program("payout"));
            RetryQueue.Finish(unit, task);
        }
        if (act == Act.GiveBack)
        {
            mover.Move(unit, payout, PayoutCause.Canceled, Actor.Program("payout"));
            RetryQueue.Finish(unit, task);
        }
        if (act == Act.WaitForBank) RetryQueue.Wait(unit, task, unit.Now + BankPatience, "The PSP does not have the seller's newest bank account yet.");
        if (act == Act.Reverse && !payout.IsTakingBack) unit.Execute("UPDATE payouts SET is_taking_back = 1 WHERE payout_id = $1", id.Value);
        return (act, payout);
    }

    private Act Next(UnitOfWork unit, PayoutRow payout)
    {
        if (payout.IsTakingBack) return Act.Reverse;
        switch (payout.Status)
        {
            case PayoutStatus.Approved or PayoutStatus.Sending:
                var step = payout is { Seller: not null, TransferId: null } ? PayoutSteps.Transfer : payout.PayoutStep;
                var isUnwanted = payout.IsCancelRequested && calls.DidNothing(unit, payout.Id.Value, step);
                // What was sent is carried to its end before anything else is looked at, unless it made nothing and nobody wants it any more.
                if (calls.Find(unit, payout.Id.Value, step) is not null && !isUnwanted) return step == PayoutSteps.Transfer ? Act.Transfer : Act.Payout;
                if (payout.IsCancelRequested && payout.TransferId is not null) return Act.Reverse;
                if (isUnwanted) return Act.GiveBack;
                if (IsBankChanged(unit, payout)) return Act.Refuse;
                if (payout.Seller is { } seller && SellerBank.Of(unit, seller) is { IsAtPsp: false }) return Act.WaitForBank;
                return step == PayoutSteps.Transfer ? Act.Transfer : Act.Payout;
            case PayoutStatus.InTransit:
                return payout is { IsCancelRequested: true, IsCancelAsked: false } ? Act.Cancel : Act.Look;
            case PayoutStatus.Paid:
                return Act.Look;
            default:
                return Act.Nothing;
        }
    }

    /// <summary>
    /// Asked in the unit that stores a call before it is sent. The seller's bank is compared here for the last time: nothing may go to another than the
    /// one that was asked for and approved. The step runs again then and ends with the payout, in one unit.
    /// </summary>
    private bool MaySend(UnitOfWork unit, PayoutId id, string step)
    {
        var payout = PayoutRow.Of(unit, id);
        if (payout.Status is not (PayoutStatus.Approved or PayoutStatus.Sending) || payout.IsTakingBack) return false;
        if (calls.Find(unit, id.Value, step) is not null) return true;
        if (IsBankChanged(unit, payout)) return false;
        if (payout.Status == PayoutStatus.Approved) mover.Move(unit, payout, PayoutCause.SendingStarted, Actor.Program("payout"));
        return true;
    }

    private static bool IsBankChanged(UnitOfWork unit, PayoutRow payout) => payout.Seller is { } seller && SellerBank.Of(unit, seller)!.Version != payout.BankVersion;

    private PspPost<PspTransfer> Transfer(PayoutRow payout) => new(payout.Id.Value, PayoutSteps.Transfer, RetryOperations.Transfer, MoneyEffect.Unknown)
    {
        IsWanted = unit => MaySend(unit, payout.Id, PayoutSteps.Transfer),
        Build = (_, key) => psp.CreateTransfer(new NewTransfer(payout.PspAccount!, payout.Amount, payout.Id.Value, key)),
        Send = psp.SendTransferAsync,
        List = (_, cancellationToken) => psp.ListTransfersAsync(payout.Id.Value, cancellationToken),
        KeyOf = transfer => transfer.PspKey,
        Made = (unit, task, transfer) =>
        {
            Match(payout, transfer.Amount);
            if (PayoutRow.Of(unit, payout.Id).TransferId is null)
            {
                unit.Execute("UPDATE payouts SET transfer_id = $2, is_waiting_for_balance = 0, updated_at = $3 WHERE payout_id = $1", payout.Id.Value, transfer.Id, unit.Now);
                journal.Post(unit, PayoutPostings.Transfer(transfer.Id, payout.Seller!.Value, payout.Amount, transfer.CreatedAt));
            }
            RetryQueue.PutOff(unit, task, unit.Now);
        },
        Refused = (unit, task, failure) => WaitOrBury(unit, task, payout.Id, failure),
    };

    private PspPost<PspPayout> Pay(PayoutRow payout, Func<UnitOfWork, bool> isWanted) => new(payout.Id.Value, payout.PayoutStep, RetryOperations.Payout, MoneyEffect.Unknown)
    {
        IsWanted = isWanted,
        Build = (_, key) => psp.CreatePayout(new NewPspPayout(payout.PspAccount, payout.Amount, payout.Id.Value, key)),
        Send = psp.SendPayoutAsync,
        List = (call, cancellationToken) => psp.ListPayoutsAsync(payout.PspAccount, call.FirstSentAt - PspPosts.ClockSlack, call.LastMadeAt + PspPosts.ClockSlack, cancellationToken),
        KeyOf = made => made.PspKey,
        Made = (unit, task, made) => Made(unit, task, payout, made),
        Refused = (unit, task, failure) => WaitOrBury(unit, task, payout.Id, failure),
    };

    private void Made(UnitOfWork unit, ClaimedTask task, PayoutRow known, PspPayout made)
    {
        Match(known, made.Amount);
        var payout = PayoutRow.Of(unit, known.Id);
        if (payout is { Status: PayoutStatus.Sending, PspPayoutId: null })
        {
            unit.Execute("INSERT INTO payout_sends (psp_payout_id, payout_id, round, made_at) VALUES ($1, $2, $3, $4)", made.Id, payout.Id.Value, payout.Round, made.CreatedAt);
            unit.Execute("UPDATE payouts SET psp_payout_id = $2, arrives_at = $3 WHERE payout_id = $1", payout.Id.Value, made.Id, made.ArrivesAt);
            if (payout.Seller is null) journal.Post(unit, PayoutPostings.OwnSent(made.Id, payout.Amount, made.CreatedAt));
            mover.Move(unit, payout with { PspPayoutId = made.Id }, PayoutCause.PayoutMade, Actor.Psp);
        }
        // Somebody who wants it cancelled has little time for that.
        RetryQueue.PutOff(unit, task, payout.IsCancelRequested ? unit.Now : unit.Now + PayoutSteps.PollAfter(0));
    }

    /// <summary>What is ours is known only with the PSP's balance in hand, and is judged in the unit that stores the call.</summary>
    private async Task<TaskEnd> PayOwnAsync(ClaimedTask task, PayoutRow payout, CancellationToken cancellationToken)
    {
        var answer = await psp.FetchBalanceAsync(cancellationToken).ConfigureAwait(false);
        if (answer.Value is not { } balance) return PspTrouble.Of(psp.Name, RetryOperations.LookUp, answer, MoneyEffect.None);
        if (await lane.RunAsync(unit => IsRefused(unit, task, payout.Id, balance), cancellationToken).ConfigureAwait(false)) return new TaskEnd.Settled();
        return await posts.RunAsync(task, Pay(payout, unit => IsOurs(unit, PayoutRow.Of(unit, payout.Id), balance) && MaySend(unit, payout.Id, payout.PayoutStep)), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What is not ours any more ends with its step, in one unit.</summary>
    private bool IsRefused(UnitOfWork unit, ClaimedTask task, PayoutId id, PspBalance balance)
    {
        var payout = PayoutRow.Of(unit, id);
        if (IsOurs(unit, payout, balance)) return false;
        mover.Move(unit, payout, PayoutCause.NotOurs, Actor.Program("payout"));
        RetryQueue.Finish(unit, task);
        return true;
    }

    /// <summary>Judged before it is sent; what was sent is carried to its end.</summary>
    private static bool IsOurs(UnitOfWork unit, PayoutRow payout, PspBalance balance) =>
        payout.Status != PayoutStatus.Approved || OwnMoney.Left(unit, payout.Amount.Currency, balance, besides: payout.Id) >= payout.Amount;

    /// <summary>Any answer is as good as any other: the look-up after it decides.</summary>
    private PspPost<PspPayout> Cancel(PayoutRow payout) => new(payout.Id.Value, payout.CancelStep, RetryOperations.CancelPayout, MoneyEffect.Unknown)
    {
        IsWanted = unit => PayoutRow.Of(unit, payout.Id) is { Status: PayoutStatus.InTransit, IsCancelRequested: true },
        Build = (_, _) => psp.CancelPayout(payout.PspAccount, payout.PspPayoutId!),
        Send = psp.SendPayoutAsync,
        List = async (call, cancellationToken) => Canceled(await psp.FetchPayoutAsync(payout.PspAccount, payout.PspPayoutId!, cancellationToken).ConfigureAwait(false), call.PspKey),
        KeyOf = shown => shown.PspKey,
        Made = (unit, task, _) => CancelAnswered(unit, task, payout.Id),
        Refused = (unit, task, _) => CancelAnswered(unit, task, payout.Id),
    };

    /// <summary>A cancel makes no object: it is found when the payout is canceled.</summary>
    private static PspAnswer<IReadOnlyList<PspPayout>> Canceled(PspAnswer<PspPayout> answer, string key) =>
        new(answer.Verdict, answer.Value is { } seen ? [seen with { PspKey = seen.Status == PspPayoutStatus.Canceled ? key : null }] : null, answer.Error, answer.Exchange) { RetryAfter = answer.RetryAfter, IsHeld = answer.IsHeld };

    private static void CancelAnswered(UnitOfWork unit, ClaimedTask task, PayoutId id)
    {
        unit.Execute("UPDATE payouts SET is_cancel_asked = 1 WHERE payout_id = $1", id.Value);
        RetryQueue.PutOff(unit, task, unit.Now);
    }

    private PspPost<PspReversal> Reverse(PayoutRow payout) => new(payout.Id.Value, PayoutSteps.Reverse, RetryOperations.ReverseTransfer, MoneyEffect.Unknown)
    {
        IsWanted = unit => PayoutRow.Of(unit, payout.Id) is { IsTakingBack: true },
        Build = (_, key) => psp.CreateReversal(payout.TransferId!, key),
        Send = psp.SendReversalAsync,
        List = (_, cancellationToken) => psp.ListReversalsAsync(payout.TransferId!, cancellationToken),
        KeyOf = reversal => reversal.PspKey,
        Made = (unit, task, reversal) =>
        {
            Match(payout, reversal.Amount);
            unit.Execute("UPDATE payouts SET reversal_id = $2, is_taking_back = 0, cancel_requested_at = NULL, is_cancel_asked = 0 WHERE payout_id = $1", payout.Id.Value, reversal.Id);
            journal.Post(unit, PayoutPostings.TransferBack(reversal.Id, payout.Seller!.Value, payout.Amount, reversal.CreatedAt));
            mover.Move(unit, PayoutRow.Of(unit, payout.Id), PayoutCause.TakenBack, Actor.Psp);
            RetryQueue.Finish(unit, task);
        },
        Refused = (unit, task, failure) => WaitOrBury(unit, task, payout.Id, failure),
    };

    /// <summary>Want of money passes by itself; any other no is for a person, and the hold stays until he has decided.</summary>
    private void WaitOrBury(UnitOfWork unit, ClaimedTask task, PayoutId id, TaskFailure failure)
    {
        if (failure.Code == PspErrorCodes.BalanceInsufficient)
        {
            unit.Execute("UPDATE payouts SET is_waiting_for_balance = 1 WHERE payout_id = $1", id.Value);
            RetryQueue.Wait(unit, task, unit.Now + PayoutSteps.BalancePatience, $"{failure.Reason} It goes on when the PSP says that money has become available.");
        }
        else
        {
            letters.Bury(unit, task, failure);
        }
    }

    private static void Later(UnitOfWork unit, ClaimedTask task, PayoutRow payout)
    {
        var isWatched = payout.Status == PayoutStatus.Paid && unit.Now < payout.PaidAt + PayoutSteps.ReturnTime;
        if (payout.IsTakingBack) RetryQueue.PutOff(unit, task, unit.Now);
        else if (payout.Status == PayoutStatus.InTransit) RetryQueue.PutOff(unit, task, unit.Now + PayoutSteps.PollAfter(task.Polls), isPoll: true);
        else if (isWatched) RetryQueue.PutOff(unit, task, unit.Now + PayoutSteps.PollWhenPaid, isPoll: true);
        else RetryQueue.Finish(unit, task);
    }

    /// <summary>An object with our key and another amount can't be: nothing is booked, and staff sees why.</summary>
    private static void Match(PayoutRow payout, Money made)
    {
        if (made != payout.Amount) throw new InvalidOperationException($"The PSP shows {made} {made.Currency} for {payout.Id}, which is {payout.Amount} {payout.Amount.Currency}.");
    }
}
