using System.Text.Json.Nodes;
using PaymentPortal.Sandbox.Storage;
using PaymentPortal.Sandbox.Wire;

namespace PaymentPortal.Sandbox.Disputes;

/// <summary>What a merchant says against a dispute: texts, and ids of files, merged until it is submitted.</summary>
public static class Evidence
{
    private const int LongestTogether = 150_000;

    private static readonly string[] Texts =
    [
        "access_activity_log", "billing_address", "cancellation_policy_disclosure", "cancellation_rebuttal", "customer_email_address", "customer_name",
        "customer_purchase_ip", "duplicate_charge_explanation", "duplicate_charge_id", "product_description", "refund_policy_disclosure",
        "refund_refusal_explanation", "service_date", "shipping_address", "shipping_carrier", "shipping_date", "shipping_tracking_number", "uncategorized_text",
    ];

    private static readonly string[] Files =
    [
        "cancellation_policy", "customer_communication", "customer_signature", "duplicate_charge_documentation", "receipt", "refund_policy",
        "service_documentation", "shipping_documentation", "uncategorized_file",
    ];

    public static readonly FieldsSpec Params = BuildParams();

    public static string[] FileFields => [.. Files.Select(name => $"evidence.{name}")];

    public static JsonObject Empty()
    {
        var evidence = new JsonObject { ["enhanced_evidence"] = new JsonObject() };
        foreach (var name in Texts.Concat(Files))
        {
            evidence[name] = null;
        }

        return evidence;
    }

    public static void Merge(ApiCall call, JsonObject dispute)
    {
        if (call.Params.Find("evidence") is not { } sent)
        {
            return;
        }

        var evidence = (JsonObject)dispute["evidence"]!;
        foreach (var (name, value) in sent.Parts)
        {
            if (Files.Contains(name) && value.Value is { Length: > 0 } file && Documents.Find(call.Unit, "file", file) is null)
            {
                throw StripeError.NoSuch("file upload", file, $"evidence[{name}]", 400);
            }

            evidence[name] = Values.TextOrNull(value.Value);
        }

        if (evidence.Sum(member => (member.Value as JsonValue)?.GetValue<string>().Length ?? 0) > LongestTogether)
        {
            throw StripeError.Invalid($"The combined character count of evidence submitted must be at most {LongestTogether}.", "evidence");
        }

        ((JsonObject)dispute["evidence_details"]!)["has_evidence"] = HasAny(dispute);
    }

    public static bool HasAny(JsonObject dispute) => ((JsonObject)dispute["evidence"]!).Any(member => member.Value is JsonValue);

    private static FieldsSpec BuildParams()
    {
        var spec = new FieldsSpec().Refusing("appeal", "enhanced_evidence");
        foreach (var name in Texts.Concat(Files))
        {
            spec.With(name, ParamSpec.Text(LongestTogether).Unsettable());
        }

        return spec;
    }
}
