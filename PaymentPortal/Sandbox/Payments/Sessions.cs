using PaymentPortal.Sandbox.Schedule;
using PaymentPortal.Sandbox.Storage;
using PaymentPortal.Sandbox.Wire;

namespace PaymentPortal.Sandbox.Payments;

/// <summary>/v1/checkout/sessions, and the undocumented /v1/payment_pages/{session}/confirm that completes one without a browser.</summary>
public static class Sessions
{
    public const string Type = "checkout.session";

    private static readonly TimeSpan ShortestLife = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan LongestLife = TimeSpan.FromHours(24);

    // A client that computes "now + 24 h" on a clock slightly ahead of ours means the longest life.
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(1);

    public static IEnumerable<ApiRoute> All =>
    [
        ApiRoute.Post("/v1/checkout/sessions", Create, SessionParams.Create()),
        ApiRoute.List("/v1/checkout/sessions", List, SessionParams.List()),
        ApiRoute.Get("/v1/checkout/sessions/{session}", call => call.Load(Type, "session")),
        ApiRoute.Post("/v1/checkout/sessions/{session}", Update, SessionParams.Update()),
        ApiRoute.Post("/v1/checkout/sessions/{session}/expire", Expire),
        LineItems.Route,
        ApiRoute.Post("/v1/payment_pages/{session}/confirm", ConfirmPage, SessionParams.ConfirmPage()),
    ];

    private static ApiResult Create(ApiCall call)
    {
        var form = call.Params;
        RequirePaymentMode(form);
        CheckAddresses(form);
        CheckEmail(form);
        var expiresAt = ExpiryOf(call);
        var (items, currency, total) = LineItems.Read(call);
        if (form.Text("currency") is { } named && named.ToLowerInvariant() != currency)
        {
            throw StripeError.Invalid($"The line items are in {currency}, not in {named}.", "currency");
        }

        Currencies.CheckAmount(total, currency, "line_items");
        var session = SessionDocument.Build(call, items, currency, total, expiresAt);
        Documents.Insert(call.Unit, session);
        DueWork.Plan(call.Unit, DateTimeOffset.FromUnixTimeSeconds(expiresAt), SessionLife.ExpiryKind, session.Text("id"));
        return session;
    }

    private static ApiResult List(ApiCall call)
    {
        var page = new ListPage(call, Type).ByCreated().By("payment_intent", "status", "customer", "payment_link", "subscription");
        if (call.Params.Text("customer_details", "email") is { } email)
        {
            page.Where("json ->> '$.customer_details.email' = {0}", email);
        }

        return page.Fetch();
    }

    private static ApiResult Update(ApiCall call)
    {
        var session = call.Load(Type, "session");
        Values.MergeMetadata(session, call.Params);
        Documents.Save(call.Unit, session);
        return session;
    }

    private static ApiResult Expire(ApiCall call)
    {
        var session = call.Load(Type, "session");
        if (session.Text("status") != "open")
        {
            throw StripeError.State($"Only Checkout Sessions with a status in [\"open\"] can be expired. This Checkout Session has a status of `{session.Text("status")}`.");
        }

        SessionLife.Expire(call.Unit, session);
        return session;
    }

    private static ApiResult ConfirmPage(ApiCall call)
    {
        var session = call.Load(Type, "session");
        if (session.Text("status") != "open")
        {
            throw StripeError.State($"You cannot confirm this Checkout Session because it has a status of {session.Text("status")}.");
        }

        if (call.Params.Whole("expected_amount") is { } expected && expected != session.Whole("amount_total"))
        {
            throw StripeError.State("The expected amount does not match the Checkout Session's total.", "checkout_amount_mismatch", "expected_amount");
        }

        var method = PaymentMethods.Resolve(call.Unit, call.Params.Text("payment_method")!, "payment_method");
        var outcome = SessionLife.Confirm(call.Unit, session, method);
        return outcome.IsDeclined ? outcome.ToDecline(call.Unit) : session;
    }

    private static void RequirePaymentMode(FormNode form)
    {
        switch (form.Text("mode"))
        {
            case null:
                throw StripeError.Missing("mode");
            case not "payment":
                throw StripeError.Unsupported("mode");
        }

        if (form.Text("ui_mode") is not (null or "hosted_page"))
        {
            throw StripeError.Unsupported("ui_mode");
        }
    }

    private static void CheckAddresses(FormNode form)
    {
        if (!form.Has("success_url"))
        {
            throw StripeError.Missing("success_url");
        }

        foreach (var name in new[] { "success_url", "cancel_url" })
        {
            // The placeholder is no legal part of an address until it is substituted.
            if (form.Text(name) is { } url && !Values.IsWebAddress(url.Replace(SessionLife.IdPlaceholder, "id", StringComparison.Ordinal)))
            {
                throw StripeError.Invalid("Not a valid URL", name, "url_invalid");
            }
        }
    }

    private static void CheckEmail(FormNode form)
    {
        if (form.Text("customer_email") is { } email && !Values.IsEmail(email))
        {
            throw StripeError.Invalid($"Invalid email address: {email}", "customer_email", "email_invalid");
        }
    }

    private static long ExpiryOf(ApiCall call)
    {
        var now = call.Unit.Now;
        var expiry = call.Params.Whole("expires_at") ?? (now + LongestLife).ToUnixTimeSeconds();
        if (expiry < (now + ShortestLife - ClockTolerance).ToUnixTimeSeconds())
        {
            throw StripeError.Invalid("The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.", "expires_at");
        }

        if (expiry > (now + LongestLife + ClockTolerance).ToUnixTimeSeconds())
        {
            throw StripeError.Invalid("The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.", "expires_at");
        }

        return expiry;
    }
}
