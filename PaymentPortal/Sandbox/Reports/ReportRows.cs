using System.Text.Json.Nodes;
using PaymentPortal.Sandbox.Storage;

namespace PaymentPortal.Sandbox.Reports;

/// <summary>What a run was asked for.</summary>
public sealed record ReportOrder(
    ReportType Type, string Account, long From, long To, string? Payout, string? Currency, string? Category, TimeZoneInfo Zone, IReadOnlyList<string> Columns)
{
    public bool IsWanted(ReportRow row) => (Currency is null || row.Currency == Currency) && (Category is null || row.Category == Category);

    public static ReportOrder Of(JsonObject run)
    {
        var parameters = (JsonObject)run["parameters"]!;
        var type = ReportTypes.Find(run.Text("report_type"))!;
        return new ReportOrder(
            type, parameters.TextOrNull("connected_account") ?? "", (long?)parameters["interval_start"] ?? 0, (long?)parameters["interval_end"] ?? long.MaxValue,
            parameters.TextOrNull("payout"), parameters.TextOrNull("currency"), parameters.TextOrNull("reporting_category"),
            TimeZoneInfo.FindSystemTimeZoneById(parameters.TextOrNull("timezone") ?? "Etc/UTC"),
            parameters["columns"] is JsonArray columns ? [.. columns.Select(column => (string)column!)] : type.DefaultColumns);
    }
}

/// <summary>Reads the true rows of an order, in the order of the transactions.</summary>
public static class ReportRows
{
    private const string Transactions = "SELECT json FROM objects WHERE account = @0 AND type = 'balance_transaction' AND ";
    private const string IsPayout = "json ->> '$.reporting_category' IN ('payout', 'payout_reversal')";

    public static List<ReportRow> Read(SandboxUnit unit, ReportOrder order) => [.. ReadAll(unit, order).Where(order.IsWanted)];

    /// <summary>One row by its transaction; null when that is gone.</summary>
    public static ReportRow? Find(SandboxUnit unit, string transaction) =>
        unit.Db.Text("SELECT json FROM objects WHERE id = @0", transaction) is { } json ? ReportRow.Of(Documents.Parse(json)) : null;

    private static IEnumerable<ReportRow> ReadAll(SandboxUnit unit, ReportOrder order) => order.Type.Family switch
    {
        ReportFamily.Activity => Query(unit, $"created >= @1 AND created < @2 AND NOT {IsPayout} ORDER BY seq", order.Account, order.From, order.To),
        ReportFamily.Payouts => Query(unit, $"{IsPayout} AND {Effective} >= @1 AND {Effective} < @2 ORDER BY seq", order.Account, order.From, order.To),
        ReportFamily.PayoutItems => Query(
            unit,
            """
            json ->> '$._.payout' IN (SELECT id FROM objects p WHERE p.account = @0 AND p.type = 'payout' AND p.json ->> '$.arrival_date' >= @1
                AND p.json ->> '$.arrival_date' < @2) AND json ->> '$.source' IS NOT json ->> '$._.payout' ORDER BY json ->> '$._.payout', seq
            """,
            order.Account, order.From, order.To),
        ReportFamily.OnePayout => Query(unit, "json ->> '$._.payout' = @1 AND json ->> '$.source' IS NOT @1 ORDER BY seq", order.Account, order.Payout),
        ReportFamily.EndingBalance => Query(unit, "created < @1 AND json ->> '$._.payout' IS NULL ORDER BY seq", order.Account, order.To),
        ReportFamily.Summary => [],
    };

    /// <summary>As RowView.EffectiveAt, in SQL.</summary>
    private const string Effective = """
        iif(json ->> '$.reporting_category' = 'payout', (SELECT iif(p.json ->> '$.automatic', p.json ->> '$.arrival_date', objects.created)
            FROM objects p WHERE p.id = objects.json ->> '$.source'), created)
        """;

    private static IEnumerable<ReportRow> Query(SandboxUnit unit, string condition, params object?[] values) =>
        unit.Db.Query(Transactions + condition, row => ReportRow.Of(Documents.FromFirstColumn(row)), values);
}
