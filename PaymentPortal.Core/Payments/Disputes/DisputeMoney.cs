using PaymentPortal.Core.Common;
using PaymentPortal.Core.Ledger;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Payments.Disputes;

/// <summary>
/// The books of a dispute: withdrawn and held, then given back and released, or lost and borne. Each movement of the PSP is booked under its own id,
/// so it is booked once.
/// </summary>
public sealed class DisputeMoney(Journal journal)
{
    /// <summary>The PSP took money and fee: the sellers' shares are held back. Money that is still in suspense is nobody's, so nothing is held then.</summary>
    internal DisputeRow Withdraw(UnitOfWork unit, DisputeRow dispute, PspBalanceTransaction withdrawn)
    {
        var (amount, fee) = (-withdrawn.Gross, withdrawn.Fee);
        journal.Post(unit, ReturnRules.DisputeWithdrawn(dispute.Checkout, amount, fee, new PspMovement(withdrawn.Id, withdrawn.CreatedAt)));
        unit.Execute("UPDATE disputes SET is_withdrawn = 1, amount = $2, fee = $3 WHERE dispute_id = $1", dispute.Id.Value, amount.Minor, fee.Minor);
        var taken = dispute with { IsWithdrawn = true, Amount = amount, Fee = fee };
        var shares = Share(unit, taken);
        if (shares.Count == 0) return taken;
        journal.Post(unit, ReturnRules.DisputeHeld(dispute.Id, dispute.Checkout, shares, unit.Now));
        foreach (var share in shares)
        {
            unit.Execute(
                "INSERT INTO dispute_shares (dispute_id, payment_order_id, seller_account, amount, currency, state) VALUES ($1, $2, $3, $4, $5, $6)",
                dispute.Id.Value, share.OrderId.Value, share.Seller.Value, share.Amount.Minor, share.Amount.Currency.Code, DisputeShareState.Held);
            unit.Execute("UPDATE payment_orders SET taken = taken + $2 WHERE payment_order_id = $1", share.OrderId.Value, share.Amount.Minor);
        }
        return taken;
    }

    /// <summary>Won: the money is back, and the shares are the sellers' again. The fee stays with the PSP.</summary>
    internal void Reinstate(UnitOfWork unit, DisputeRow dispute, PspBalanceTransaction reinstated)
    {
        journal.Post(unit, ReturnRules.DisputeReinstated(dispute.Checkout, reinstated.Gross, new PspMovement(reinstated.Id, reinstated.CreatedAt)));
        if (dispute.Shares(unit) is not { Count: > 0 } shares) return;
        journal.Post(unit, ReturnRules.DisputeReleased(dispute.Id, dispute.Checkout, shares, unit.Now));
        Release(unit, dispute.Id, shares);
    }

    /// <summary>Lost or accepted: somebody bears it.</summary>
    internal void Lose(UnitOfWork unit, DisputeRow dispute)
    {
        if (!dispute.IsWithdrawn) return;
        if (dispute.Shares(unit) is not { Count: > 0 } shares)
        {
            journal.Post(unit, ReturnRules.SuspenseLost(dispute.Id, dispute.Checkout, dispute.Amount, unit.Now));
            WaitingMoney.Close(unit, dispute.SessionId, FinanceTaskState.LostToDispute, Actor.Psp.Value);
            return;
        }
        var isPlatforms = dispute.Bearer == DisputeBearer.Platform;
        journal.Post(unit, ReturnRules.DisputeLost(dispute.Id, dispute.Checkout, dispute.Amount, shares, isPlatforms, unit.Now));
        if (isPlatforms) Release(unit, dispute.Id, shares);
        else unit.Execute("UPDATE dispute_shares SET state = $2 WHERE dispute_id = $1", dispute.Id.Value, DisputeShareState.Lost);
    }

    /// <summary>A person puts a lost dispute on the other side.</summary>
    internal void Shift(UnitOfWork unit, DisputeRow dispute, DisputeBearer to, string why)
    {
        var shares = dispute.Shares(unit);
        journal.Post(unit, ReturnRules.DisputeShifted(dispute.Id, dispute.Checkout, dispute.Amount, shares, to == DisputeBearer.Platform, unit.Now, why));
        if (to == DisputeBearer.Platform)
        {
            Release(unit, dispute.Id, shares);
            return;
        }
        unit.Execute("UPDATE dispute_shares SET state = $2 WHERE dispute_id = $1", dispute.Id.Value, DisputeShareState.Lost);
        foreach (var share in shares) unit.Execute("UPDATE payment_orders SET taken = taken + $2 WHERE payment_order_id = $1", share.OrderId.Value, share.Amount.Minor);
    }

    private static void Release(UnitOfWork unit, DisputeId id, IReadOnlyList<DisputeShare> shares)
    {
        unit.Execute("UPDATE dispute_shares SET state = $2 WHERE dispute_id = $1", id.Value, DisputeShareState.Released);
        foreach (var share in shares) unit.Execute("UPDATE payment_orders SET taken = taken - $2 WHERE payment_order_id = $1", share.OrderId.Value, share.Amount.Minor);
    }

    /// <summary>By what is not refunded of each order; when all of it is on its way back already, by the orders' amounts.</summary>
    private static List<DisputeShare> Share(UnitOfWork unit, DisputeRow dispute)
    {
        var orders = unit.Query(
            """
            SELECT o.payment_order_id, o.seller_account, o.amount - o.refunded, o.amount FROM payment_orders o WHERE o.checkout_id = $1 AND o.payment_order_status = 'SUCCESS'
                AND EXISTS (SELECT 1 FROM booked_sessions b WHERE b.session_id = $2 AND (b.booked_to = 'Orders' OR EXISTS (SELECT 1 FROM finance_tasks f WHERE f.session_id = $2 AND f.state = 'Accepted')))
            ORDER BY o.line
            """,
            row => new { Id = new PaymentOrderId(row.GetString(0)), Seller = SellerAccount.Of(row.GetString(1)), Left = row.GetInt64(2), Whole = row.GetInt64(3) }, dispute.Checkout.Value, dispute.SessionId);
        if (orders.Count == 0) return [];
        var weights = orders.Select(order => order.Left).ToList();
        if (weights.Sum() == 0) weights = [.. orders.Select(order => order.Whole)];
        var parts = dispute.Amount.Split(weights);
        return [.. orders.Select((order, at) => new DisputeShare(order.Id, order.Seller, parts[at])).Where(share => !share.Amount.IsZero)];
    }
}
