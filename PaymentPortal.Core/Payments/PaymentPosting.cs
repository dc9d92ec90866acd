using PaymentPortal.Core.Common;
using PaymentPortal.Core.Ledger;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Payments;

/// <summary>
/// Brings a paid session into the books, once: the row in <c>booked_sessions</c> is unique whatever the kind, and stands in the unit of its entries.
/// </summary>
public sealed class PaymentPosting(Journal journal)
{
    /// <summary>A pay-in entry per order, and the PSP's fee.</summary>
    internal void BookToOrders(UnitOfWork unit, PaymentRow payment, AttemptId attempt, PspSession session)
    {
        Remember(unit, payment, attempt, session, BookedTo.Orders);
        var movement = Movement(session);
        foreach (var order in Orders(unit, payment.Id)) journal.Post(unit, PostingRules.PayIn(payment.Id, order, movement));
        PostFee(unit, payment, session, movement);
    }

    /// <summary>The PSP's own total to suspense, with a task for finance.</summary>
    internal void BookToSuspense(UnitOfWork unit, PaymentRow payment, AttemptId attempt, PspSession session, FinanceTaskKind kind)
    {
        Remember(unit, payment, attempt, session, BookedTo.Suspense);
        var movement = Movement(session);
        journal.Post(unit, PostingRules.Suspense(payment.Id, session.Id, session.Total, movement, kind == FinanceTaskKind.LateSuccess ? "paid after the orders had ended" : "paid in another amount or currency than asked"));
        PostFee(unit, payment, session, movement);
        AskFinance(unit, payment, session, kind);
    }

    internal static void AskFinance(UnitOfWork unit, PaymentRow payment, PspSession session, FinanceTaskKind kind) =>
        unit.Execute(
            """
            INSERT INTO finance_tasks (session_id, checkout_id, kind, state, amount, currency, created_at) VALUES ($1, $2, $3, 'Open', $4, $5, $6)
            ON CONFLICT (session_id) DO NOTHING
            """,
            session.Id, payment.Id.Value, kind, session.Total.Minor, session.Total.Currency.Code, unit.Now);

    /// <summary>suspense → each order's pay-in lines.</summary>
    internal void AcceptSuspense(UnitOfWork unit, PaymentRow payment, string sessionId)
    {
        var availableOn = unit.QueryFirst(
            "SELECT available_on FROM journal_entries WHERE kind = $1 AND source_id = $2", row => row.IsDBNull(0) ? (DateTimeOffset?)null : Instants.FromMicroseconds(row.GetInt64(0)), EntryKind.Suspense, sessionId);
        foreach (var entry in PostingRules.SuspenseAccepted(payment.Id, Orders(unit, payment.Id), unit.Now, availableOn)) journal.Post(unit, entry);
    }

    private static void Remember(UnitOfWork unit, PaymentRow payment, AttemptId attempt, PspSession session, BookedTo to) =>
        unit.Execute(
            "INSERT INTO booked_sessions (session_id, checkout_id, attempt_id, booked_to, amount, currency, charge_id, booked_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            session.Id, payment.Id.Value, attempt.Value, to, session.Total.Minor, session.Total.Currency.Code, session.Charge!.Id, unit.Now);

    private void PostFee(UnitOfWork unit, PaymentRow payment, PspSession session, PspMovement movement)
    {
        if (PostingRules.PspFee(payment.Id, session.Charge!.BalanceTransaction!.Fee, movement) is { } fee) journal.Post(unit, fee);
    }

    private static PspMovement Movement(PspSession session)
    {
        var settled = session.Charge!.BalanceTransaction!;
        return new PspMovement(settled.Id, settled.CreatedAt, settled.AvailableOn);
    }

    private static List<OrderShare> Orders(UnitOfWork unit, CheckoutId checkout) =>
        unit.Query(
            "SELECT payment_order_id, seller_account, amount, platform_fee, currency FROM payment_orders WHERE checkout_id = $1 ORDER BY line",
            row =>
            {
                var currency = Currency.Of(row.GetString(4));
                return new OrderShare(new PaymentOrderId(row.GetString(0)), SellerAccount.Of(row.GetString(1)), new Money(row.GetInt64(2), currency), new Money(row.GetInt64(3), currency));
            },
            checkout.Value);
}
