using System.Text.Json;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Events;
using PaymentPortal.Core.Payments.Returns;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Payments.Refunds;

/// <summary>The only place where a refund changes its status: by the move table, with a line of history and a fact of the same version, in the same unit.</summary>
public sealed class RefundMover(ReturnHistory history)
{
    internal static string FactOf(RefundStatus status) => status switch
    {
        RefundStatus.Requested => EventTypes.RefundRequested,
        RefundStatus.Approved => EventTypes.RefundApproved,
        RefundStatus.Sent => EventTypes.RefundSent,
        RefundStatus.Succeeded => EventTypes.RefundSucceeded,
        RefundStatus.Refused => EventTypes.RefundRefused,
        RefundStatus.Canceled => EventTypes.RefundCanceled,
        RefundStatus.Failed => EventTypes.RefundFailed,
    };

    internal void Asked(UnitOfWork unit, RefundRow refund, Actor actor) => Note(unit, refund, null, RefundCause.Asked, actor);

    internal RefundRow Move(UnitOfWork unit, RefundRow refund, RefundCause cause, Actor actor)
    {
        var moved = refund with { Status = RefundMoves.Move(refund.Status, cause), HistoryVersion = refund.HistoryVersion + 1 };
        unit.Execute("UPDATE refunds SET status = $2, history_version = $3, updated_at = $4 WHERE refund_id = $1", refund.Id.Value, moved.Status.Word(), moved.HistoryVersion, unit.Now);
        Note(unit, moved, refund.Status, cause, actor);
        return moved;
    }

    private void Note(UnitOfWork unit, RefundRow refund, RefundStatus? from, RefundCause cause, Actor actor)
    {
        history.Append(unit, refund.Id.Value, refund.HistoryVersion, from?.Word(), refund.Status.Word(), cause.ToString(), actor);
        Outbox.Add(unit, refund.Id.Value, refund.HistoryVersion, FactOf(refund.Status), JsonSerializer.Serialize(new
        {
            refund_id = refund.Id.Value,
            checkout_id = refund.Checkout.Value,
            payment_order_id = refund.Order?.Value,
            status = refund.Status.Word(),
            amount = refund.Amount.ToString(),
            currency = refund.Amount.Currency.Code,
            cause = cause.ToString(),
        }));
    }
}
