using System.Text.Json.Nodes;
using PaymentPortal.Sandbox.Storage;
using PaymentPortal.Sandbox.Wire;

namespace PaymentPortal.Sandbox.Reports;

/// <summary>Which rows a report holds.</summary>
public enum ReportFamily
{
    /// <summary>All that touched the balance, but payouts.</summary>
    Activity,
    Payouts,

    /// <summary>What automatic payouts were made of, by the day of the payout.</summary>
    PayoutItems,

    /// <summary>What one automatic payout was made of.</summary>
    OnePayout,

    /// <summary>What no automatic payout has taken yet.</summary>
    EndingBalance,

    /// <summary>Sums, no rows of their own.</summary>
    Summary,
}

/// <summary>One report that can be ordered.</summary>
public sealed record ReportType(string Stem, int Version, string Name, ReportFamily Family, string[] Columns, string[] DefaultColumns)
{
    public string Id => $"{Stem}.{Version}";
}

/// <summary>/v1/reporting/report_types. Newer versions have the columns of the older ones.</summary>
public static class ReportTypes
{
    public const string Type = "reporting.report_type";

    // Nothing is older: a period before it is a mistake of the caller's.
    private static readonly DateTimeOffset FirstDay = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly string[] ActivityDefaults =
        ["balance_transaction_id", "created", "available_on", "currency", "gross", "fee", "net", "reporting_category", "description"];

    private static readonly string[] PayoutDefaults =
    [
        "payout_id", "effective_at", "currency", "balance_transaction_id", "gross", "fee", "net", "reporting_category", "description",
        "payout_expected_arrival_date", "payout_status",
    ];

    private static readonly string[] ItemDefaults = ["automatic_payout_id", "automatic_payout_effective_at", .. ActivityDefaults];

    private static readonly string[] SummaryColumns = ["category", "currency", "description", "net_amount"];

    public static readonly IReadOnlyList<ReportType> All =
    [
        .. Enumerable.Range(1, 7).Select(version => new ReportType("balance_change_from_activity.itemized", version, "Itemized balance change from activity",
            ReportFamily.Activity, ReportColumns.OfActivity, ActivityDefaults)),
        .. Enumerable.Range(1, 3).Select(version => new ReportType("payouts.itemized", version, "Itemized payouts",
            ReportFamily.Payouts, ReportColumns.OfPayouts, PayoutDefaults)),
        new("payout_reconciliation.itemized", 5, "Itemized payout reconciliation", ReportFamily.PayoutItems, ReportColumns.OfPayoutItems, ItemDefaults),
        new("payout_reconciliation.by_id.itemized", 4, "Itemized reconciliation of one payout", ReportFamily.OnePayout, ReportColumns.OfPayoutItems, ItemDefaults),
        new("ending_balance_reconciliation.itemized", 4, "Itemized ending balance reconciliation", ReportFamily.EndingBalance, ReportColumns.OfActivity, ActivityDefaults),
        new("balance.summary", 1, "Balance summary", ReportFamily.Summary, SummaryColumns, SummaryColumns),
    ];

    public static IEnumerable<ApiRoute> Routes =>
    [
        ApiRoute.Get("/v1/reporting/report_types", call => ListPage.Of(Type, All.Select(type => Document(call.Unit, type)), false, call.Path)),
        ApiRoute.Get("/v1/reporting/report_types/{report_type}", call => Find(call.Id("report_type")) is { } type
            ? Document(call.Unit, type)
            : throw StripeError.NoSuch("reporting report type", call.Id("report_type"), "report_type")),
    ];

    public static ReportType? Find(string id) => All.FirstOrDefault(type => type.Id == id);

    public static long AvailableFrom => FirstDay.ToUnixTimeSeconds();

    private static JsonObject Document(SandboxUnit unit, ReportType type) => new()
    {
        ["id"] = type.Id,
        ["object"] = Type,
        ["data_available_end"] = unit.Seconds,
        ["data_available_start"] = AvailableFrom,
        ["default_columns"] = Values.Array(type.DefaultColumns),
        ["livemode"] = false,
        ["name"] = type.Name,
        ["updated"] = unit.Seconds,
        ["version"] = (long)type.Version,
    };
}
