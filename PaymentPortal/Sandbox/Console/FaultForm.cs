using System.Globalization;
using PaymentPortal.Sandbox.Control;
using PaymentPortal.Sandbox.Wire;

namespace PaymentPortal.Sandbox.Console;

/// <summary>A group of requests that a fault can be put on by name.</summary>
public sealed record FaultTarget(string Name, string Title, string? Method, string? Path);

/// <summary>What a fault does: Do or Status of its rule, in words.</summary>
public sealed record FaultEffect(string Name, string Title, string Explanation);

/// <summary>The form that adds one fault, and how it is read.</summary>
public static class FaultForm
{
    public static readonly IReadOnlyList<FaultTarget> Targets =
    [
        new("any", "Every request", null, null),
        new("changes", "Every change (POST)", "POST", null),
        new("reads", "Every look-up (GET)", "GET", null),
        new("session", "Create a checkout session", "POST", "/v1/checkout/sessions"),
        new("expire", "Expire a checkout session", "POST", "/v1/checkout/sessions/*/expire"),
        new("look", "Look up a checkout session", "GET", "/v1/checkout/sessions/*"),
        new("refund", "Refund", "POST", "/v1/refunds"),
        new("transfer", "Transfer to a seller", "POST", "/v1/transfers"),
        new("payout", "Payout to a bank", "POST", "/v1/payouts"),
        new("report", "Order a report", "POST", "/v1/reporting/report_runs"),
        new("events", "List events", "GET", "/v1/events"),
    ];

    public static readonly IReadOnlyList<FaultEffect> Effects =
    [
        new("timeout_before", "No answer, nothing done", "The request is held and never worked on."),
        new("timeout_after", "No answer, but done", "The work is done and the answer is held back. Money may have moved."),
        new("reset_before", "Line cut, nothing done", "The connection breaks before the work."),
        new("reset_after", "Line cut, but done", "The work is done, then the connection breaks."),
        new("truncate", "Half an answer", "The work is done and the answer stops in the middle."),
        new("slow", "Slow answer", "The answer comes after the delay below. A twin meanwhile gets 409."),
        new("forget_key", "Key forgotten", "The work is done anew although the key was used before: a buyer may be charged twice."),
        new("400", "400 Bad request", "A definite no: nothing is done."),
        new("401", "401 Wrong key", "The sandbox acts as if the key were wrong. Nothing is done."),
        new("429", "429 Rate limit", "Nothing is done; the sender should wait."),
        new("500", "500 Error", "Nothing is done, and the error is kept under the request’s key and repeated."),
        new("503", "503 Unavailable", "Nothing is done and nothing is kept; the same key may succeed later."),
    ];

    public static FaultRule Read(IFormCollection form)
    {
        var target = Targets.FirstOrDefault(target => target.Name == form["target"]) ?? throw StripeError.Invalid("Choose which requests to meet.");
        var effect = Effects.FirstOrDefault(effect => effect.Name == form["effect"])?.Name ?? throw StripeError.Invalid("Choose what happens.");
        var isStatus = int.TryParse(effect, NumberStyles.None, CultureInfo.InvariantCulture, out var status);
        var rule = new FaultRule
        {
            Method = target.Method,
            Path = FormValues.Text(form, "path") ?? target.Path,
            Metadata = Metadata(FormValues.Text(form, "metadata")),
            Probability = FormValues.Percent(form, "percent", "The share of requests"),
            Times = FormValues.Text(form, "times") is null ? null : (int)FormValues.Whole(form, "times", "How often"),
            Do = isStatus ? null : effect,
            Status = isStatus ? status : null,
            DelayMs = effect == "slow" ? (int)FormValues.Whole(form, "delay", "The delay") : 0,
        };
        return rule.Complaint() is { } complaint ? throw StripeError.Invalid($"The fault is not in force: {complaint}.") : rule;
    }

    private static Dictionary<string, string>? Metadata(string? text)
    {
        if (text is null)
        {
            return null;
        }

        var equals = text.IndexOf('=');
        return equals > 0
            ? new Dictionary<string, string> { [text[..equals].Trim()] = text[(equals + 1)..].Trim() }
            : throw StripeError.Invalid("Metadata is written key=value.", "metadata");
    }
}
