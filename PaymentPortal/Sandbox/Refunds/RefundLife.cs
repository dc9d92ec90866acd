using System.Text.Json.Nodes;
using PaymentPortal.Sandbox.Events;
using PaymentPortal.Sandbox.Payments;
using PaymentPortal.Sandbox.Schedule;
using PaymentPortal.Sandbox.Storage;

namespace PaymentPortal.Sandbox.Refunds;

/// <summary>
/// Moves a refund. Its money leaves the balance when it is made and comes back, as a second transaction, when it fails or is cancelled: then
/// the charge is refundable again by as much.
/// </summary>
public static class RefundLife
{
    public const string OutcomeKind = "refund_outcome";
    public const string ActionDeadlineKind = "refund_action_deadline";
    private const int ActionDays = 30;

    public static JsonObject Start(SandboxUnit unit, JsonObject charge, long amount, string? reason, JsonObject metadata)
    {
        var fate = TestCards.OfMethod(charge.HiddenOf().Text("card"))!.Refund;
        var refund = RefundDocument.Build(unit, charge, amount, reason, metadata);
        var transaction = BalanceTransactions.Book(unit, new Movement("refund", "refund", -amount, charge.Text("currency"), refund.Text("id"))
        {
            Description = "REFUND FOR CHARGE", AvailableOn = BalanceTransactions.FundsOf(unit, charge),
        });
        refund["balance_transaction"] = transaction.Text("id");
        Begin(unit, refund, charge, fate);
        Documents.Insert(unit, refund);
        EventLog.Emit(unit, "refund.created", refund);
        MoveCharge(unit, charge, amount, "charge.refunded");
        return refund;
    }

    /// <summary>Timer: what becomes of a refund that was not done at once, or only seemed to be.</summary>
    public static void Decide(SandboxUnit unit, string id)
    {
        var refund = Documents.Load(unit, RefundRoutes.Type, id);
        var charge = Documents.Load(unit, Charges.Type, refund.Text("charge"));
        var fate = TestCards.OfMethod(charge.HiddenOf().Text("card"))!.Refund;
        if (fate == RefundFate.Slow)
        {
            refund["status"] = "succeeded";
            refund.Remove("pending_reason");
            Save(unit, refund);
            return;
        }

        Fail(unit, refund, charge, fate == RefundFate.SlowThenFails ? "declined" : "expired_or_canceled_card");
    }

    /// <summary>Timer: the buyer never told where the money shall go.</summary>
    public static void ActionDeadline(SandboxUnit unit, string id)
    {
        var refund = Documents.Load(unit, RefundRoutes.Type, id);
        if (refund.Text("status") == "requires_action")
        {
            Fail(unit, refund, Documents.Load(unit, Charges.Type, refund.Text("charge")), "unknown");
        }
    }

    public static void Cancel(SandboxUnit unit, JsonObject refund)
    {
        var charge = Documents.Load(unit, Charges.Type, refund.Text("charge"));
        refund["status"] = "canceled";
        refund.Remove("next_action");
        PutBack(unit, refund, charge);
        Save(unit, refund);
        MoveCharge(unit, charge, -refund.Whole("amount"), "charge.updated");
    }

    /// <summary>Saves a changed refund and tells of it, under the new name and the old one.</summary>
    public static void Save(SandboxUnit unit, JsonObject refund)
    {
        Documents.Save(unit, refund);
        EventLog.Emit(unit, "refund.updated", refund);
        EventLog.Emit(unit, "charge.refund.updated", refund);
    }

    private static void Begin(SandboxUnit unit, JsonObject refund, JsonObject charge, RefundFate fate)
    {
        var id = refund.Text("id");
        switch (fate)
        {
            case RefundFate.Done:
                return;
            case RefundFate.AsksBuyer:
                var until = unit.Now.AddDays(ActionDays);
                RefundDocument.AskAction(unit, refund, ((JsonObject)charge["billing_details"]!).TextOrNull("email") ?? "buyer@example.com", until);
                DueWork.Plan(unit, until, ActionDeadlineKind, id);
                return;
            case RefundFate.Slow or RefundFate.SlowThenFails:
                refund["status"] = "pending";
                refund["pending_reason"] = "processing";
                break;
            case RefundFate.DoneThenFails:
                break;
        }

        DueWork.Plan(unit, unit.Now.AddSeconds(unit.Options.AsyncOutcomeSeconds), OutcomeKind, id);
    }

    private static void Fail(SandboxUnit unit, JsonObject refund, JsonObject charge, string reason)
    {
        refund["status"] = "failed";
        refund["failure_reason"] = reason;
        refund.Remove("next_action");
        refund.Remove("pending_reason");
        PutBack(unit, refund, charge);
        Documents.Save(unit, refund);
        EventLog.Emit(unit, "refund.failed", refund);
        Save(unit, refund);
        MoveCharge(unit, charge, -refund.Whole("amount"), "charge.updated");
    }

    private static void PutBack(SandboxUnit unit, JsonObject refund, JsonObject charge)
    {
        var transaction = BalanceTransactions.Book(
            unit, new Movement("refund_failure", "refund_failure", refund.Whole("amount"), refund.Text("currency"), refund.Text("id"))
            {
                Description = "REFUND FAILURE", AvailableOn = BalanceTransactions.FundsOf(unit, charge),
            });
        refund["failure_balance_transaction"] = transaction.Text("id");
    }

    private static void MoveCharge(SandboxUnit unit, JsonObject charge, long amount, string happened)
    {
        var previous = new JsonObject { ["amount_refunded"] = charge.Whole("amount_refunded"), ["refunded"] = charge.Flag("refunded") };
        charge["amount_refunded"] = charge.Whole("amount_refunded") + amount;
        charge["refunded"] = charge.Whole("amount_refunded") == charge.Whole("amount");
        Documents.Save(unit, charge);
        EventLog.Emit(unit, happened, charge, previous);
    }
}
