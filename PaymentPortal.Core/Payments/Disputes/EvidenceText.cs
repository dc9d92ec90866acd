using System.Text.Json;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;

namespace PaymentPortal.Core.Payments.Disputes;

/// <summary>What is said against a dispute, in texts by the PSP's field names.</summary>
public sealed class EvidenceText(FieldCipher cipher)
{
    public const string Free = "uncategorized_text";

    private const string Table = "disputes";
    private const string Column = "evidence";
    private const int LongestTogether = 150_000;

    /// <summary>Each field, and what a person calls it.</summary>
    public static IReadOnlyList<(string Field, string Label)> Fields { get; } =
    [
        (Free, "What happened, in your words"), ("product_description", "What was sold"), ("customer_name", "Customer's name"), ("customer_email_address", "Customer's e-mail"),
        ("customer_purchase_ip", "Customer's IP address"), ("billing_address", "Billing address"), ("access_activity_log", "Log of use"), ("service_date", "Date of service"),
        ("shipping_address", "Shipping address"), ("shipping_carrier", "Carrier"), ("shipping_date", "Date of shipping"), ("shipping_tracking_number", "Tracking number"),
        ("refund_policy_disclosure", "How the refund policy was shown"), ("refund_refusal_explanation", "Why no refund is due"),
        ("cancellation_policy_disclosure", "How the cancellation policy was shown"), ("cancellation_rebuttal", "Why it was not cancelled"),
        ("duplicate_charge_id", "The other charge"), ("duplicate_charge_explanation", "Why it is no duplicate"),
    ];

    /// <summary>Merges the new texts into those that are there; a refusal names the first that can't be.</summary>
    public static Result<Dictionary<string, string>> Merge(IReadOnlyDictionary<string, string> before, IReadOnlyDictionary<string, string?> texts)
    {
        var merged = new Dictionary<string, string>(before, StringComparer.Ordinal);
        foreach (var (field, text) in texts)
        {
            if (!Fields.Any(known => known.Field == field)) return Invalid($"evidence.{field}", $"The PSP takes no evidence called '{(field.Length > 60 ? field[..60] : field)}'.");
            if (string.IsNullOrWhiteSpace(text)) return Invalid($"evidence.{field}", "The text is empty; leave the field out if there is nothing to say.");
            merged[field] = text;
        }
        if (merged.Count == 0) return new Refusal(RefusalCodes.Missing, 422, "Say something: without evidence there is nothing to send. Nothing was stored.", "evidence");
        return merged.Values.Sum(text => text.Length) <= LongestTogether ? merged : Invalid("evidence", $"All texts together have at most {LongestTogether} characters.");
    }

    public Sealed Seal(DisputeId id, IReadOnlyDictionary<string, string> evidence) => cipher.Seal(Table, id.Value, Column, JsonSerializer.Serialize(evidence));

    public IReadOnlyDictionary<string, string> Open(DisputeId id, Sealed? evidence) =>
        evidence is { } value ? JsonSerializer.Deserialize<Dictionary<string, string>>(cipher.Open(Table, id.Value, Column, value))! : new Dictionary<string, string>();

    private static Refusal Invalid(string field, string text) => new(RefusalCodes.Invalid, 422, text + " Nothing was stored.", field);
}
