using System.Text.Json.Nodes;
using PaymentPortal.Sandbox.Payments;
using PaymentPortal.Sandbox.Storage;

namespace PaymentPortal.Sandbox.Hosted;

/// <summary>The card page of a session: shows it, and takes what was posted. A form is shown only while the session is open.</summary>
public static class CardPages
{
    /// <param name="isRetry">The payer comes back from a failed 3D Secure step: say what went wrong.</param>
    public static PageAnswer Show(SandboxUnit unit, string sessionId, bool isRetry) => Find(unit, sessionId) switch
    {
        null => Unknown(),
        var session when session.Text("status") == "open" => Form(session, CardPageState.Fresh(session, isRetry ? LastProblem(unit, session) : [])),
        var session => Closed(session),
    };

    public static PageAnswer Pay(SandboxUnit unit, string sessionId, IFormCollection posted)
    {
        var session = Find(unit, sessionId);
        if (session is null)
        {
            return Unknown();
        }

        if (session.Text("status") != "open")
        {
            return session.Text("status") == "complete" ? PageAnswer.Go(SessionLife.SuccessAddress(session)) : Closed(session);
        }

        var form = CardForm.Read(posted, session.TextOrNull("customer_email"));
        if (form.Attempt is { } attempt && attempt != TriesOf(session))
        {
            return AlreadyTried(unit, session, form);
        }

        var (card, details, problems) = form.Judge(unit.Now);
        return problems.Count > 0
            ? Form(session, new CardPageState(form.Email, form.Name, problems))
            : Try(unit, session, PaymentMethods.Create(unit, card!, details), form);
    }

    private static PageAnswer Try(SandboxUnit unit, JsonObject session, JsonObject method, CardForm form)
    {
        session.HiddenOf()["tries"] = TriesOf(session) + 1;
        session.HiddenOf()["payer_email"] = form.Email;
        session.HiddenOf()["payer_name"] = form.Name;
        Documents.Save(unit, session);
        var outcome = SessionLife.Confirm(unit, session, method);
        if (session.Text("status") == "complete")
        {
            return PageAnswer.Go(SessionLife.SuccessAddress(session));
        }

        return outcome.IsDeclined
            ? Form(session, new CardPageState(form.Email, form.Name, [new FormProblem(HostedHtml.Whole, outcome.Error!.Text("message"))]))
            : PageAnswer.Go(AuthenticationPages.AddressOf(unit, outcome.Intent));
    }

    /// <summary>The same press of Pay a second time: no second charge, the first one's result.</summary>
    private static PageAnswer AlreadyTried(SandboxUnit unit, JsonObject session, CardForm form)
    {
        var intent = session.TextOrNull("payment_intent") is { } id ? Documents.Load(unit, Intents.Type, id) : null;
        return intent?.Text("status") == "requires_action"
            ? PageAnswer.Go(AuthenticationPages.AddressOf(unit, intent))
            : Form(session, new CardPageState(form.Email, form.Name, LastProblem(unit, session)));
    }

    private static JsonObject? Find(SandboxUnit unit, string id) => Documents.Find(unit, Sessions.Type, id);

    private static long TriesOf(JsonObject session) => session.HiddenOf()["tries"]?.GetValue<long>() ?? 0;

    private static IReadOnlyList<FormProblem> LastProblem(SandboxUnit unit, JsonObject session) =>
        session.TextOrNull("payment_intent") is { } id && Documents.Load(unit, Intents.Type, id)["last_payment_error"] is JsonObject error
            ? [new FormProblem(HostedHtml.Whole, error.Text("code") == "payment_intent_authentication_failure"
                ? "Your bank could not confirm that it is you. Try again, or use another card."
                : error.Text("message"))]
            : [];

    private static PageAnswer Form(JsonObject session, CardPageState state) =>
        PageAnswer.Show(HostedHtml.CardPage(session, state), session.Text("success_url"));

    private static PageAnswer Closed(JsonObject session) => PageAnswer.Show(session.Text("status") == "complete"
        ? HostedHtml.Notice("This payment is complete", "You have already paid. Nothing more will be charged.", SessionLife.SuccessAddress(session), "Continue")
        : HostedHtml.Notice(
            "This page has expired", "Nothing was charged. Go back to the shop to start a new payment.", session.TextOrNull("cancel_url"), "Go back"));

    private static PageAnswer Unknown() =>
        PageAnswer.Show(HostedHtml.Notice("Page not found", "There is no payment at this address."), status: StatusCodes.Status404NotFound);
}
