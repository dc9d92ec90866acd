using System.Text.Json.Nodes;
using PaymentPortal.Sandbox.Events;
using PaymentPortal.Sandbox.Schedule;
using PaymentPortal.Sandbox.Storage;
using PaymentPortal.Sandbox.Wire;

namespace PaymentPortal.Sandbox.Payments;

/// <summary>How a confirmation may proceed.</summary>
public sealed record ConfirmTerms
{
    public string? ReturnUrl { get; init; }

    /// <summary>False: nobody is there to authenticate, so a card that asks for it is declined.</summary>
    public bool MayAskAuthentication { get; init; } = true;
}

/// <summary>
/// Moves an intent from status to status, each move with its charge, its money and its events. Callers have checked that the move is
/// allowed; here every move is carried out whole.
/// </summary>
public static class IntentLife
{
    public const string OutcomeKind = "payment_outcome";
    public const string LateSettlementKind = "late_settlement";
    public const string CaptureDeadlineKind = "capture_deadline";
    private const int CaptureDays = 7;

    private static readonly CardDecline AuthenticationRequired =
        new("authentication_required", "authentication_required", "Your card was declined. This transaction requires authentication.");

    public static PaymentOutcome Confirm(SandboxUnit unit, JsonObject intent, JsonObject method, ConfirmTerms terms)
    {
        var card = PaymentMethods.CardOf(method);
        intent["payment_method"] = method.Text("id");
        intent["last_payment_error"] = null;
        if (!card.AsksAuthentication)
        {
            return Charge(unit, intent, method, card, isAuthenticated: false);
        }

        return terms.MayAskAuthentication
            ? AskAuthentication(unit, intent, terms)
            : Charge(unit, intent, method, card with { Decline = AuthenticationRequired }, isAuthenticated: false);
    }

    /// <summary>The payer has come back from the bank's page.</summary>
    public static PaymentOutcome Authenticate(SandboxUnit unit, JsonObject intent, bool isAuthenticated)
    {
        var method = Documents.Load(unit, PaymentMethods.Type, intent.Text("payment_method"));
        intent["next_action"] = null;
        if (isAuthenticated)
        {
            return Charge(unit, intent, method, PaymentMethods.CardOf(method), isAuthenticated: true);
        }

        var error = PaymentErrors.AuthenticationFailed(method);
        RefuseMethod(unit, intent, error);
        return new PaymentOutcome(intent, error);
    }

    public static void Capture(SandboxUnit unit, JsonObject intent, long amount)
    {
        var charge = Documents.Load(unit, Charges.Type, intent.Text("latest_charge"));
        ChargeDocument.Capture(charge, amount);
        Charges.Settle(unit, charge);
        Documents.Save(unit, charge);
        EventLog.Emit(unit, "charge.captured", charge);
        Succeed(unit, intent, amount);
    }

    public static void Cancel(SandboxUnit unit, JsonObject intent, string? reason)
    {
        if (intent.Text("status") == "requires_capture")
        {
            Release(unit, intent);
        }

        intent["status"] = "canceled";
        intent["amount_capturable"] = 0L;
        intent["canceled_at"] = unit.Seconds;
        intent["cancellation_reason"] = reason;
        intent["next_action"] = null;
        Documents.Save(unit, intent);
        EventLog.Emit(unit, "payment_intent.canceled", intent);
    }

    /// <summary>Timer: the bank's word on a payment that completed unpaid.</summary>
    public static void LaterOutcome(SandboxUnit unit, string intentId)
    {
        var intent = Documents.Load(unit, Intents.Type, intentId);
        if (intent.Text("status") != "processing")
        {
            return;
        }

        var charge = Documents.Load(unit, Charges.Type, intent.Text("latest_charge"));
        intent["processing"] = null;
        if (TestCards.OfMethod(charge.HiddenOf().Text("card"))!.Later == Payments.LaterOutcome.Succeeds)
        {
            charge["paid"] = true;
            charge["status"] = "succeeded";
            ChargeDocument.Capture(charge, charge.Whole("amount"));
            Charges.Settle(unit, charge);
            Documents.Save(unit, charge);
            EventLog.Emit(unit, "charge.succeeded", charge);
            Succeed(unit, intent, charge.Whole("amount"));
            return;
        }

        var method = Documents.Load(unit, PaymentMethods.Type, charge.Text("payment_method"));
        var decline = new CardDecline("card_declined", "generic_decline", "Your card was declined.");
        ChargeDocument.Fail(charge, decline);
        Documents.Save(unit, charge);
        EventLog.Emit(unit, "charge.failed", charge);
        RefuseMethod(unit, intent, PaymentErrors.Declined(decline, charge, method));
        SessionLife.FollowIntent(unit, intent);
    }

    /// <summary>Timer: an authorization that nobody captured lapses.</summary>
    public static void CaptureDeadline(SandboxUnit unit, string intentId)
    {
        var intent = Documents.Load(unit, Intents.Type, intentId);
        if (intent.Text("status") == "requires_capture")
        {
            Cancel(unit, intent, "automatic");
        }
    }

    private static PaymentOutcome AskAuthentication(SandboxUnit unit, JsonObject intent, ConfirmTerms terms)
    {
        var token = Ids.New("");
        var address = $"{unit.BaseAddress}/authenticate/{intent.Text("id")}/{token}";
        intent.HiddenOf()["authentication"] = token;
        intent.HiddenOf()["return_url"] = terms.ReturnUrl;
        intent["status"] = "requires_action";
        intent["next_action"] = terms.ReturnUrl is { } back
            ? new JsonObject
            {
                ["redirect_to_url"] = new JsonObject { ["return_url"] = back, ["url"] = address }, ["type"] = "redirect_to_url",
            }
            : new JsonObject
            {
                ["type"] = "use_stripe_sdk",
                ["use_stripe_sdk"] = new JsonObject { ["stripe_js"] = address, ["type"] = "three_d_secure_redirect" },
            };
        Documents.Save(unit, intent);
        EventLog.Emit(unit, "payment_intent.requires_action", intent);
        return new PaymentOutcome(intent);
    }

    private static PaymentOutcome Charge(SandboxUnit unit, JsonObject intent, JsonObject method, TestCard card, bool isAuthenticated)
    {
        var charge = ChargeDocument.Build(unit, intent, method, card, isAuthenticated);
        intent["latest_charge"] = charge.Text("id");
        if (card.Decline is { } decline)
        {
            return Decline(unit, intent, charge, method, decline);
        }

        if (card.Later != Payments.LaterOutcome.None)
        {
            return Process(unit, intent, charge);
        }

        return intent.Text("capture_method") == "manual" ? Authorize(unit, intent, charge) : Take(unit, intent, charge);
    }

    private static PaymentOutcome Decline(SandboxUnit unit, JsonObject intent, JsonObject charge, JsonObject method, CardDecline decline)
    {
        ChargeDocument.Fail(charge, decline);
        Documents.Insert(unit, charge);
        EventLog.Emit(unit, "charge.failed", charge);
        var error = PaymentErrors.Declined(decline, charge, method);
        RefuseMethod(unit, intent, error);
        return new PaymentOutcome(intent, error);
    }

    private static PaymentOutcome Process(SandboxUnit unit, JsonObject intent, JsonObject charge)
    {
        charge["paid"] = false;
        charge["status"] = "pending";
        Documents.Insert(unit, charge);
        intent["status"] = "processing";
        Documents.Save(unit, intent);
        EventLog.Emit(unit, "charge.pending", charge);
        EventLog.Emit(unit, "payment_intent.processing", intent);
        DueWork.Plan(unit, unit.Now.AddSeconds(unit.Options.AsyncOutcomeSeconds), OutcomeKind, intent.Text("id"));
        SessionLife.FollowIntent(unit, intent);
        return new PaymentOutcome(intent);
    }

    private static PaymentOutcome Authorize(SandboxUnit unit, JsonObject intent, JsonObject charge)
    {
        Documents.Insert(unit, charge);
        intent["status"] = "requires_capture";
        intent["amount_capturable"] = intent.Whole("amount");
        Documents.Save(unit, intent);
        EventLog.Emit(unit, "charge.succeeded", charge);
        EventLog.Emit(unit, "payment_intent.amount_capturable_updated", intent);
        DueWork.Plan(unit, unit.Now.AddDays(CaptureDays), CaptureDeadlineKind, intent.Text("id"));
        SessionLife.FollowIntent(unit, intent);
        return new PaymentOutcome(intent);
    }

    private static PaymentOutcome Take(SandboxUnit unit, JsonObject intent, JsonObject charge)
    {
        ChargeDocument.Capture(charge, charge.Whole("amount"));
        if (intent.Text("capture_method") == "automatic_async" && unit.Options.AsyncCaptureSeconds > 0)
        {
            DueWork.Plan(unit, unit.Now.AddSeconds(unit.Options.AsyncCaptureSeconds), LateSettlementKind, charge.Text("id"));
        }
        else
        {
            Charges.Settle(unit, charge);
        }

        Documents.Insert(unit, charge);
        EventLog.Emit(unit, "charge.succeeded", charge);
        Succeed(unit, intent, charge.Whole("amount"));
        return new PaymentOutcome(intent);
    }

    private static void Succeed(SandboxUnit unit, JsonObject intent, long amount)
    {
        intent["status"] = "succeeded";
        intent["amount_received"] = amount;
        intent["amount_capturable"] = 0L;
        intent["next_action"] = null;
        Documents.Save(unit, intent);
        EventLog.Emit(unit, "payment_intent.succeeded", intent);
        SessionLife.FollowIntent(unit, intent);
    }

    private static void RefuseMethod(SandboxUnit unit, JsonObject intent, JsonObject error)
    {
        intent["status"] = "requires_payment_method";
        intent["payment_method"] = null;
        intent["last_payment_error"] = error.DeepClone();
        Documents.Save(unit, intent);
        EventLog.Emit(unit, "payment_intent.payment_failed", intent);
    }

    /// <summary>The bank gives the reserved money back: the charge reads as refunded in full, and no money has moved.</summary>
    private static void Release(SandboxUnit unit, JsonObject intent)
    {
        var charge = Documents.Load(unit, Charges.Type, intent.Text("latest_charge"));
        charge["refunded"] = true;
        charge["amount_refunded"] = charge.Whole("amount");
        Documents.Save(unit, charge);
        EventLog.Emit(unit, "charge.refunded", charge, new JsonObject { ["amount_refunded"] = 0L, ["refunded"] = false });
    }
}
