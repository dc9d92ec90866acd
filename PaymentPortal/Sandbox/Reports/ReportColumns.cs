using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using PaymentPortal.Sandbox.Payments;
using PaymentPortal.Sandbox.Storage;

namespace PaymentPortal.Sandbox.Reports;

/// <summary>What each column of a report says of a row, under the PSP's names. Null is an empty cell.</summary>
public static partial class ReportColumns
{
    private static readonly Dictionary<string, Func<RowView, string?>> Known = new()
    {
        ["balance_transaction_id"] = view => view.Row.Id,
        ["created_utc"] = view => Utc(view.Row.Created),
        ["created"] = view => Local(view.Row.Created, view),
        ["available_on_utc"] = view => Utc(view.Row.AvailableOn),
        ["available_on"] = view => Local(view.Row.AvailableOn, view),
        ["currency"] = view => view.Row.Currency,
        ["gross"] = view => Amount(view.Row.Gross, view.Row.Currency),
        ["fee"] = view => Amount(view.Row.Fee, view.Row.Currency),
        ["net"] = view => Amount(view.Row.Net, view.Row.Currency),
        ["reporting_category"] = view => view.Row.Category,
        ["source_id"] = view => view.Row.Source,
        ["description"] = view => view.Row.Description,
        ["customer_facing_amount"] = view => view.Charge is null ? null : Amount(view.Row.Gross, view.Row.Currency),
        ["customer_facing_currency"] = view => view.Charge is null ? null : view.Row.Currency,
        ["automatic_payout_id"] = view => view.Row.AutomaticPayout,
        ["automatic_payout_effective_at_utc"] = view => view.AutomaticPayout is { } payout ? Utc(payout.Whole("arrival_date")) : null,
        ["automatic_payout_effective_at"] = view => view.AutomaticPayout is { } payout ? Local(payout.Whole("arrival_date"), view) : null,
        ["customer_email"] = view => (view.Charge?["billing_details"] as JsonObject)?.TextOrNull("email"),
        ["customer_name"] = view => (view.Charge?["billing_details"] as JsonObject)?.TextOrNull("name"),
        ["charge_id"] = view => view.Charge?.Text("id"),
        ["payment_intent_id"] = view => view.Charge?.TextOrNull("payment_intent"),
        ["charge_created_utc"] = view => view.Charge is { } charge ? Utc(charge.Whole("created")) : null,
        ["charge_created"] = view => view.Charge is { } charge ? Local(charge.Whole("created"), view) : null,
        ["payment_method_type"] = view => (view.Charge?["payment_method_details"] as JsonObject)?.TextOrNull("type"),
        ["is_link"] = view => view.Charge is null ? null : "false",
        ["card_brand"] = view => view.Card?.TextOrNull("brand") is { } brand ? CultureInfo.InvariantCulture.TextInfo.ToTitleCase(brand) : null,
        ["card_funding"] = view => view.Card?.TextOrNull("funding"),
        ["card_country"] = view => view.Card?.TextOrNull("country"),
        ["statement_descriptor"] = view => view.Charge?.TextOrNull("calculated_statement_descriptor"),
        ["dispute_reason"] = view => view.Dispute?.TextOrNull("reason"),
        ["connected_account_id"] = view => view.Transfer?.TextOrNull("destination"),
        ["payout_id"] = view => view.Row.Source,
        ["effective_at_utc"] = view => Utc(view.EffectiveAt),
        ["effective_at"] = view => Local(view.EffectiveAt, view),
        ["payout_expected_arrival_date"] = view => view.Payout is { } payout ? Local(payout.Whole("arrival_date"), view) : null,
        ["payout_status"] = view => view.Row.FalseStatus ?? view.Payout?.Text("status"),
        ["payout_type"] = view => view.Payout?.Text("type"),
        ["payout_description"] = view => view.Payout?.TextOrNull("description"),
        ["payout_destination_id"] = view => view.Payout?.TextOrNull("destination"),
        ["trace_id"] = view => (view.Payout?["trace_id"] as JsonObject)?.TextOrNull("value"),
        ["trace_id_status"] = view => (view.Payout?["trace_id"] as JsonObject)?.TextOrNull("status"),
        ["destination_payment_id"] = view => view.Transfer?.TextOrNull("destination_payment"),
    };

    private static readonly string[] NeverFilled =
    [
        "regulatory_tag", "customer_id", "customer_description", "invoice_id", "invoice_number", "subscription_id", "connected_account_name",
        "connected_account_country", "connected_account_direct_charge_id", "order_id",
        .. new[] { "customer_shipping_address", "customer_address", "shipping_address", "card_address" }
            .SelectMany(_ => new[] { "line1", "line2", "city", "state", "postal_code", "country" }, (address, part) => $"{address}_{part}"),
    ];

    private static readonly string[] OnlyOfPayouts =
    [
        "payout_id", "effective_at_utc", "effective_at", "payout_expected_arrival_date", "payout_status", "payout_type", "payout_description", "payout_destination_id",
    ];

    private static readonly string[] OnlyOfItems = ["destination_payment_id", "trace_id", "trace_id_status", "order_id"];

    public static readonly string[] OfActivity = [.. Known.Keys.Concat(NeverFilled).Except(OnlyOfPayouts).Except(OnlyOfItems)];

    public static readonly string[] OfPayoutItems = [.. OfActivity, .. OnlyOfItems];

    public static readonly string[] OfPayouts =
    [
        .. OnlyOfPayouts, "currency", "balance_transaction_id", "gross", "fee", "net", "reporting_category", "description", "trace_id", "trace_id_status", "regulatory_tag",
    ];

    public static bool IsColumn(ReportType type, string column) =>
        type.Columns.Contains(column) || (type.Family is not (ReportFamily.Payouts or ReportFamily.Summary) && Metadata().IsMatch(column));

    public static string? Read(RowView view, string column)
    {
        if (Known.TryGetValue(column, out var read))
        {
            return read(view);
        }

        var metadata = Metadata().Match(column);
        return metadata.Success ? MetadataOf(view, metadata.Groups["kind"].Value)?.TextOrNull(metadata.Groups["key"].Value) : null;
    }

    /// <summary>Major units, as a plain number that needs no quotes.</summary>
    public static string Amount(long amount, string currency) => Currencies.Plain(amount, currency, "D1");

    private static JsonObject? MetadataOf(RowView view, string kind) => kind switch
    {
        "refund" => view.Refund,
        "transfer" => view.Transfer,
        _ => view.Intent ?? view.Charge,
    } is { } document ? document["metadata"] as JsonObject : null;

    private static string Utc(long seconds) => Written(DateTimeOffset.FromUnixTimeSeconds(seconds));

    private static string Local(long seconds, RowView view) => Written(TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeSeconds(seconds), view.Zone));

    private static string Written(DateTimeOffset time) => time.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^(?<kind>payment|refund|transfer)_metadata\[(?<key>[^\[\]]{1,40})\]$")]
    private static partial Regex Metadata();
}
