using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace PaymentPortal.Cli.Bench;

/// <summary>
/// A body as long as the PSP's and about as repetitive: named fields, many of them null, with ids, numbers and words between. What is stored is
/// squeezed, so a body of one letter would flatter the figures.
/// </summary>
internal static class BenchBody
{
    private static readonly string[] Fields =
    [
        "amount", "amount_captured", "amount_refunded", "application_fee_amount", "balance_transaction", "billing_details", "calculated_statement_descriptor", "captured", "created", "currency",
        "customer_details", "description", "disputed", "expires_at", "failure_balance_transaction", "failure_message", "fraud_details", "invoice_creation", "latest_charge", "livemode",
        "locale", "metadata", "network_status", "outcome", "payment_intent", "payment_method", "payment_method_options", "phone_number_collection", "receipt_url", "risk_score",
        "shipping_address_collection", "statement_descriptor_suffix", "status", "submit_type", "success_url", "total_details", "transfer_data", "transfer_group", "ui_mode", "url",
    ];

    private static readonly string[] Words = ["null", "false", "null", "true", "null", "\"automatic\"", "{}", "\"card\"", "[]", "\"usd\"", "null"];

    private static readonly ConcurrentDictionary<int, string> Made = new();

    public static string Of(string id, int length) => string.Concat("{\n  \"id\": \"", id, "\"", Made.GetOrAdd(length - id.Length, Make));

    private static string Make(int length)
    {
        var body = new StringBuilder(length + 100);
        for (var field = 0; body.Length < length; field++)
        {
            // One field in eight is an id of its own: about what the PSP's objects hold.
            var value = field % 8 == 3 ? $"\"{Guid.NewGuid():N}\"" : Words[field % Words.Length];
            body.Append(CultureInfo.InvariantCulture, $",\n  \"{Fields[field % Fields.Length]}\": {value}");
        }
        return body.Append("\n}").ToString();
    }
}
