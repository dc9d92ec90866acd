using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Payments;

/// <summary>The accept act of finance: money that was paid too late becomes the orders' pay-in after all.</summary>
public sealed class LateSuccess(WriteLane lane, PaymentMover mover, PaymentPosting posting, AuditLog audit)
{
    /// <summary>Refused when the orders are paid already, or when the money is not exactly what they ask for: then only a refund fits.</summary>
    public Task<Result<PaymentOrderStatus>> AcceptAsync(string sessionId, Actor actor, string reason, CancellationToken cancellationToken) =>
        lane.RunAsync(unit => Accept(unit, sessionId, actor, reason), cancellationToken);

    /// <summary>Why this money can't become the orders' pay-in; null when it can. The button and the act ask the same.</summary>
    public static string? WhyNotAccept(FinanceTask task, PaymentOrderStatus status) => WhyNot(task.Kind, task.State, task.RefundId is not null, status);

    private static string? WhyNot(FinanceTaskKind kind, FinanceTaskState state, bool isRefunding, PaymentOrderStatus status)
    {
        if (isRefunding) return "This money is on its way back to the buyer.";
        if (state != FinanceTaskState.Open) return "This money was dealt with before; nothing was changed.";
        return kind == FinanceTaskKind.LateSuccess && PaymentMoves.CanMove(status, MoveCause.LateSuccessAccepted)
            ? null
            : $"The orders are {status.Word()} and this money is not theirs to take: it can only be refunded.";
    }

    private Result<PaymentOrderStatus> Accept(UnitOfWork unit, string sessionId, Actor actor, string reason)
    {
        var task = unit.QueryFirst(
            "SELECT checkout_id, kind, state, refund_id FROM finance_tasks WHERE session_id = $1",
            row => new Found(new CheckoutId(row.GetString(0)), Enum.Parse<FinanceTaskKind>(row.GetString(1)), Enum.Parse<FinanceTaskState>(row.GetString(2)), !row.IsDBNull(3)), sessionId);
        if (task is null) return new Refusal(RefusalCodes.NotFound, 404, $"No money of session {sessionId} waits for finance.");
        var payment = PaymentRow.Find(unit, task.Checkout)!;
        if (WhyNot(task.Kind, task.State, task.IsRefunding, payment.Status) is { } why) return new Refusal(RefusalCodes.StateConflict, 409, why, Money: MoneyEffect.Taken);
        if (unit.Scalar("SELECT COUNT(*) FROM disputes WHERE session_id = $1 AND is_withdrawn = 1 AND status NOT IN ('WON', 'CLOSED')", sessionId) > 0)
            return new Refusal(RefusalCodes.ChargeDisputed, 409, "This money is disputed: the bank decides where it goes. Nothing was changed.", Money: MoneyEffect.Taken);
        unit.Execute("UPDATE finance_tasks SET state = 'Accepted', closed_at = $2, closed_by = $3 WHERE session_id = $1", sessionId, unit.Now, actor.Value);
        posting.AcceptSuspense(unit, payment, sessionId);
        audit.Write(unit, new AuditEntry(actor, "suspense.accept", sessionId) { Reason = reason });
        return mover.Move(unit, payment, MoveCause.LateSuccessAccepted, actor).Status;
    }

    private sealed record Found(CheckoutId Checkout, FinanceTaskKind Kind, FinanceTaskState State, bool IsRefunding);
}
