using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using PaymentPortal.Cli;
using PaymentPortal.Core.Reconciliation;
using PaymentPortal.Sandbox.Control;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Reconciliation;

/// <summary>A program of its own with its PSP: the days' files must hold these payments and no others.</summary>
public sealed class SettlementDayTests(EngineHost engine) : IClassFixture<EngineHost>
{
    private static readonly Dictionary<string, string> Names = new()
    {
        ["missing"] = "MissingPsp", ["extra"] = "MissingOurs", ["amount"] = "Amount", ["currency"] = "Currency", ["fee"] = "Fee", ["duplicate"] = "Duplicate", ["status"] = "Status", ["late"] = "Timing",
        ["unknown"] = "Unknown",
    };

    private readonly ReturnDesk _desk = new(engine);

    [Fact]
    public async Task PlantedDifferences_OfEveryKind_AreFoundAndRightlyNamed_AndNoOther()
    {
        StayOnOneDay();
        MadeCheckout paid = null!;
        for (var n = 0; n < 12; n++) paid = await _desk.PaidAsync(n == 0 ? "pm_card_bypassPending" : "pm_card_visa");
        await _desk.IsAsync(await _desk.MadeAsync(await _desk.OrderAsync(paid), "5.00"), "SUCCEEDED");
        await engine.Control.SetFaultsAsync(new FaultSettings
        {
            Settlement = new SettlementFaults { Missing = 1, Extra = 1, Amount = 1, Currency = 1, Fee = 1, Duplicate = 1, Status = 1, Late = 1, Unknown = 1 },
        });

        await NextDayAsync(2);
        var planted = await PlantedAsync();
        Assert.Equal(Names.Keys.Order(), planted.Select(one => one.Kind).Distinct().Order());
        Assert.Equal(Expected(planted, "missing", "late"), await FoundAsync());

        await engine.Control.ClearFaultsAsync();
        await PayOutAsync();
        await NextDayAsync(4);
        Assert.Equal(Expected(planted, "missing"), await FoundAsync());
        await NextDayAsync(6);
        await NextDayAsync(8);
        Assert.Equal(Expected(planted, "missing"), await FoundAsync());
        var missed = (await engine.Services.GetRequiredService<ReconciliationQueries>().MismatchesAsync(new MismatchFilter(Kind: MismatchKind.MissingPsp, IsClosedToo: true), null, 100, CancellationToken.None)).Items;
        Assert.Equal([await FactAsync(planted.Single(one => one.Kind == "missing").Id)], missed.Select(one => one.Fact));
        await engine.CountAsync(1, "SELECT COUNT(*) FROM payouts WHERE requested_by = 'psp' AND status = 'PAID'");
        Assert.Equal(1, await engine.ScalarAsync("SELECT COUNT(*) FROM settlement_lines WHERE category = 'payout' AND bucket = 'Matched'"));
        await engine.AssertSoundAsync();
    }

    [Fact]
    public async Task Api_TakesShowsAcceptsAndRollsBackAFile()
    {
        var csv = SettlementRig.File(SettlementRig.Row("api1", at: "2020-05-05 10:00:00"), SettlementRig.Row("api1", at: "2020-05-05 10:00:00"));

        Assert.Equal(415, (await UploadAsync(csv, "application/zip")).Status);
        Assert.Equal(422, (await UploadAsync("a,b\n", "text/csv")).Status);
        var made = await UploadAsync(csv, "text/csv");
        Assert.Equal((201, "staged", 2), (made.Status, (string?)made.Body["status"], (int)made.Body["rows"]!));
        Assert.Equal("25.00", (string?)made.Body["totals"]![0]!["gross"]);
        Assert.Equal(409, (await UploadAsync(csv, "text/csv")).Status);
        var path = $"/api/v1/settlement-files/{(string)made.Body["settlement_file_id"]!}";
        var accepted = await engine.Client.PostAsync(path + "/accept", Guid.NewGuid().ToString());
        Assert.Equal(("accepted", 1, 1), ((string?)accepted.Body["status"], (int)accepted.Body["lines"]!["missing_ours"]!, (int)accepted.Body["lines"]!["duplicate"]!));
        var found = await engine.Client.GetAsync($"/api/v1/mismatches?settlement_file={(string)made.Body["settlement_file_id"]!}");
        Assert.Equal(["duplicate", "missing_ours"], found.Body["data"]!.AsArray().Select(one => (string)one!["kind"]!).Order());

        Assert.Equal(422, (await engine.Client.PostAsync(path + "/roll-back", Guid.NewGuid().ToString(), """{"reason":""}""")).Status);
        Assert.Equal("rolled_back", (string?)(await engine.Client.PostAsync(path + "/roll-back", Guid.NewGuid().ToString(), """{"reason":"A test"}""")).Body["status"]);
        Assert.Contains(path.Split('/')[^1], (await engine.Client.GetAsync("/api/v1/settlement-files")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verb_BringsAFileInAndTellsWhatDiffers()
    {
        var path = Path.Combine(Path.GetTempPath(), $"settlement-{Guid.NewGuid():N}.csv");
        await File.WriteAllTextAsync(path, SettlementRig.File(SettlementRig.Row("verb1", at: "2020-06-06 10:00:00")));

        var answer = await ControlVerbs.RunAsync(engine.Services, new ControlRequest("reconcile", new Dictionary<string, string> { ["file"] = path }, null), CancellationToken.None);
        var again = await ControlVerbs.RunAsync(engine.Services, new ControlRequest("reconcile", new Dictionary<string, string> { ["file"] = path }, null), CancellationToken.None);
        File.Delete(path);

        Assert.True(answer.IsDone, answer.Text);
        Assert.Contains("USD: gross 12.50, fee 0.66, net 11.84 in 1 rows", answer.Text, StringComparison.Ordinal);
        Assert.Contains("mismatch MissingOurs: 1", answer.Text, StringComparison.Ordinal);
        Assert.False(again.IsDone);
    }

    /// <summary>Away from midnight, so that what is paid now is of one day and no lag ends before the files of its last day are here.</summary>
    private void StayOnOneDay()
    {
        var now = engine.Services.GetRequiredService<TimeProvider>().GetUtcNow();
        if (now.Hour is 23 or < 2) engine.Pass(now.Date.AddDays(now.Hour == 23 ? 1 : 0).AddHours(2) - now.UtcDateTime);
    }

    /// <summary>Lets the day end, and the nightly work get its files.</summary>
    private async Task NextDayAsync(int files)
    {
        var now = engine.Services.GetRequiredService<TimeProvider>().GetUtcNow();
        engine.Pass(now.Date.AddDays(1).AddHours(1) - now.UtcDateTime);
        var reports = engine.Services.GetRequiredService<SettlementReports>();
        await reports.RunAsync(CancellationToken.None);
        await Until.TrueAsync(async () =>
        {
            engine.Pass(TimeSpan.FromMilliseconds(200));
            return await engine.ScalarAsync("SELECT COUNT(*) FROM report_orders WHERE done_at IS NOT NULL") == files;
        });
        await reports.RunAsync(CancellationToken.None);
    }

    /// <summary>The PSP pays out to our bank by itself, and we learn of it by its events alone.</summary>
    private async Task PayOutAsync()
    {
        using var made = await engine.Control.Http.PostAsync("automatic-payout", new StringContent("""{"currency":"usd"}""", Encoding.UTF8, "application/json"));
        Assert.True(made.IsSuccessStatusCode, await made.Content.ReadAsStringAsync());
        await engine.CountAsync(1, "SELECT COUNT(*) FROM payouts WHERE seller_account IS NULL AND requested_by = 'psp' AND status IN ('IN_TRANSIT', 'PAID')");
    }

    private async Task<IReadOnlyList<(string Kind, string Id)>> PlantedAsync() =>
        [.. JsonNode.Parse(await engine.Control.Http.GetStringAsync("planted"))!.AsArray()
            .SelectMany(file => file!["planted"]!.AsArray().Select(one => ((string)one!["kind"]!, (string)one["balance_transaction_id"]!)))];

    private static IEnumerable<string> Expected(IEnumerable<(string Kind, string Id)> planted, params string[] not) =>
        planted.Where(one => !not.Contains(one.Kind)).Select(one => $"{Names[one.Kind]} {one.Id}").Order(StringComparer.Ordinal);

    /// <summary>What the PSP's own files led to.</summary>
    private async Task<IEnumerable<string>> FoundAsync()
    {
        var queries = engine.Services.GetRequiredService<ReconciliationQueries>();
        var files = (await queries.FilesAsync(null, 100, CancellationToken.None)).Items.Where(row => row.File.Origin == SettlementOrigin.Psp).Select(row => row.File.FileId).ToHashSet();
        return (await queries.MismatchesAsync(new MismatchFilter(IsClosedToo: true), null, 1000, CancellationToken.None)).Items
            .Where(one => one.FileId is { } file && files.Contains(file)).Select(one => $"{one.Kind} {one.TransactionId}").Order(StringComparer.Ordinal);
    }

    /// <summary>Our word for what the PSP left out.</summary>
    private async Task<string> FactAsync(string transaction)
    {
        var body = (await engine.Psp.GetAsync("/v1/balance_transactions/" + transaction)).Body;
        return $"{(string)body["reporting_category"]!}:{(string)body["source"]!}";
    }

    private async Task<EngineAnswer> UploadAsync(string csv, string type)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var request = new HttpRequestMessage(HttpMethod.Post, engine.Address + "/api/v1/settlement-files?name=day.csv") { Content = new StringContent(csv, Encoding.UTF8, type) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await engine.NewKeyAsync("recon"));
        request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        using var response = await http.SendAsync(request);
        return new EngineAnswer((int)response.StatusCode, await response.Content.ReadAsStringAsync(), false);
    }
}
