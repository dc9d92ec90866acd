using System.Globalization;
using System.Text.Json.Nodes;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Sandbox;

/// <summary>Reports as a client of the PSP gets them: order, wait, download, read by header. A sandbox for each test, for files tell of everything.</summary>
public sealed class ReportTests : IAsyncLifetime
{
    private const string Activity = ReportClient.Activity;
    private const string Payouts = ReportClient.Payouts;

    private SandboxServer _server = null!;
    private SandboxApi _api = null!;
    private ReportClient _reports = null!;

    public async Task InitializeAsync()
    {
        _server = await SandboxServer.StartAsync(options =>
        {
            SandboxFixture.Patiently(options);
            options.ReportSeconds = 60;
        });
        _api = _server.Api;
        _api.Observer = SandboxFixture.CheckSchema;
        _reports = new ReportClient(_server);
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Types_NameTheirColumnsAndTheirPeriod()
    {
        var types = await _api.ListAsync("/v1/reporting/report_types");
        var one = await _api.GetAsync($"/v1/reporting/report_types/{Activity}");
        var none = await _api.GetAsync("/v1/reporting/report_types/teapots.1");

        Assert.Contains(types, type => (string?)type["id"] == Payouts);
        Assert.Equal(
            "balance_transaction_id created available_on currency gross fee net reporting_category description",
            string.Join(' ', ((JsonArray)one.Body["default_columns"]!).Select(column => (string)column!)));
        Assert.True((long)one.Body["data_available_start"]! < (long)one.Body["data_available_end"]!);
        Assert.Equal((404, "report_type"), (none.Status, (string?)none.Error!["param"]));
    }

    [Fact]
    public async Task Run_IsPending_ThenHasAFile_AndAnEventTellsOfIt()
    {
        var run = await _reports.OrderAsync(Activity);
        await _server.Control.AdvanceClockAsync(TimeSpan.FromMinutes(2));
        var done = (await _api.GetAsync($"/v1/reporting/report_runs/{run.Text("id")}")).Body;
        var file = await _api.GetAsync($"/v1/files/{done["result"]!["id"]}");

        Assert.Equal("pending", run.Text("status"));
        Assert.Null(run.Body["result"]);
        Assert.Equal("succeeded", (string?)done["status"]);
        Assert.Equal($"{_server.BaseAddress}/v1/files/{file.Text("id")}/contents", file.Text("url"));
        Assert.Equal(["reporting.report_run.succeeded"], await _api.EventsOfAsync(run.Text("id")));
        Assert.Equal(run.Text("id"), (string?)Assert.Single(await _api.ListAsync("/v1/reporting/report_runs"))["id"]);
    }

    [Fact]
    public async Task Download_WithoutTheKey_Is401()
    {
        var address = (string)(await _reports.RunAsync(Activity))["result"]!["url"]!;
        using var stranger = new HttpClient();
        using var refused = await stranger.GetAsync(address);
        using var sent = await _api.Http.GetAsync(address);

        Assert.Equal(401, (int)refused.StatusCode);
        Assert.Equal((200, "text/csv"), ((int)sent.StatusCode, sent.Content.Headers.ContentType!.MediaType));
    }

    [Fact]
    public async Task Activity_HoldsEachTransactionOnce_ButNoPayout_InMajorUnits()
    {
        var account = (string)(await _server.AddAccountAsync())["id"]!;
        var charge = await _api.ChargeAsync("pm_card_bypassPending", ("amount", "5000"));
        await _api.ChargeAsync("pm_card_visa", ("amount", "500"), ("currency", "jpy"));
        await _api.ChargeAsync("pm_card_visa", ("amount", "12340"), ("currency", "kwd"));
        await _api.ChargeAsync("pm_card_createDispute");
        await _api.PostAsync("/v1/refunds", ("charge", charge), ("amount", "200"));
        await _server.TransferAsync(account, 300);
        await _api.PostAsync("/v1/payouts", ("amount", "1000"), ("currency", "usd"));
        await _server.Control.AdvanceClockAsync(TimeSpan.FromMinutes(5));

        // The dispute was opened at this very second, and a period does not hold its end.
        await _server.Control.AdvanceClockAsync(TimeSpan.FromMinutes(5));

        var rows = await _reports.RowsAsync(Activity);
        var truth = await _api.ListAsync("/v1/balance_transactions?limit=100");

        Assert.Equal(
            truth.Where(each => (string?)each["type"] != "payout").Select(Expected).Order(),
            rows.Select(row => $"{row["balance_transaction_id"]} {row["gross"]} {row["fee"]} {row["net"]} {row["currency"]} {row["reporting_category"]} {row["created"]}").Order());
        Assert.Contains(rows, row => row["gross"] == "-2.00");
        Assert.Contains(rows, row => row["gross"] == "500" && row["currency"] == "jpy");
        Assert.Contains(rows, row => row["gross"] == "12.340" && row["currency"] == "kwd");
    }

    [Fact]
    public async Task Columns_AreThoseAskedFor_InTheirOrder_AndCellsAreQuoted()
    {
        const string Description = "Tea, \"green\"\nand black";
        var intent = (await _api.PayAsync("pm_card_visa", ("description", Description), ("metadata[order]", "7"))).Body;
        await _server.Control.AdvanceClockAsync(TimeSpan.FromMinutes(5));

        var columns = new[] { "payment_intent_id", "payment_metadata[order]", "description", "charge_id", "card_brand", "invoice_id", "created_utc", "created" };
        var csv = await _reports.CsvAsync(await _reports.RunAsync(Activity, [("timezone", "Asia/Kolkata"), .. columns.Select((column, i) => ($"columns][{i}", column))]));
        var row = Assert.Single(CsvText.Read(csv));

        Assert.StartsWith(string.Join(',', columns) + "\n", csv);
        Assert.Equal(($"{intent["id"]}", "7", Description, $"{intent["latest_charge"]}", "Visa", ""), (
            row["payment_intent_id"], row["payment_metadata[order]"], row["description"], row["charge_id"], row["card_brand"], row["invoice_id"]));
        Assert.Equal(TimeSpan.FromMinutes(330), Time(row["created"]) - Time(row["created_utc"]));
    }

    [Fact]
    public async Task Period_HoldsItsStartAndNotItsEnd()
    {
        var id = await _api.ChargeAsync();
        var created = (long)(await _api.ListAsync($"/v1/balance_transactions?source={id}"))[0]["created"]!;
        await _server.Control.AdvanceClockAsync(TimeSpan.FromHours(1));

        Assert.Single(await _reports.RowsAsync(Activity, created, created + 1));
        Assert.Empty(await _reports.RowsAsync(Activity, created + 1, created + 600));
        Assert.Empty(await _reports.RowsAsync(Activity, created - 600, created));
    }

    [Fact]
    public async Task Payouts_StandInTheirOwnReport_WithTheirStatus_AndTheirReturn()
    {
        await _api.ChargeAsync("pm_card_bypassPending", ("amount", "5000"));
        var paid = await _api.PostAsync("/v1/payouts", ("amount", "1000"), ("currency", "usd"));
        var cancelled = await _api.PostAsync("/v1/payouts", ("amount", "700"), ("currency", "usd"));
        await _api.PostAsync($"/v1/payouts/{cancelled.Text("id")}/cancel");
        await _server.Control.AdvanceClockAsync(TimeSpan.FromMinutes(5));

        var rows = await _reports.RowsAsync(Payouts);

        Assert.Equal(
            [$"{paid.Text("id")} payout -10.00 paid", $"{cancelled.Text("id")} payout -7.00 canceled", $"{cancelled.Text("id")} payout_reversal 7.00 canceled"],
            rows.Select(row => $"{row["payout_id"]} {row["reporting_category"]} {row["gross"]} {row["payout_status"]}"));
    }

    [Fact]
    public async Task AutomaticPayout_IsReconciledByItsItems_AndAManualOneIsNotReady()
    {
        await _api.ChargeAsync("pm_card_bypassPending", ("amount", "5000"));
        var manual = await _api.PostAsync("/v1/payouts", ("amount", "1000"), ("currency", "usd"));
        using var ordered = await _server.Control.Http.PostAsync("automatic-payout", new StringContent("""{"currency":"usd"}""", System.Text.Encoding.UTF8, "application/json"));
        var payout = JsonNode.Parse(await ordered.Content.ReadAsStringAsync())!;
        await _server.Control.AdvanceClockAsync(TimeSpan.FromDays(3));

        var items = CsvText.Read(await _reports.CsvAsync(await _reports.RunAsync("payout_reconciliation.by_id.itemized.4", ("payout", $"{payout["id"]}"))));
        var byDay = await _reports.RowsAsync("payout_reconciliation.itemized.5");
        var refused = await _reports.OrderAsync("payout_reconciliation.by_id.itemized.4", ("payout", manual.Text("id")));

        Assert.Equal((long)payout["amount"]! / 100m, items.Sum(row => decimal.Parse(row["net"], CultureInfo.InvariantCulture)));
        Assert.Equal(items.Select(row => row["balance_transaction_id"]), byDay.Select(row => row["balance_transaction_id"]));
        Assert.Equal("payout_reconciliation_not_ready", (string?)refused.Error!["code"]);
    }

    [Fact]
    public async Task Summary_GoesFromTheStartingToTheEndingBalance()
    {
        await _api.ChargeAsync("pm_card_bypassPending", ("amount", "5000"));
        await _api.PostAsync("/v1/payouts", ("amount", "1000"), ("currency", "usd"));
        await _server.Control.AdvanceClockAsync(TimeSpan.FromMinutes(5));

        var rows = await _reports.RowsAsync("balance.summary.1");

        Assert.Equal(["starting_balance 0.00", "activity 48.25", "payouts -10.00", "ending_balance 38.25"], rows.Select(row => $"{row["category"]} {row["net_amount"]}"));
    }

    [Theory]
    [InlineData("report_type", "teapots.1", "report_type")]
    [InlineData("parameters[interval_start]", "", "parameters[interval_start]")]
    [InlineData("parameters[interval_start]", "1000", "parameters[interval_start]")]
    [InlineData("parameters[interval_end]", "4000000000", "parameters[interval_end]")]
    [InlineData("parameters[interval_end]", "1600000000", "parameters[interval_start]")]
    [InlineData("parameters[columns][0]", "teapot", "parameters[columns]")]
    [InlineData("parameters[columns][0]", "payout_id", "parameters[columns]")]
    [InlineData("parameters[timezone]", "Mars/Olympus", "parameters[timezone]")]
    [InlineData("parameters[currency]", "xyz", "parameters[currency]")]
    [InlineData("parameters[connected_account]", "acct_unknown", "parameters[connected_account]")]
    [InlineData("parameters[teapot]", "1", "parameters[teapot]")]
    public async Task WrongOrder_Is400NamingTheParameter(string name, string value, string param)
    {
        var fields = new Dictionary<string, string>
        {
            ["report_type"] = Activity, ["parameters[interval_start]"] = "1600000000", ["parameters[interval_end]"] = "1600086400", [name] = value,
        };

        var answer = await _api.PostAsync("/v1/reporting/report_runs", [.. fields.Select(field => (field.Key, field.Value))]);

        Assert.Equal((400, param), (answer.Status, (string?)answer.Error!["param"]));
    }

    [Fact]
    public async Task ConnectedAccount_HasAReportOfItsOwnBalance()
    {
        await _api.ChargeAsync("pm_card_bypassPending", ("amount", "5000"));
        var account = (string)(await _server.AddAccountAsync())["id"]!;
        await _server.TransferAsync(account, 800);
        await _server.Control.AdvanceClockAsync(TimeSpan.FromMinutes(5));

        var rows = CsvText.Read(await _reports.CsvAsync(await _reports.RunAsync(Activity, ("connected_account", account))));

        Assert.Equal("8.00", Assert.Single(rows)["gross"]);
    }

    [Fact]
    public async Task Run_WhoseAccountIsDeletedMeanwhile_Fails()
    {
        var account = (string)(await _server.AddAccountAsync())["id"]!;
        await _server.Control.AdvanceClockAsync(TimeSpan.FromMinutes(5));
        var order = await _reports.OrderAsync(Activity, ("connected_account", account));
        await _api.DeleteAsync($"/v1/accounts/{account}");
        await _server.Control.AdvanceClockAsync(TimeSpan.FromMinutes(5));

        var run = (await _api.GetAsync($"/v1/reporting/report_runs/{order.Text("id")}")).Body;

        Assert.Equal("failed", (string?)run["status"]);
        Assert.Contains(account, (string?)run["error"]);
        Assert.Equal(["reporting.report_run.failed"], await _api.EventsOfAsync(order.Text("id")));
    }

    [Fact]
    public async Task FinishedFile_OutlivesARestart()
    {
        await _api.ChargeAsync();
        await _server.Control.AdvanceClockAsync(TimeSpan.FromMinutes(5));
        var run = await _reports.RunAsync(Activity);
        var before = await _reports.CsvAsync(run);
        await _server.StopAsync();
        await _server.StartAgainAsync();
        _api = _server.Api;

        Assert.Equal(before, await _reports.CsvAsync(run));
    }

    private static string Expected(JsonObject transaction)
    {
        var currency = (string)transaction["currency"]!;
        var created = DateTimeOffset.FromUnixTimeSeconds((long)transaction["created"]!).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        return $"{transaction["id"]} {Amount("amount")} {Amount("fee")} {Amount("net")} {currency} {transaction["reporting_category"]} {created}";

        string Amount(string name)
        {
            var decimals = currency switch { "jpy" => 0, "kwd" => 3, _ => 2 };
            var units = (decimal)(long)transaction[name]!;
            return (units / (decimals switch { 0 => 1, 3 => 1000, _ => 100 })).ToString($"F{decimals}", CultureInfo.InvariantCulture);
        }
    }

    private static DateTime Time(string text) => DateTime.ParseExact(text, "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
