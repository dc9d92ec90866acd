using System.Text.Json.Nodes;
using PaymentPortal.Sandbox.Events;
using PaymentPortal.Sandbox.Storage;

namespace PaymentPortal.Sandbox.Payments;

/// <summary>
/// Moves a Checkout Session: open → complete or expired, never back. A session has at most one intent; a decline leaves both as they are,
/// so it can be paid once at most.
/// </summary>
public static class SessionLife
{
    public const string ExpiryKind = "session_expiry";
    public const string IdPlaceholder = "{CHECKOUT_SESSION_ID}";

    /// <summary>The payer pressed Pay. The session must be open; on return it may be complete.</summary>
    public static PaymentOutcome Confirm(SandboxUnit unit, JsonObject session, JsonObject method)
    {
        if (session.TextOrNull("payment_intent") is not { } intentId)
        {
            intentId = Intents.Start(unit, SessionDocument.TermsOf(session)).Text("id");
            session["payment_intent"] = intentId;
            Documents.Save(unit, session);
        }

        var intent = Documents.Load(unit, Intents.Type, intentId);
        var outcome = IntentLife.Confirm(unit, intent, method, new ConfirmTerms());
        Refresh(unit, session);
        return outcome;
    }

    /// <summary>An intent has moved: its session, if it has one, follows.</summary>
    public static void FollowIntent(SandboxUnit unit, JsonObject intent)
    {
        if (intent.HiddenOf().TextOrNull("session") is not { } id)
        {
            return;
        }

        var session = Documents.Load(unit, Sessions.Type, id);
        var isPaid = intent.Text("status") == "succeeded";
        if (session.Text("status") == "open")
        {
            Complete(unit, session, intent, isPaid);
        }
        else if (session.Text("payment_status") == "unpaid")
        {
            FollowLate(unit, session, intent, isPaid);
        }
    }

    public static void Expire(SandboxUnit unit, JsonObject session)
    {
        session["status"] = "expired";
        session["url"] = null;
        if (session.TextOrNull("payment_intent") is { } id)
        {
            // Expiring the session is the one way to cancel its intent.
            IntentLife.Cancel(unit, Documents.Load(unit, Intents.Type, id), "automatic");
        }

        Documents.Save(unit, session);
        EventLog.Emit(unit, "checkout.session.expired", session);
    }

    /// <summary>Timer.</summary>
    public static void ExpireIfOpen(SandboxUnit unit, string id)
    {
        var session = Documents.Load(unit, Sessions.Type, id);
        if (session.Text("status") == "open")
        {
            Expire(unit, session);
        }
    }

    /// <summary>Where the payer goes after paying; the placeholder is substituted here and nowhere else.</summary>
    public static string SuccessAddress(JsonObject session) =>
        session.Text("success_url").Replace(IdPlaceholder, session.Text("id"), StringComparison.Ordinal);

    private static void Complete(SandboxUnit unit, JsonObject session, JsonObject intent, bool isPaid)
    {
        var charge = Documents.Load(unit, Charges.Type, intent.Text("latest_charge"));
        var billing = (JsonObject)charge["billing_details"]!;
        session["status"] = "complete";
        session["url"] = null;
        session["payment_status"] = isPaid ? "paid" : "unpaid";
        session["customer_details"] = SessionDocument.CustomerDetails(
            billing.TextOrNull("email") ?? session.TextOrNull("customer_email"), billing.TextOrNull("name"));
        Documents.Save(unit, session);
        EventLog.Emit(unit, "checkout.session.completed", session);
    }

    private static void FollowLate(SandboxUnit unit, JsonObject session, JsonObject intent, bool isPaid)
    {
        if (isPaid)
        {
            session["payment_status"] = "paid";
            Documents.Save(unit, session);
        }

        // A capture by hand pays the session too, but only methods that answer later have events of their own.
        var charge = Documents.Load(unit, Charges.Type, intent.Text("latest_charge"));
        if (TestCards.OfMethod(charge.HiddenOf().Text("card"))!.Later != LaterOutcome.None)
        {
            EventLog.Emit(unit, isPaid ? "checkout.session.async_payment_succeeded" : "checkout.session.async_payment_failed", session);
        }
    }

    /// <summary>Brings the caller's copy up to what was saved on the way.</summary>
    private static void Refresh(SandboxUnit unit, JsonObject session)
    {
        var saved = Documents.Load(unit, Sessions.Type, session.Text("id"));
        foreach (var name in new[] { "status", "url", "payment_status", "customer_details" })
        {
            session[name] = saved[name]?.DeepClone();
        }
    }
}
