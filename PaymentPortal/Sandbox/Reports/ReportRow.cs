using System.Text.Json.Nodes;
using PaymentPortal.Sandbox.Storage;

namespace PaymentPortal.Sandbox.Reports;

/// <summary>One row of a settlement file, before it is written. Faults change copies of it, never the transaction it tells of.</summary>
public sealed record ReportRow(string Id, long Created, long AvailableOn, string Currency, long Gross, long Fee, string Category, string? Source)
{
    public string? Description { get; init; }

    public string? AutomaticPayout { get; init; }

    /// <summary>Told instead of the payout's true status.</summary>
    public string? FalseStatus { get; init; }

    public long Net => Gross - Fee;

    public static ReportRow Of(JsonObject transaction) => new(
        transaction.Text("id"), transaction.Whole("created"), transaction.Whole("available_on"), transaction.Text("currency"), transaction.Whole("amount"),
        transaction.Whole("fee"), transaction.Text("reporting_category"), transaction.TextOrNull("source"))
    {
        Description = transaction.TextOrNull("description"), AutomaticPayout = transaction.HiddenOf().TextOrNull("payout"),
    };
}

/// <summary>A row with the objects that its columns tell of, each null where the row has none. Nothing is read before a column asks for it.</summary>
public sealed class RowView
{
    private readonly SandboxUnit _unit;
    private readonly Lazy<JsonObject?> _source;
    private readonly Lazy<JsonObject?> _charge;

    public RowView(SandboxUnit unit, ReportRow row, TimeZoneInfo zone)
    {
        (_unit, Row, Zone) = (unit, row, zone);
        _source = new Lazy<JsonObject?>(() => Find(row.Source));
        _charge = new Lazy<JsonObject?>(() => SourceOf("charge") ?? Find((Refund ?? Dispute)?.TextOrNull("charge") ?? Transfer?.TextOrNull("source_transaction")));
    }

    public ReportRow Row { get; }

    public TimeZoneInfo Zone { get; }

    public JsonObject? Refund => SourceOf("refund");

    public JsonObject? Dispute => SourceOf("dispute");

    public JsonObject? Payout => SourceOf("payout");

    public JsonObject? AutomaticPayout => Find(Row.AutomaticPayout);

    public JsonObject? Transfer => SourceOf("transfer") ?? Find(SourceOf("transfer_reversal")?.TextOrNull("transfer"));

    public JsonObject? Charge => _charge.Value;

    public JsonObject? Intent => Find(Charge?.TextOrNull("payment_intent"));

    public JsonObject? Card => Charge?["payment_method_details"]?["card"] as JsonObject;

    /// <summary>When the payout counts: an automatic one when it arrives, else when the money left.</summary>
    public long EffectiveAt => Payout is { } payout && payout.Flag("automatic") && Row.Category == "payout" ? payout.Whole("arrival_date") : Row.Created;

    private JsonObject? SourceOf(string type) => _source.Value is { } source && source.Text("object") == type ? source : null;

    private JsonObject? Find(string? id) =>
        id is not null && _unit.Db.Text("SELECT json FROM objects WHERE id = @0", id) is { } json ? Documents.Parse(json) : null;
}
