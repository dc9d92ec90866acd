using System.Text;
using System.Text.Json.Nodes;
using PaymentPortal.Sandbox.Storage;
using PaymentPortal.Sandbox.Wire;

namespace PaymentPortal.Sandbox.Reports;

/// <summary>/v1/files: the CSV of a finished report, as an object and as its bytes. The bytes need the key like everything else.</summary>
public static class ReportFile
{
    public const string Type = "file";

    public static IEnumerable<ApiRoute> Routes =>
    [
        ApiRoute.Get("/v1/files/{file}", call => call.Load(Type, Type)),
        ApiRoute.Get("/v1/files/{file}/contents", Contents),
    ];

    public static JsonObject Store(SandboxUnit unit, JsonObject run, string csv, IReadOnlyList<Planted> planted)
    {
        var id = Ids.New("file_1");
        var file = new JsonObject
        {
            ["id"] = id,
            ["object"] = Type,
            ["created"] = unit.Seconds,
            ["expires_at"] = null,
            ["filename"] = $"{run.Text("id")}.csv",
            ["links"] = null,
            ["purpose"] = "finance_report_run",
            ["size"] = (long)Encoding.UTF8.GetByteCount(csv),
            ["title"] = $"FinanceReportRun {run.Text("id")}",
            ["type"] = "csv",
            ["url"] = $"{run.HiddenOf().Text("base")}/v1/files/{id}/contents",
            [Documents.Hidden] = new JsonObject
            {
                ["run"] = run.Text("id"),
                ["planted"] = new JsonArray([.. planted.Select(each => new JsonObject { ["kind"] = each.Kind, ["balance_transaction_id"] = each.BalanceTransactionId })]),
            },
        };
        Documents.Insert(unit, file);
        unit.Db.Execute("INSERT INTO files(id, content) VALUES(@0, @1)", id, csv);
        return file;
    }

    /// <summary>What was put into files on purpose, newest file first, for tests that hold a reconciliation against it.</summary>
    public static JsonArray Planted(SandboxDb db) => new([.. db.Query(
        """
        SELECT f.id, r.json ->> '$.report_type', r.json ->> '$.parameters.interval_start', r.json ->> '$.parameters.interval_end', f.json -> '$._.planted'
        FROM objects f JOIN objects r ON r.id = f.json ->> '$._.run' WHERE f.account = '' AND f.type = 'file' ORDER BY f.seq DESC
        """,
        row => new JsonObject
        {
            ["file"] = row.GetString(0), ["report_type"] = row.GetString(1), ["interval_start"] = row.IsDBNull(2) ? null : row.GetInt64(2),
            ["interval_end"] = row.IsDBNull(3) ? null : row.GetInt64(3), ["planted"] = JsonNode.Parse(row.GetString(4)),
        })]);

    private static ApiResult Contents(ApiCall call)
    {
        var id = call.Load(Type, Type).Text("id");
        return new ApiResult(200, []) { Csv = call.Unit.Db.Text("SELECT content FROM files WHERE id = @0", id) };
    }
}
