using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Payments;

/// <summary>Ends tasks of finance whose money has gone its way. The checkout that it kept from ending is then ended by time again.</summary>
internal static class WaitingMoney
{
    public static void Close(UnitOfWork unit, string taskId, FinanceTaskState state, string by)
    {
        var checkout = unit.QueryFirst(
            "UPDATE finance_tasks SET state = $2, closed_at = $3, closed_by = $4 WHERE session_id = $1 AND state = 'Open' RETURNING checkout_id", row => row.GetString(0), taskId, state, unit.Now, by);
        if (checkout is null) return;
        var payment = PaymentRow.Find(unit, new Common.CheckoutId(checkout))!;
        if (!payment.Status.IsFinal() && payment.HeldForFinance(unit).Count == 0) RetryQueue.Add(unit, PaymentSteps.CheckoutEnd, checkout, payment.EndsAt);
    }
}
