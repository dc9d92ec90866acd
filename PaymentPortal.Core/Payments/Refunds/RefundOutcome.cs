using Microsoft.Extensions.Logging;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Ledger;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Payments.Refunds;

/// <summary>What the PSP's word about a refund came to.</summary>
public enum RefundEnd
{
    /// <summary>The PSP has more to say: look again.</summary>
    Open,

    /// <summary>Nothing more is expected.</summary>
    Over,

    /// <summary>The PSP moved another amount or currency than was asked for: not booked, a person must look.</summary>
    AtOdds,
}

/// <summary>Applies what the PSP says of a refund. Answer, event and poll all come here, so any order and number of them ends in the same books.</summary>
public sealed class RefundOutcome(Journal journal, RefundMover mover, RefundBooks books, ILogger<RefundOutcome> log)
{
    internal RefundEnd Apply(UnitOfWork unit, RefundRow refund, PspRefund theirs)
    {
        unit.Execute(
            "UPDATE refunds SET row_version = row_version + 1, psp_refund_id = $2, failure_reason = $3, updated_at = $4 WHERE refund_id = $1",
            refund.Id.Value, theirs.Id, theirs.FailureReason, unit.Now);
        if (IsAtOdds(refund, theirs))
        {
            Log.RefundAtOdds(log, refund.Id.Value, theirs.Id);
            return RefundEnd.AtOdds;
        }
        var moved = Advance(unit, refund with { PspId = theirs.Id }, theirs);
        return moved.Status.IsOver() ? RefundEnd.Over : RefundEnd.Open;
    }

    /// <summary>For a step that can do no better.</summary>
    internal static TaskFailure AtOdds(string psp) => new(
        RetryOperations.CreateRefund, ErrorClass.Rejected, psp, "settlement_differs", "The PSP moved another amount or currency than was asked for. Compare both sides before anything is booked.", MoneyEffect.Taken);

    private RefundRow Advance(UnitOfWork unit, RefundRow refund, PspRefund theirs)
    {
        var hasFailed = theirs.Status is PspRefundStatus.Failed or PspRefundStatus.Canceled;
        // It ended before the PSP took anything: nothing has moved anywhere.
        if (refund.Status == RefundStatus.Approved && hasFailed && theirs.Taken is null) return books.Void(unit, refund, RefundCause.RefusedByPsp, Actor.Psp, "refund refused by the PSP");
        if (refund.Status == RefundStatus.Approved && theirs.Taken is { } taken) refund = Accept(unit, refund, theirs, taken);
        if (refund.Status == RefundStatus.Sent && theirs.Status == PspRefundStatus.Succeeded) refund = mover.Move(unit, refund, RefundCause.ConfirmedByPsp, Actor.Psp);
        if (refund.Status is RefundStatus.Sent or RefundStatus.Succeeded && hasFailed && theirs.GivenBack is { } back) refund = Fail(unit, refund, theirs, back);
        return refund;
    }

    private RefundRow Accept(UnitOfWork unit, RefundRow refund, PspRefund theirs, PspBalanceTransaction taken)
    {
        var movement = new PspMovement(taken.Id, taken.CreatedAt);
        if (ReturnRules.RefundAccepted(refund.Share, theirs.Id, taken.CreatedAt) is { } accepted)
        {
            journal.Post(unit, accepted);
            if (PostingRules.PspFee(refund.Checkout, taken.Fee, movement) is { } fee) journal.Post(unit, fee);
        }
        if (refund.FinanceTaskId is { } task) WaitingMoney.Close(unit, task, FinanceTaskState.Refunded, refund.MadeBy);
        return mover.Move(unit, refund, RefundCause.TakenByPsp, Actor.Psp);
    }

    private RefundRow Fail(UnitOfWork unit, RefundRow refund, PspRefund theirs, PspBalanceTransaction back)
    {
        Log.RefundCameBack(log, refund.Id.Value, refund.Checkout.Value, theirs.FailureReason ?? "no reason given");
        if (ReturnRules.RefundFailed(refund.Share, theirs.Id, back.CreatedAt) is { } failed) journal.Post(unit, failed);
        var kind = refund.Source == RefundSource.Unbooked ? FinanceTaskKind.SettlementDiffers : FinanceTaskKind.RefundOwed;
        if (kind == FinanceTaskKind.SettlementDiffers)
        {
            // The money was never in the books, so nothing is owed out of them: the task of its charge is open again.
            unit.Execute("UPDATE finance_tasks SET state = 'Open', refund_id = NULL, closed_at = NULL, closed_by = NULL WHERE session_id = $1", refund.FinanceTaskId);
        }
        else
        {
            unit.Execute(
                "INSERT INTO finance_tasks (session_id, checkout_id, kind, state, amount, currency, created_at) VALUES ($1, $2, $3, 'Open', $4, $5, $6) ON CONFLICT (session_id) DO NOTHING",
                refund.Id.Value, refund.Checkout.Value, kind, refund.Amount.Minor, refund.Amount.Currency.Code, unit.Now);
        }
        return mover.Move(unit, refund, RefundCause.FailedAtPsp, Actor.Psp);
    }

    private static bool IsAtOdds(RefundRow refund, PspRefund theirs)
    {
        if (theirs.Amount != refund.Amount) return true;
        if (refund.Source == RefundSource.Unbooked) return false;
        return (theirs.Taken is { } taken && taken.Gross != -refund.Amount) || (theirs.GivenBack is { } back && back.Gross != refund.Amount);
    }
}
