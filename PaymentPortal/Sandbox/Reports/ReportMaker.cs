using System.Text;
using System.Text.Json.Nodes;
using PaymentPortal.Sandbox.Connect;
using PaymentPortal.Sandbox.Events;
using PaymentPortal.Sandbox.Storage;

namespace PaymentPortal.Sandbox.Reports;

/// <summary>Timer: makes the file of a run. Comma, LF, a header row, quotes only where they are needed.</summary>
public static class ReportMaker
{
    public static void Make(SandboxUnit unit, string id)
    {
        var run = Documents.Load(unit, ReportRuns.Type, id);
        var order = ReportOrder.Of(run);
        if (order.Account.Length > 0 && !Accounts.Exists(unit.Db, order.Account))
        {
            Fail(unit, run, $"The account {order.Account} was deleted before its report could be made.");
            return;
        }

        var (csv, planted) = Write(unit, order);
        run["result"] = ReportFile.Store(unit, run, csv, planted);
        run["status"] = "succeeded";
        run["succeeded_at"] = unit.Seconds;
        Documents.Save(unit, run);
        EventLog.Emit(unit, "reporting.report_run.succeeded", run);
    }

    private static void Fail(SandboxUnit unit, JsonObject run, string error)
    {
        run["status"] = "failed";
        run["error"] = error;
        Documents.Save(unit, run);
        EventLog.Emit(unit, "reporting.report_run.failed", run);
    }

    private static (string Csv, IReadOnlyList<Planted> Planted) Write(SandboxUnit unit, ReportOrder order)
    {
        var csv = new StringBuilder();
        Append(csv, order.Columns);
        if (order.Type.Family == ReportFamily.Summary)
        {
            foreach (var line in BalanceSummary.Lines(unit, order))
            {
                Append(csv, order.Columns.Select(column => line[column]));
            }

            return (csv.ToString(), []);
        }

        var (rows, planted) = SettlementPlanter.Plant(unit, order, ReportRows.Read(unit, order), unit.Settlement);
        foreach (var row in rows)
        {
            var view = new RowView(unit, row, order.Zone);
            Append(csv, order.Columns.Select(column => ReportColumns.Read(view, column)));
        }

        return (csv.ToString(), planted);
    }

    private static void Append(StringBuilder csv, IEnumerable<string?> cells) => csv.AppendJoin(',', cells.Select(Cell)).Append('\n');

    private static string Cell(string? text) => text is null ? "" : text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
