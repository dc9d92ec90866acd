using System.Text.Json.Nodes;
using PaymentPortal.Sandbox.Events;
using PaymentPortal.Sandbox.Payments;
using PaymentPortal.Sandbox.Schedule;
using PaymentPortal.Sandbox.Storage;
using PaymentPortal.Sandbox.Wire;

namespace PaymentPortal.Sandbox.Disputes;

/// <summary>
/// Moves a dispute. A chargeback takes its amount and a fee at once and gives the amount back only when it is won; an inquiry moves no money.
/// </summary>
public static class DisputeLife
{
    public const string OpeningKind = "dispute_opening";
    public const string DecisionKind = "dispute_decision";
    public const string DeadlineKind = "dispute_deadline";

    // The words that stand for the bank's mind in test mode.
    private const string Winning = "winning_evidence";
    private const string Losing = "losing_evidence";
    private const string Escalating = "escalate_inquiry_evidence";

    /// <summary>Evidence and what it does, for people.</summary>
    public static readonly IReadOnlyList<(string Text, string Purpose)> Words =
    [
        (Winning, "The dispute is won; an inquiry closes"), (Losing, "The dispute is lost; an inquiry closes"), (Escalating, "The inquiry becomes a chargeback"),
    ];

    private const int ResponseDays = 9;
    private const int DecisionDays = 60;

    /// <summary>A charge was taken: its card may have a holder who complains.</summary>
    public static void ExpectFor(SandboxUnit unit, JsonObject charge)
    {
        if (TestCards.OfMethod(charge.HiddenOf().Text("card"))!.Dispute is not null)
        {
            DueWork.Plan(unit, unit.Now.AddSeconds(unit.Options.AsyncOutcomeSeconds), OpeningKind, charge.Text("id"));
        }
    }

    /// <summary>Timer: the holder complains of what he has not been given back.</summary>
    public static void Open(SandboxUnit unit, string chargeId)
    {
        var charge = Documents.Load(unit, Charges.Type, chargeId);
        var amount = charge.Whole("amount") - charge.Whole("amount_refunded");
        if (amount <= 0 || charge.Flag("disputed"))
        {
            return;
        }

        var complaint = TestCards.OfMethod(charge.HiddenOf().Text("card"))!.Dispute!;
        var dueBy = DueBy(unit);
        var dispute = DisputeDocument.Build(unit, charge, amount, complaint, dueBy);
        charge["disputed"] = true;
        Documents.Save(unit, charge);
        Documents.Insert(unit, dispute);
        DueWork.Plan(unit, dueBy, DeadlineKind, dispute.Text("id"));
        if (complaint.IsInquiry)
        {
            EventLog.Emit(unit, "charge.dispute.created", dispute);
            return;
        }

        Withdraw(unit, dispute);
        EventLog.Emit(unit, "charge.dispute.created", dispute);
        EventLog.Emit(unit, "charge.dispute.funds_withdrawn", dispute);
    }

    public static bool IsOver(JsonObject dispute) => dispute.Text("status") is "won" or "lost" or "warning_closed" or "prevented";

    public static bool AwaitsResponse(JsonObject dispute) => dispute.Text("status") is "needs_response" or "warning_needs_response";

    /// <summary>Sends the evidence to the bank; the caller saves.</summary>
    public static void Submit(SandboxUnit unit, JsonObject dispute)
    {
        if (!Evidence.HasAny(dispute))
        {
            throw StripeError.Invalid("You must provide evidence before you can submit it.", "evidence");
        }

        dispute["status"] = IsInquiry(dispute) ? "warning_under_review" : "under_review";
        var details = (JsonObject)dispute["evidence_details"]!;
        details["submission_count"] = details.Whole("submission_count") + 1;
        details["submission_method"] = "manual";
        var isWord = TextOf(dispute) is Winning or Losing or Escalating;
        DueWork.Plan(unit, isWord ? unit.Now.AddSeconds(unit.Options.AsyncOutcomeSeconds) : unit.Now.AddDays(DecisionDays), DecisionKind, dispute.Text("id"));
    }

    /// <summary>Timer: the bank has read the evidence. Evidence that says nothing to it loses.</summary>
    public static void Decide(SandboxUnit unit, string id)
    {
        var dispute = Documents.Load(unit, DisputeRoutes.Type, id);
        if (dispute.Text("status") is not ("under_review" or "warning_under_review"))
        {
            return;
        }

        switch (TextOf(dispute))
        {
            case Escalating when IsInquiry(dispute):
                Escalate(unit, dispute);
                break;
            case Winning when !IsInquiry(dispute):
                Win(unit, dispute);
                break;
            default:
                Lose(unit, dispute);
                break;
        }
    }

    /// <summary>Timer: nobody answered in time.</summary>
    public static void Deadline(SandboxUnit unit, string id)
    {
        var dispute = Documents.Load(unit, DisputeRoutes.Type, id);
        if (AwaitsResponse(dispute) && ((JsonObject)dispute["evidence_details"]!).Whole("due_by") <= unit.Seconds)
        {
            dispute["evidence_details"]!["past_due"] = true;
            Lose(unit, dispute);
        }
    }

    /// <summary>The end without the money: accepted, decided or too late. An inquiry merely ends.</summary>
    public static void Lose(SandboxUnit unit, JsonObject dispute)
    {
        dispute["status"] = IsInquiry(dispute) ? "warning_closed" : "lost";
        Documents.Save(unit, dispute);
        EventLog.Emit(unit, "charge.dispute.closed", dispute);
    }

    private static void Win(SandboxUnit unit, JsonObject dispute)
    {
        var charge = Documents.Load(unit, Charges.Type, dispute.Text("charge"));
        charge.HiddenOf()["charged_back"] = false;
        Documents.Save(unit, charge);
        Book(unit, dispute, charge, new Movement("adjustment", "dispute_reversal", dispute.Whole("amount"), dispute.Text("currency"), dispute.Text("id"))
        {
            Description = $"Chargeback reversal for {charge.Text("id")}",
        });
        dispute["status"] = "won";
        dispute["is_charge_refundable"] = true;
        Documents.Save(unit, dispute);
        EventLog.Emit(unit, "charge.dispute.closed", dispute);
        EventLog.Emit(unit, "charge.dispute.funds_reinstated", dispute);
    }

    /// <summary>The bank was not content with the answer: the inquiry becomes a chargeback, with a deadline of its own.</summary>
    private static void Escalate(SandboxUnit unit, JsonObject dispute)
    {
        var dueBy = DueBy(unit);
        dispute["status"] = "needs_response";
        dispute["is_charge_refundable"] = false;
        dispute["payment_method_details"]!["card"]!["case_type"] = "chargeback";
        dispute["evidence_details"]!["due_by"] = dueBy.ToUnixTimeSeconds();
        DueWork.Plan(unit, dueBy, DeadlineKind, dispute.Text("id"));
        Withdraw(unit, dispute);
        EventLog.Emit(unit, "charge.dispute.updated", dispute);
        EventLog.Emit(unit, "charge.dispute.funds_withdrawn", dispute);
    }

    private static void Withdraw(SandboxUnit unit, JsonObject dispute)
    {
        var charge = Documents.Load(unit, Charges.Type, dispute.Text("charge"));
        charge.HiddenOf()["charged_back"] = true;
        Documents.Save(unit, charge);
        var currency = dispute.Text("currency");
        Book(unit, dispute, charge, new Movement("adjustment", "dispute", -dispute.Whole("amount"), currency, dispute.Text("id"))
        {
            Fee = Fees.OfDispute(currency), FeeDescription = "Dispute fee", Description = $"Chargeback withdrawal for {charge.Text("id")}",
        });
        Documents.Save(unit, dispute);
    }

    private static void Book(SandboxUnit unit, JsonObject dispute, JsonObject charge, Movement movement)
    {
        var transaction = BalanceTransactions.Book(unit, movement with { AvailableOn = BalanceTransactions.FundsOf(unit, charge) });
        ((JsonArray)dispute["balance_transactions"]!).Add(Documents.Published(transaction));
    }

    /// <summary>The last second of a day.</summary>
    private static DateTimeOffset DueBy(SandboxUnit unit) => new DateTimeOffset(unit.Now.UtcDateTime.Date, TimeSpan.Zero).AddDays(ResponseDays + 1).AddSeconds(-1);

    private static bool IsInquiry(JsonObject dispute) => dispute.Text("status").StartsWith("warning", StringComparison.Ordinal);

    private static string? TextOf(JsonObject dispute) => ((JsonObject)dispute["evidence"]!).TextOrNull("uncategorized_text");
}
