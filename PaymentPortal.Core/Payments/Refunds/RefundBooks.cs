using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Ledger;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Payments.Refunds;

/// <summary>
/// Begins a refund and ends one that comes to nothing: reservation, entry and status move in one unit, so that no two refunds ever share a cent of
/// one order or charge.
/// </summary>
public sealed class RefundBooks(Journal journal, RefundMover mover, Approvals approvals, AuditLog audit)
{
    /// <summary>Reserves, books and goes on, or waits for a second person above a limit. A refusal takes all of it back.</summary>
    internal Result<RefundRow> Open(UnitOfWork unit, RefundWish wish, Actor actor)
    {
        if (!Reserve(unit, wish)) return new Refusal(RefusalCodes.RefundTooLarge, 409, "Others have asked for refunds of this payment meanwhile, and not that much is left. Nothing was stored and no money moved.", "amount");
        var refund = new RefundRow(
            unit.NewId<RefundId>(), wish.Source, RefundStatus.Requested, wish.Checkout, wish.Order, wish.Seller, wish.SessionId, wish.IntentId, wish.ChargeId, wish.FinanceTaskId,
            wish.Amount, wish.Fee, wish.Reason, actor.Value, PspId: null, RowVersion: 0, HistoryVersion: 1);
        Insert(unit, refund);
        mover.Asked(unit, refund, actor);
        if (ReturnRules.RefundAsked(refund.Share, unit.Now) is { } asked) journal.Post(unit, asked);
        audit.Write(unit, new AuditEntry(actor, "refund.ask", refund.Id.Value) { Reason = refund.Reason, After = $"{refund.Amount} {refund.Amount.Currency}" });
        var approval = approvals.AskIfAbove(unit, new ApprovalAsk(RefundApproval.Name, refund.Id.Value, actor, refund.Amount, refund.Reason));
        if (approval.IsRefused) return approval.Refusal!;
        if (approval.Value is { } waits)
        {
            unit.Execute("UPDATE refunds SET approval_id = $2 WHERE refund_id = $1", refund.Id.Value, waits.Value);
            return refund;
        }
        return GoOn(unit, refund, RefundCause.WithinLimit, actor);
    }

    /// <summary>It may be sent: the step that does so is written with it.</summary>
    internal RefundRow GoOn(UnitOfWork unit, RefundRow refund, RefundCause cause, Actor actor)
    {
        RetryQueue.Add(unit, RefundSteps.Refund, refund.Id.Value, unit.Now);
        return mover.Move(unit, refund, cause, actor);
    }

    /// <summary>It comes to nothing, and what it held goes back to where it was.</summary>
    internal RefundRow Void(UnitOfWork unit, RefundRow refund, RefundCause cause, Actor actor, string why)
    {
        var moved = mover.Move(unit, refund, cause, actor);
        var entry = unit.QueryFirst("SELECT entry_id FROM journal_entries WHERE kind = $1 AND source_id = $2", row => row.GetString(0), EntryKind.RefundAsked, refund.Id.Value);
        if (entry is not null) journal.Reverse(unit, new JournalEntryId(entry), unit.Now, why);
        if (refund.Order is { } order)
        {
            unit.Execute(
                "UPDATE payment_orders SET refunded = refunded - $2, refunded_fee = refunded_fee - $3, taken = taken - $4 WHERE payment_order_id = $1",
                order.Value, refund.Amount.Minor, refund.Fee.Minor, refund.Share.FromSeller.Minor);
        }
        if (refund.Source is RefundSource.Order or RefundSource.Suspense)
            unit.Execute("UPDATE booked_sessions SET refunded = refunded - $2 WHERE session_id = $1", refund.SessionId, refund.Amount.Minor);
        if (refund.FinanceTaskId is { } task) unit.Execute("UPDATE finance_tasks SET refund_id = NULL WHERE session_id = $1 AND refund_id = $2", task, refund.Id.Value);
        return moved;
    }

    /// <summary>The rows decide: the update finds no row when not enough is left, and the constraints stand behind it.</summary>
    private static bool Reserve(UnitOfWork unit, RefundWish wish)
    {
        if (wish.Order is { } order && unit.Execute(
                "UPDATE payment_orders SET refunded = refunded + $2, refunded_fee = refunded_fee + $3, taken = taken + $4 WHERE payment_order_id = $1 AND refunded + $2 <= amount",
                order.Value, wish.Amount.Minor, wish.Fee.Minor, (wish.Amount - wish.Fee).Minor) != 1) return false;
        // An owed refund was reserved when it was first asked for; an unbooked charge has no row.
        return wish.Source is RefundSource.Owed or RefundSource.Unbooked
            || unit.Execute("UPDATE booked_sessions SET refunded = refunded + $2 WHERE session_id = $1 AND refunded + $2 <= amount", wish.SessionId, wish.Amount.Minor) == 1;
    }

    private static void Insert(UnitOfWork unit, RefundRow refund)
    {
        unit.Execute(
            """
            INSERT INTO refunds (refund_id, source, status, checkout_id, payment_order_id, seller_account, session_id, intent_id, charge_id, finance_task_id, amount, platform_fee, currency, reason, made_by,
                created_at, updated_at, row_version, history_version)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $16, 0, 1)
            """,
            refund.Id.Value, refund.Source, refund.Status.Word(), refund.Checkout.Value, refund.Order?.Value, refund.Seller?.Value, refund.SessionId, refund.IntentId, refund.ChargeId, refund.FinanceTaskId,
            refund.Amount.Minor, refund.Fee.Minor, refund.Amount.Currency.Code, refund.Reason, refund.MadeBy, unit.Now);
        if (refund.FinanceTaskId is { } task) unit.Execute("UPDATE finance_tasks SET refund_id = $2 WHERE session_id = $1", task, refund.Id.Value);
    }
}
