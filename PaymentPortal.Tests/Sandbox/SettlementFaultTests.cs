using System.Text.Json.Nodes;
using PaymentPortal.Sandbox.Control;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Sandbox;

/// <summary>Files that are wrong on purpose. A sandbox for each test, for the faults are everybody's.</summary>
public sealed class SettlementFaultTests : IAsyncLifetime
{
    private const string Activity = ReportClient.Activity;

    private SandboxServer _server = null!;
    private SandboxApi _api = null!;
    private ReportClient _reports = null!;

    public async Task InitializeAsync()
    {
        _server = await SandboxServer.StartAsync();
        _api = _server.Api;
        _reports = new ReportClient(_server);
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task PlantedFaults_SpoilARowEach_AndThePeriodIsWrongInTheSamePlacesAgain()
    {
        await ChargesAsync(14);
        var truth = (await _reports.RowsAsync(Activity)).ToDictionary(row => row["balance_transaction_id"]);
        await _server.Control.SetFaultsAsync(new FaultSettings
        {
            Settlement = new SettlementFaults { Missing = 1, Extra = 2, Amount = 1, Currency = 1, Fee = 1, Duplicate = 1, Status = 1, Late = 1, Unknown = 1 },
        });

        var (from, to) = await _reports.PeriodAsync();
        var rows = await _reports.RowsAsync(Activity, from, to);
        var again = await _reports.RowsAsync(Activity, from, to);
        var planted = ((JsonArray)(await _reports.PlantedAsync())[0]!["planted"]!).ToLookup(each => (string)each!["kind"]!, each => (string)each!["balance_transaction_id"]!);

        Assert.Equal(rows.Select(Whole), again.Select(Whole));
        var found = rows.ToLookup(row => row["balance_transaction_id"]);
        Assert.Empty(found[planted["missing"].Single()]);
        Assert.Empty(found[planted["late"].Single()]);
        Assert.Equal(2, found[planted["duplicate"].Single()].Count());
        Assert.All(planted["extra"], id => Assert.Equal((false, "charge"), (truth.ContainsKey(id), found[id].Single()["reporting_category"])));
        Assert.Equal("sandbox_unheard_of", found[planted["unknown"].Single()].Single()["reporting_category"]);
        Assert.Equal(["gross", "net"], Differences("amount"));
        Assert.Equal(["currency"], Differences("currency"));
        Assert.Equal(["fee", "net"], Differences("fee"));
        Assert.Equal(["reporting_category"], Differences("status"));
        var spoilt = planted.SelectMany(kind => kind).ToHashSet();
        Assert.All(rows.Where(row => !spoilt.Contains(row["balance_transaction_id"])), row => Assert.Equal(Whole(truth[row["balance_transaction_id"]]), Whole(row)));
        Assert.Equal(14 - 2 + 1 + 2 + 1, rows.Count);

        IEnumerable<string> Differences(string kind)
        {
            var id = planted[kind].Single();
            return truth[id].Keys.Where(column => truth[id][column] != found[id].Single()[column]);
        }
    }

    [Fact]
    public async Task LateRow_ComesInTheNextFile_Once()
    {
        await ChargesAsync(3);
        var (from, to) = await _reports.PeriodAsync();
        await _server.Control.SetFaultsAsync(new FaultSettings { Settlement = new SettlementFaults { Late = 1 } });
        var first = await _reports.RowsAsync(Activity, from, to);
        await _server.Control.ClearFaultsAsync();
        await _server.Control.AdvanceClockAsync(TimeSpan.FromHours(2));

        var late = (string)(await _reports.PlantedAsync())[0]!["planted"]![0]!["balance_transaction_id"]!;
        var next = await _reports.RowsAsync(Activity, to, to + 3600);
        var afterThat = await _reports.RowsAsync(Activity, to + 3600, to + 7200);

        Assert.Equal(2, first.Count);
        Assert.Equal(late, Assert.Single(next)["balance_transaction_id"]);
        Assert.Empty(afterThat);
    }

    [Fact]
    public async Task FaultsOfPayoutFiles_TellOfOtherOutcomesAndOfPayoutsThatNeverWere()
    {
        await _api.ChargeAsync("pm_card_bypassPending", ("amount", "5000"));
        await _api.PostAsync("/v1/payouts", ("amount", "1000"), ("currency", "usd"));
        await _server.Control.AdvanceClockAsync(TimeSpan.FromMinutes(5));
        await _server.Control.SetFaultsAsync(new FaultSettings { Settlement = new SettlementFaults { Status = 1, Extra = 1 } });

        var rows = await _reports.RowsAsync(ReportClient.Payouts);

        Assert.Equal("failed", rows[0]["payout_status"]);
        Assert.StartsWith("po_", rows[1]["payout_id"]);
        Assert.Equal(404, (await _api.GetAsync($"/v1/payouts/{rows[1]["payout_id"]}")).Status);
    }

    private async Task ChargesAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            await _api.ChargeAsync("pm_card_visa", ("amount", $"{1000 + (i * 100)}"));
        }

        await _server.Control.AdvanceClockAsync(TimeSpan.FromMinutes(5));
    }

    private static string Whole(IReadOnlyDictionary<string, string> row) => string.Join('|', row.Values);
}
