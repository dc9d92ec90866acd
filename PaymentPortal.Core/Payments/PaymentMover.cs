using System.Text.Json;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Events;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Payments;

/// <summary>
/// The only place where a payment event and its orders change their status: by the move table, all orders together, with a line of history
/// and a fact in the outbox of the same version, in the same unit.
/// </summary>
public sealed class PaymentMover(PaymentHistory history)
{
    private static readonly Dictionary<PaymentOrderStatus, string> Facts = new()
    {
        [PaymentOrderStatus.NotStarted] = EventTypes.CheckoutCreated,
        [PaymentOrderStatus.Executing] = EventTypes.CheckoutExecuting,
        [PaymentOrderStatus.Success] = EventTypes.CheckoutSucceeded,
        [PaymentOrderStatus.Failed] = EventTypes.CheckoutFailed,
        [PaymentOrderStatus.Expired] = EventTypes.CheckoutExpired,
        [PaymentOrderStatus.Canceled] = EventTypes.CheckoutCanceled,
    };

    internal void Created(UnitOfWork unit, PaymentRow payment, Actor actor) => Note(unit, payment, 1, null, PaymentOrderStatus.NotStarted, MoveCause.Created, actor);

    /// <summary>Moves on; a success must be booked in the same unit, because both flags of the orders flip here.</summary>
    internal PaymentRow Move(UnitOfWork unit, PaymentRow payment, MoveCause cause, Actor actor)
    {
        var to = PaymentMoves.Move(payment.Status, cause);
        var version = payment.HistoryVersion + 1;
        var isSuccess = to == PaymentOrderStatus.Success;
        unit.Execute(
            "UPDATE payment_events SET status = $2, history_version = $3, is_payment_done = $4, updated_at = $5 WHERE checkout_id = $1",
            payment.Id.Value, to.Word(), version, isSuccess, unit.Now);
        unit.Execute(
            "UPDATE payment_orders SET payment_order_status = $2, ledger_updated = $3, wallet_updated = $3, updated_at = $4 WHERE checkout_id = $1",
            payment.Id.Value, to.Word(), isSuccess, unit.Now);
        Note(unit, payment, version, payment.Status, to, cause, actor);
        if (to.IsFinal()) RetryQueue.Remove(unit, PaymentSteps.CheckoutEnd, payment.Id.Value);
        return payment with { Status = to, HistoryVersion = version };
    }

    private void Note(UnitOfWork unit, PaymentRow payment, long version, PaymentOrderStatus? from, PaymentOrderStatus to, MoveCause cause, Actor actor)
    {
        history.Append(unit, payment.Id.Value, version, from, to, cause, actor);
        var payload = JsonSerializer.Serialize(new { checkout_id = payment.Id.Value, status = to.Word(), amount = payment.Total.ToString(), currency = payment.Total.Currency.Code, cause = cause.ToString() });
        Outbox.Add(unit, payment.Id.Value, version, Facts[to], payload);
    }
}
