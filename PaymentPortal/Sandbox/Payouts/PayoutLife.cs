using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using PaymentPortal.Sandbox.Connect;
using PaymentPortal.Sandbox.Events;
using PaymentPortal.Sandbox.Payments;
using PaymentPortal.Sandbox.Schedule;
using PaymentPortal.Sandbox.Storage;

namespace PaymentPortal.Sandbox.Payouts;

/// <summary>
/// Moves a payout: pending → in transit → paid or failed, and some that were paid fail after all. The money leaves the balance when the
/// payout is made and comes back as a second transaction.
/// </summary>
public static class PayoutLife
{
    public const string SendingKind = "payout_sending";
    public const string OutcomeKind = "payout_outcome";
    public const string ReturnKind = "payout_return";

    public static JsonObject Start(SandboxUnit unit, PayoutTerms terms)
    {
        var payout = PayoutDocument.Build(unit, terms);
        var id = payout.Text("id");
        var transaction = BalanceTransactions.Book(unit, new Movement("payout", "payout", -terms.Amount, terms.Currency, id)
        {
            Description = payout.TextOrNull("description") ?? "STRIPE PAYOUT", AvailableOn = unit.Now,
        });
        payout["balance_transaction"] = transaction.Text("id");
        Documents.Insert(unit, payout);
        EventLog.Emit(unit, "payout.created", payout);
        Plan(unit, payout, unit.Options.PayoutPendingSeconds, SendingKind);
        return payout;
    }

    /// <summary>Timer: the payout goes to the bank and can't be cancelled any more.</summary>
    public static void Send(SandboxUnit unit, string id)
    {
        var payout = Documents.Load(unit, PayoutRoutes.Type, id);
        if (payout.Text("status") != "pending")
        {
            return;
        }

        payout["status"] = "in_transit";
        var isItemised = payout.Flag("automatic");
        payout["reconciliation_status"] = isItemised ? "completed" : "not_applicable";
        Save(unit, payout);
        if (isItemised)
        {
            EventLog.Emit(unit, "payout.reconciliation_completed", payout);
        }

        Plan(unit, payout, unit.Options.PayoutPendingSeconds + unit.Options.PayoutTransitSeconds, OutcomeKind);
    }

    /// <summary>Timer: the bank's word.</summary>
    public static void Arrive(SandboxUnit unit, string id)
    {
        var payout = Documents.Load(unit, PayoutRoutes.Type, id);
        if (payout.Text("status") != "in_transit")
        {
            return;
        }

        var fate = FateOf(unit, payout);
        if (fate is { FailureCode: not null, FailsAfterPaying: false })
        {
            Fail(unit, payout, fate);
            return;
        }

        payout["status"] = "paid";
        payout["trace_id"] = PayoutDocument.Trace("supported", RandomNumberGenerator.GetInt32(1_000_000_000).ToString("D15", CultureInfo.InvariantCulture));
        Save(unit, payout);
        EventLog.Emit(unit, "payout.paid", payout);
        if (fate.FailsAfterPaying)
        {
            Plan(unit, payout, unit.Options.PayoutPendingSeconds + unit.Options.PayoutTransitSeconds + unit.Options.PayoutReturnSeconds, ReturnKind);
        }
    }

    /// <summary>Timer: the bank sends back what it had taken.</summary>
    public static void Return(SandboxUnit unit, string id)
    {
        var payout = Documents.Load(unit, PayoutRoutes.Type, id);
        Fail(unit, payout, FateOf(unit, payout));
    }

    public static void Cancel(SandboxUnit unit, JsonObject payout)
    {
        payout["status"] = "canceled";
        PutBack(unit, payout, "payout_cancel");
        Save(unit, payout);
        EventLog.Emit(unit, "payout.canceled", payout);
    }

    public static void Save(SandboxUnit unit, JsonObject payout)
    {
        Documents.Save(unit, payout);
        EventLog.Emit(unit, "payout.updated", payout);
    }

    /// <summary>Counted from the payout's making, so that a clock moved by a day finds the whole way behind it.</summary>
    private static void Plan(SandboxUnit unit, JsonObject payout, int seconds, string kind) =>
        DueWork.Plan(unit, DateTimeOffset.FromUnixTimeSeconds(payout.Whole("created") + seconds), kind, payout.Text("id"));

    private static void Fail(SandboxUnit unit, JsonObject payout, BankFate fate)
    {
        payout["status"] = "failed";
        payout["failure_code"] = fate.FailureCode;
        payout["failure_message"] = fate.Message;
        payout["trace_id"] = PayoutDocument.Trace("unsupported", null);
        PutBack(unit, payout, "payout_failure");
        Save(unit, payout);
        EventLog.Emit(unit, "payout.failed", payout);
    }

    private static void PutBack(SandboxUnit unit, JsonObject payout, string type)
    {
        var transaction = BalanceTransactions.Book(unit, new Movement(type, "payout_reversal", payout.Whole("amount"), payout.Text("currency"), payout.Text("id"))
        {
            Description = type == "payout_cancel" ? "PAYOUT CANCEL" : "PAYOUT FAILURE", AvailableOn = unit.Now,
        });
        payout["failure_balance_transaction"] = transaction.Text("id");
    }

    private static BankFate FateOf(SandboxUnit unit, JsonObject payout) =>
        BankAccounts.FateOf(Documents.Load(unit, BankAccounts.Type, payout.Text("destination")));
}
