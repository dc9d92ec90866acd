using System.Globalization;

namespace PaymentPortal.Core.Psp.Stripe;

/// <summary>Builds every POST and every path. Pure: the same input gives the same bytes for ever, or a repeat would not be one.</summary>
internal static class StripeRequests
{
    public const string Sessions = "/v1/checkout/sessions";

    /// <summary>Metadata keys under which our objects are found again.</summary>
    public const string PspKeyField = "pp_key";

    public const string NonceField = "nonce";

    private const string CheckoutField = "checkout";

    /// <summary>
    /// Session metadata is not copied to the intent and its charges, so they get their own. No expires_at: we expire sessions ourselves, and
    /// a clock that differs from the PSP's could only make the request fail.
    /// </summary>
    public static PspRequest CreateSession(NewSession session)
    {
        var form = new StripeForm()
            .Add("mode", "payment")
            .Add("client_reference_id", session.Checkout.Value)
            .Add("success_url", session.SuccessUrl)
            .Add("cancel_url", session.CancelUrl)
            .Add("customer_email", session.CustomerEmail)
            .Add("allowed_payment_method_types[0]", "card");
        for (var at = 0; at < session.Lines.Count; at++) AddLine(form, session, at);
        AddMetadata(form, "metadata", session);
        form.Add("payment_intent_data[capture_method]", "automatic").Add("payment_intent_data[description]", session.Reference);
        AddMetadata(form, "payment_intent_data[metadata]", session);
        return new PspRequest(Sessions, form.ToString());
    }

    public static PspRequest ExpireSession(string sessionId) => new($"{Session(sessionId)}/expire", "");

    public static string FetchSession(string sessionId) => Session(sessionId) + "?expand[]=payment_intent.latest_charge.balance_transaction";

    public static string Session(string sessionId) => $"{Sessions}/{Uri.EscapeDataString(sessionId)}";

    public static string Charges(string intentId) => "/v1/charges?payment_intent=" + Uri.EscapeDataString(intentId);

    /// <summary>The PSP's times are whole seconds; the range is widened to them, because an object too many is told by its key and one too few is lost.</summary>
    public static string Created(string path, DateTimeOffset from, DateTimeOffset to)
    {
        var (first, end) = (from.ToUnixTimeSeconds(), to.AddTicks(TimeSpan.TicksPerSecond - 1).ToUnixTimeSeconds());
        return string.Create(CultureInfo.InvariantCulture, $"{path}?created[gte]={first}&created[lt]={end}");
    }

    private static void AddLine(StripeForm form, NewSession session, int at)
    {
        var line = session.Lines[at];
        if (!line.Amount.Currency.Equals(session.Currency)) throw new ArgumentException($"Line {at} is not in {session.Currency}.", nameof(session));
        form.Add($"line_items[{at}][quantity]", 1)
            .Add($"line_items[{at}][price_data][currency]", session.Currency.Code.ToLowerInvariant())
            .Add($"line_items[{at}][price_data][unit_amount]", line.Amount.Minor)
            .Add($"line_items[{at}][price_data][product_data][name]", line.Name)
            .Add($"line_items[{at}][price_data][product_data][description]", line.Description);
    }

    private static void AddMetadata(StripeForm form, string under, NewSession session) => form
        .Add($"{under}[{PspKeyField}]", session.PspKey)
        .Add($"{under}[{NonceField}]", session.Attempt.Value)
        .Add($"{under}[{CheckoutField}]", session.Checkout.Value);
}
