using System.Text.Json;
using PaymentPortal.Core.Common;

namespace PaymentPortal.Core.Psp.Stripe;

/// <summary>Makes our records of the PSP's objects. A value outside of what we know (a new status) is not guessed at: the answer is not believed.</summary>
internal static class StripeObjects
{
    public static PspSession Session(JsonElement session)
    {
        session.RequireKind("checkout.session");
        var intent = session.ChildObject("payment_intent");
        var status = Status(session.RequireText("status"));
        var payment = Payment(session.RequireText("payment_status"));
        var metadata = session.ChildObject("metadata");
        return new PspSession(
            session.RequireText("id"), status, payment, session.Text("url"),
            session.RequireMoney("amount_total", session.RequireCurrency()),
            session.Id("payment_intent"), metadata?.Text(StripeRequests.PspKeyField), metadata?.Text(StripeRequests.NonceField),
            session.RequireMoment("created"), session.RequireMoment("expires_at"),
            intent?.ChildObject("latest_charge") is { } charge ? Charge(charge) : null,
            intent?.Text("status"), intent?.ChildObject("last_payment_error")?.Text("code"),
            status == SessionStatus.Complete && payment == SessionPayment.Unpaid && HasFailed(intent),
            session.RequireFlag("livemode"));
    }

    public static PspCharge Charge(JsonElement charge)
    {
        charge.RequireKind("charge");
        var card = charge.ChildObject("payment_method_details")?.ChildObject("card");
        var isFailed = charge.RequireText("status") == "failed";
        return new PspCharge(
            charge.RequireText("id"), charge.Id("payment_intent"), charge.RequireFlag("paid"), charge.RequireText("status"),
            charge.RequireMoney("amount", charge.RequireCurrency()),
            charge.Text("failure_code"), isFailed ? charge.ChildObject("outcome")?.Text("reason") : null, charge.Text("failure_message"),
            card?.Text("brand"), card?.Text("last4"), charge.RequireMoment("created"),
            charge.ChildObject("balance_transaction") is { } transaction ? BalanceTransaction(transaction) : null);
    }

    public static PspBalance Balance(JsonElement balance)
    {
        balance.RequireKind("balance");
        return new PspBalance(Amounts(balance.RequireArray("available")), Amounts(balance.RequireArray("pending")));
    }

    /// <summary>An object without an id is the balance: there is one.</summary>
    public static PspEvent Event(JsonElement notice)
    {
        notice.RequireKind("event");
        var about = notice.RequireObject("data").RequireObject("object");
        var kind = about.RequireText("object");
        return new PspEvent(
            notice.RequireText("id"), notice.RequireText("type"), kind, about.Text("id"),
            about.ChildObject("metadata")?.Text(StripeRequests.NonceField),
            kind == "payment_intent" ? about.Text("id") : about.Id("payment_intent"),
            notice.Text("account"), notice.RequireFlag("livemode"), notice.RequireMoment("created"));
    }

    internal static PspBalanceTransaction BalanceTransaction(JsonElement transaction)
    {
        transaction.RequireKind("balance_transaction");
        var currency = transaction.RequireCurrency();
        return new PspBalanceTransaction(
            transaction.RequireText("id"), transaction.RequireMoney("amount", currency), transaction.RequireMoney("fee", currency),
            transaction.RequireMoney("net", currency), transaction.RequireMoment("created"), transaction.RequireMoment("available_on"));
    }

    /// <summary>
    /// A payment method that answers later completes the session before it is paid. When it fails, the intent falls back to where a new
    /// method is wanted and says why; while it is under way it is "processing".
    /// </summary>
    private static bool HasFailed(JsonElement? intent) =>
        intent is { } known && known.Text("status") == "requires_payment_method" && known.ChildObject("last_payment_error") is not null;

    private static SessionStatus Status(string word) => word switch
    {
        "open" => SessionStatus.Open,
        "complete" => SessionStatus.Complete,
        "expired" => SessionStatus.Expired,
        _ => throw new StripeShapeException($"A session can't be \"{word}\"."),
    };

    private static SessionPayment Payment(string word) => word switch
    {
        "unpaid" => SessionPayment.Unpaid,
        "paid" => SessionPayment.Paid,
        "no_payment_required" => SessionPayment.NoPaymentRequired,
        _ => throw new StripeShapeException($"A session's payment can't be \"{word}\"."),
    };

    /// <summary>A currency that we don't know can't be ours, and must not hide the others.</summary>
    private static List<Money> Amounts(JsonElement list) =>
        [.. list.EnumerateArray()
            .Where(amount => Currency.TryGet(amount.RequireText("currency").ToUpperInvariant(), out _))
            .Select(amount => amount.RequireMoney("amount", amount.RequireCurrency()))];
}
