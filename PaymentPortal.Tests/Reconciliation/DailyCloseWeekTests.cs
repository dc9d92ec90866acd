using System.Globalization;
using System.IO.Compression;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Ledger;
using PaymentPortal.Core.Reconciliation;
using PaymentPortal.Core.Reconciliation.Closes;
using PaymentPortal.Sandbox.Control;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Reconciliation;

/// <summary>
/// A week of the whole program with its PSP, over a moved clock: every kind of difference is planted, a payout comes back from the bank and is reversed days later,
/// and each day is closed the night after by two people.
/// </summary>
public sealed class DailyCloseWeekTests(EngineHost engine) : IClassFixture<EngineHost>
{
    private static readonly SettlementFaults?[] Week =
    [
        null, new() { Missing = 1, Extra = 1, Amount = 1 }, new() { Currency = 1, Fee = 1 }, null, new() { Status = 1, Late = 1 }, new() { Duplicate = 1, Unknown = 1 }, null,
    ];

    /// <summary>Days without a planted difference: what the payout moves must not make one either.</summary>
    private const int PayoutComesBack = 4;
    private const int PayoutIsReversed = 7;

    private readonly ReturnDesk _desk = new(engine);
    private readonly PayoutRig _payouts = new(engine);

    [SkippableFact]
    public async Task EachDay_ProvesItselfOrShowsExactlyWhatWasPlanted_AndHledgerAgrees()
    {
        var hledger = await DebianPackage.EnsureAsync("hledger", "hledger");
        var (told, late, first, returned) = (new HashSet<(string Kind, string Id)>(), new HashSet<string>(StringComparer.Ordinal), default(DateOnly), default(PayoutId));
        await PassToAsync(2);
        for (var night = 1; night <= Week.Length; night++)
        {
            var day = Today();
            if (night == 1) first = day;
            await PayAsync(night);
            if (night == PayoutComesBack) returned = await ComesBackAsync();
            if (night == PayoutIsReversed) await ReverseAsync(returned);
            if (Week[night - 1] is { } faults) await engine.Control.SetFaultsAsync(new FaultSettings { Settlement = faults });
            await NightAsync(files: 2 * night);
            await engine.Control.ClearFaultsAsync();

            var planted = (await PlantedAsync()).Where(told.Add).ToList();
            var proof = await engine.Services.GetRequiredService<DayProver>().ProveAsync(day, CancellationToken.None);
            Assert.Empty(proof.Blocks);
            Assert.Equal(planted.Select(one => one.Id).Concat(late).Order(StringComparer.Ordinal), (await DifferingAsync(proof, planted)).Order(StringComparer.Ordinal));
            Assert.Equal(planted.Count + late.Count == 0, proof.IsProved);
            late = [.. planted.Where(one => one.Kind == "late").Select(one => one.Id)];
            await CloseAsync(proof);
        }

        Assert.Equal(9, told.Select(one => one.Kind).Distinct(StringComparer.Ordinal).Count());
        await engine.CountAsync(Week.Length, "SELECT COUNT(*) FROM day_closes WHERE state = 'Closed' AND manifest_sha256 IS NOT NULL AND first_by = 'user:ana' AND second_by = 'user:ben'");
        Assert.Equal(Week.Length, await engine.ScalarAsync("SELECT COUNT(*) FROM outbox WHERE type = 'day.closed' AND version = 1"));
        var newest = (await engine.Client.GetAsync("/api/v1/day-closes?limit=4")).Body;
        var rest = (await engine.Client.GetAsync("/api/v1/day-closes?limit=4&after=" + (string)newest["next_cursor"]!)).Body;
        Assert.Equal(
            Enumerable.Range(0, Week.Length).Select(number => Text(first.AddDays(Week.Length - 1 - number))), newest["data"]!.AsArray().Concat(rest["data"]!.AsArray()).Select(one => (string)one!["day"]!));
        Assert.All(rest["data"]!.AsArray(), one => Assert.Equal((64, 64), (((string)one!["figures_sha256"]!).Length, ((string)one["evidence_sha256"]!).Length)));
        Assert.Null(rest["next_cursor"]);
        Assert.Equal(422, (await engine.Client.GetAsync("/api/v1/day-closes?after=yesterday")).Status);
        foreach (var day in new[] { first.AddDays(2), first.AddDays(6) }) Assert.Equal(await ClosingAsync(day), await JudgeAsync(hledger, day));
        await engine.AssertSoundAsync();
    }

    private static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private DateTimeOffset Now() => engine.Services.GetRequiredService<TimeProvider>().GetUtcNow();

    private DateOnly Today() => DateOnly.FromDateTime(Now().UtcDateTime);

    /// <summary>To this hour of the running day; a day that is past it is left out.</summary>
    private Task PassToAsync(int hour)
    {
        var now = Now();
        if (now.Hour >= 22 || now.Hour < hour) engine.Pass(now.Date.AddDays(now.Hour >= 22 ? 1 : 0).AddHours(hour) - now.UtcDateTime);
        return Task.CompletedTask;
    }

    private async Task PayAsync(int night)
    {
        MadeCheckout paid = null!;
        for (var n = 0; n < 4; n++) paid = await _desk.PaidAsync();
        if (night % 2 == 0) await _desk.IsAsync(await _desk.MadeAsync(await _desk.OrderAsync(paid), "5.00"), "SUCCEEDED");
    }

    /// <summary>The bank says that it paid, and sends the money back.</summary>
    private async Task<PayoutId> ComesBackAsync()
    {
        var payout = await _payouts.RequestAsync(await _payouts.FundedAsync(bank: "000555555559"));
        await _payouts.ComesBackAsync(payout);
        return payout;
    }

    /// <summary>Finance gives up on that bank: the transfer is reversed at the PSP, and the seller has the money in his wallet again.</summary>
    private async Task ReverseAsync(PayoutId payout)
    {
        await _payouts.Payouts.TakeBackAsync(payout, "The bank sent it back", Actor.Staff("ana"), CancellationToken.None);
        await _payouts.IsAsync(payout, "CANCELED");
        var seller = (await engine.TextAsync("SELECT seller_account FROM payouts WHERE payout_id = $1", payout.Value))!;
        Assert.Equal(("20.00", "0.00"), await _payouts.WalletAsync(seller));
    }

    /// <summary>Lets the day end, and the nightly work get its files.</summary>
    private async Task NightAsync(int files)
    {
        var now = Now();
        engine.Pass(now.Date.AddDays(1).AddHours(1) - now.UtcDateTime);
        var reports = engine.Services.GetRequiredService<SettlementReports>();
        await reports.RunAsync(CancellationToken.None);
        await Until.TrueAsync(async () =>
        {
            engine.Pass(TimeSpan.FromMilliseconds(500));
            return await engine.ScalarAsync("SELECT COUNT(*) FROM report_orders WHERE done_at IS NOT NULL") == files;
        });
        await reports.RunAsync(CancellationToken.None);
        await PassToAsync(2);
    }

    private async Task CloseAsync(DayProof proof)
    {
        var signed = await engine.Services.GetRequiredService<CloseDesk>().SignAsync(proof.Day, proof.Digest, Actor.Staff("ana"), "Each difference is named", CancellationToken.None);
        Assert.False(signed.IsRefused, signed.Refusal?.Text);
        await StaffSeed.AddAsync(engine.Services, "ana", "ben");
        var alone = await engine.Services.GetRequiredService<Approvals>().ApproveAsync(signed.Value, Actor.Staff("ana"), CancellationToken.None);
        Assert.Equal(RefusalCodes.MakerIsChecker, alone.Refusal?.Code);
        var closed = await engine.Services.GetRequiredService<Approvals>().ApproveAsync(signed.Value, Actor.Staff("ben"), CancellationToken.None);
        Assert.Equal(ApprovalState.Approved, closed.Value);
    }

    private async Task<IReadOnlyList<(string Kind, string Id)>> PlantedAsync() =>
        [.. JsonNode.Parse(await engine.Control.Http.GetStringAsync("planted"))!.AsArray()
            .SelectMany(file => file!["planted"]!.AsArray().Select(one => ((string)one!["kind"]!, (string)one["balance_transaction_id"]!)))];

    /// <summary>The PSP's movements that the proof's differences are about, each once.</summary>
    private async Task<IEnumerable<string>> DifferingAsync(DayProof proof, IReadOnlyList<(string Kind, string Id)> planted)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in proof.Items)
        {
            var id = item.About?.StartsWith("mm_", StringComparison.Ordinal) == true ? await engine.TextAsync("SELECT transaction_id FROM mismatches WHERE mismatch_id = $1", item.About)
                : item.Category == "fee" ? item.Item
                : await TransactionAsync(item, planted);
            ids.Add(id ?? $"{item.Category} {item.Item} {item.Note}");
        }
        return ids;
    }

    private async Task<string?> TransactionAsync(ProofItem item, IReadOnlyList<(string Kind, string Id)> planted)
    {
        var charged = await engine.TextAsync("SELECT e.source_id FROM booked_sessions b JOIN journal_entries e ON e.checkout_id = b.checkout_id AND e.kind = 'PspFee' WHERE b.charge_id = $1", item.Item);
        if (charged is not null) return charged;
        foreach (var one in planted)
        {
            var body = (await engine.Psp.GetAsync("/v1/balance_transactions/" + one.Id)).Body;
            if ((string?)body["source"] == item.Item) return one.Id;
        }
        return await engine.TextAsync("SELECT transaction_id FROM settlement_lines WHERE source_id = $1 AND is_counted = 1", item.Item);
    }

    /// <summary>The closing trial balance as the day's evidence holds it.</summary>
    private async Task<IEnumerable<string>> ClosingAsync(DateOnly day)
    {
        var output = new MemoryStream();
        await engine.Services.GetRequiredService<DayEvidence>().ZipAsync(day, output, CancellationToken.None);
        using var zip = new ZipArchive(output);
        using var file = new StreamReader(zip.GetEntry(Text(day) + "/trial-balance.csv")!.Open());
        return (await file.ReadToEndAsync()).Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line => string.Join(' ', line.Split(',')[..3])).Order(StringComparer.Ordinal);
    }

    /// <summary>What hledger makes of the whole journal up to the end of the day.</summary>
    private async Task<IEnumerable<string>> JudgeAsync(string hledger, DateOnly day)
    {
        var file = Path.Combine(Path.GetTempPath(), $"week-{Guid.NewGuid():N}.journal");
        await using (var writer = new StreamWriter(file)) await engine.Services.GetRequiredService<LedgerExport>().WriteAsync(LedgerFormat.Hledger, writer, CancellationToken.None);
        await DebianPackage.RunAsync(hledger, "-f", file, "check", "--strict");
        var balances = await DebianPackage.RunAsync(hledger, "-f", file, "balance", "--flat", "--no-total", "-O", "csv", "--layout=bare", "-e", Text(day.AddDays(1)));
        File.Delete(file);
        return balances.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line => line.Trim('\r').Split(',').Select(cell => cell.Trim('"')).ToArray())
            .Where(cells => cells[2].Trim('0', '.').Length > 0).Select(cells => string.Join(' ', cells)).Order(StringComparer.Ordinal);
    }
}
