using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Ledger;
using PaymentPortal.Core.Payments.Disputes;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Payments.Refunds;

/// <summary>
/// The acts of finance that give money back which never became an order's, or came back from the bank: refund it at the PSP, or note that the
/// buyer was paid another way.
/// </summary>
public sealed class FinanceRefunds(WriteLane lane, RefundBooks books, Approvals approvals, OwedBooks owed)
{
    /// <summary>Refunds all of a task's money at the PSP: out of suspense, an unbooked charge, or once more what is owed.</summary>
    public Task<Result<RefundId>> RefundAsync(string taskId, Actor actor, string? reason, CancellationToken cancellationToken) =>
        lane.RunAsync(unit => Refund(unit, taskId, actor, reason), cancellationToken);

    /// <summary>The buyer of an owed refund got his money outside the PSP. Above a limit that is believed when a second person agrees: the answer is his approval.</summary>
    public Task<Result<ApprovalId?>> PaidElsewhereAsync(string taskId, Actor actor, string? how, CancellationToken cancellationToken) =>
        lane.RunAsync(unit => PaidElsewhere(unit, taskId, actor, how), cancellationToken);

    /// <summary>Why this money can't be refunded at the PSP now; null when it can. Page and act ask the same.</summary>
    public static string? WhyNotRefund(FinanceTask task) => WhyNot(task.State, task.RefundId);

    private static string? WhyNot(FinanceTaskState state, string? refundId)
    {
        if (state != FinanceTaskState.Open) return "This money was dealt with before; nothing was changed.";
        return refundId is null ? null : $"{refundId} gives it back already.";
    }

    private Result<RefundId> Refund(UnitOfWork unit, string taskId, Actor actor, string? why)
    {
        var reason = RefundService.ReasonOf(why);
        if (reason.IsRefused) return reason.Refusal!;
        var found = Open(unit, taskId);
        if (found.IsRefused) return found.Refusal!;
        var task = found.Value;
        var origin = Origin(unit, task);
        if (origin is null) return new Refusal(RefusalCodes.StateConflict, 409, "The PSP's charge of this money is not known to us, so it can't be refunded from here. Nothing was changed.", Money: MoneyEffect.Taken);
        if (unit.Scalar($"SELECT COUNT(*) FROM disputes WHERE charge_id = $1 AND {DisputeWords.MoneyIsGone}", origin.ChargeId) > 0)
            return new Refusal(RefusalCodes.ChargeDisputed, 409, "The payment is disputed: the PSP has withdrawn its money, and the bank decides where it goes. No money moved.");
        var source = task.Kind switch
        {
            FinanceTaskKind.RefundOwed => RefundSource.Owed,
            FinanceTaskKind.SettlementDiffers => RefundSource.Unbooked,
            _ => RefundSource.Suspense,
        };
        var wish = new RefundWish(source, task.Checkout, origin.SessionId, origin.IntentId, origin.ChargeId, task.Amount, Money.Zero(task.Amount.Currency), reason.Value, FinanceTaskId: taskId);
        return books.Open(unit, wish, actor).Map(refund => refund.Id);
    }

    private Result<ApprovalId?> PaidElsewhere(UnitOfWork unit, string taskId, Actor actor, string? how)
    {
        var memo = RefundService.ReasonOf(how);
        if (memo.IsRefused) return memo.Refusal!;
        var found = Open(unit, taskId);
        if (found.IsRefused) return found.Refusal!;
        if (found.Value.Kind != FinanceTaskKind.RefundOwed || RefundRow.Find(unit, new RefundId(taskId)) is not { } refund)
            return new Refusal(RefusalCodes.StateConflict, 409, "Only an owed refund can be paid another way. Nothing was changed.", Money: MoneyEffect.Taken);
        var asked = approvals.AskIfAbove(unit, new ApprovalAsk(OwedApproval.Name, taskId, actor, refund.Amount, memo.Value));
        if (asked.IsRefused || asked.Value is not null) return asked;
        owed.Paid(unit, refund, memo.Value, actor);
        return (ApprovalId?)null;
    }

    private static Result<Waiting> Open(UnitOfWork unit, string taskId)
    {
        var task = unit.QueryFirst(
            "SELECT checkout_id, kind, state, refund_id, amount, currency FROM finance_tasks WHERE session_id = $1",
            row => new Waiting(
                taskId, new CheckoutId(row.GetString(0)), Enum.Parse<FinanceTaskKind>(row.GetString(1)), Enum.Parse<FinanceTaskState>(row.GetString(2)), row.TextOrNull(3), new Money(row.GetInt64(4), Currency.Of(row.GetString(5)))),
            taskId);
        if (task is null) return new Refusal(RefusalCodes.NotFound, 404, $"No money of {taskId} waits for finance.");
        return WhyNot(task.State, task.RefundId) is { } why ? new Refusal(RefusalCodes.StateConflict, 409, why, Money: MoneyEffect.Taken) : task;
    }

    private static Origin? Origin(UnitOfWork unit, Waiting task) => task.Kind == FinanceTaskKind.RefundOwed
        ? RefundRow.Find(unit, new RefundId(task.Id)) is { } failed ? new Origin(failed.SessionId, failed.IntentId, failed.ChargeId) : null
        : unit.QueryFirst(
            "SELECT a.intent_id, c.charge_id FROM attempts a JOIN attempt_charges c ON c.attempt_id = a.attempt_id AND c.is_paid = 1 WHERE a.psp_token = $1 AND a.intent_id IS NOT NULL",
            row => new Origin(task.Id, row.GetString(0), row.GetString(1)), task.Id);

    private sealed record Waiting(string Id, CheckoutId Checkout, FinanceTaskKind Kind, FinanceTaskState State, string? RefundId, Money Amount);
}

/// <summary>Where the PSP took the money that goes back.</summary>
internal sealed record Origin(string SessionId, string IntentId, string ChargeId);
