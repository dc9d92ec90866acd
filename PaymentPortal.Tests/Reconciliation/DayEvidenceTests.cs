using System.IO.Compression;
using System.Security.Cryptography;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Reconciliation;
using PaymentPortal.Core.Reconciliation.Closes;
using PaymentPortal.Core.Retries;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Reconciliation;

/// <summary>The files of a closed day: checkable without us, and the same each time.</summary>
public sealed class DayEvidenceTests
{
    [Fact]
    public async Task Evidence_OfAClosedDay_ChecksOutAndNeverChanges()
    {
        await using var rig = await CloseRig.CreateAsync();
        await rig.FillAsync();
        await rig.CloseAsync();
        var evidence = new DayEvidence(rig.Store.Dialect);
        await HashAsync(rig, evidence);
        var before = await ZipAsync(evidence);

        // Life goes on: late facts, new days, mismatches settled.
        await rig.PaidAsync("late");
        await rig.PaidAsync("c", SettlementRig.Day.AddDays(1));
        await rig.Recon.AcceptAsync(SettlementRig.File(SettlementRig.Row("late")), SettlementRig.Day.AddDays(1));
        var mismatch = new MismatchId((await rig.Recon.SingleAsync(MismatchKind.Amount)).MismatchId);
        Assert.False((await rig.Recon.Desk.DoAsync(mismatch, new MismatchOrder(MismatchAct.Ignore, "Their fault"), CloseRig.First, CancellationToken.None)).IsRefused);

        Assert.Equal(before, await ZipAsync(evidence));
        await CheckAsync(rig, before);
    }

    [Fact]
    public async Task Evidence_HoldsTheDayAndNothingElse()
    {
        await using var rig = await CloseRig.CreateAsync();
        await rig.FillAsync();
        await rig.PaidAsync("before", SettlementRig.Day.AddDays(-1));
        await rig.PaidAsync("after", SettlementRig.Day.AddDays(1));
        await rig.CloseAsync();

        using var zip = new ZipArchive(new MemoryStream(await ZipAsync(new DayEvidence(rig.Store.Dialect))));

        string[] Lines(string name) => new StreamReader(zip.GetEntry("2026-11-20/" + name)!.Open()).ReadToEnd().Split(["\r\n", "\n"], StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(
            ["journal.csv", "trial-balance.csv", "wallets.csv", "settlement-lines.csv", "matches.csv", "differences.csv", "proof.csv", "signatures.csv", "manifest.json", "manifest.sha256"], zip.Entries.Select(entry => entry.Name));
        Assert.Equal(await rig.Store.ScalarAsync($"SELECT COUNT(*) FROM postings p JOIN journal_entries e ON e.entry_id = p.entry_id WHERE e.effective_at / 86400000000 = {SettlementRig.Day.ToUnixTimeSeconds() / 86400}"), Lines("journal.csv").Length - 1);
        Assert.Contains("seller:seller-1:payable,USD,33.75,3375", Lines("wallets.csv"));
        Assert.Contains("seller:seller-1:payable,USD,-33.75,-3375", Lines("trial-balance.csv"));
        Assert.Equal(4, Lines("settlement-lines.csv").Length);
        Assert.Contains("charge,ch_a,USD,1250,1250,1250,1250", Lines("matches.csv"));
        Assert.Contains(Lines("differences.csv"), line => line.Contains("charge,ch_b,USD,1250,1250,1250,1260,Mismatch,mm_", StringComparison.Ordinal));
        Assert.Equal((3, 9), (Lines("signatures.csv").Length, Lines("manifest.sha256").Length));
    }

    private static async Task HashAsync(CloseRig rig, DayEvidence evidence)
    {
        var task = (await rig.Store.RunAsync(unit => RetryQueue.ClaimNow(unit, EvidenceStep.Step, "2026-11-20")))!;
        Assert.IsType<TaskEnd.Settled>(await new EvidenceStep(evidence, rig.Store.Lane, rig.Store.Keys, new AuditLog(rig.Store.Chain)).RunAsync(task, CancellationToken.None));
        Assert.Equal(0, await rig.Store.ScalarAsync("SELECT COUNT(*) FROM retry_tasks"));
    }

    private static async Task CheckAsync(CloseRig rig, byte[] zip)
    {
        var folder = Path.Combine(rig.Store.Directory, "evidence");
        await ZipFile.ExtractToDirectoryAsync(new MemoryStream(zip), folder);
        var day = Path.Combine(folder, "2026-11-20");
        Assert.Equal((await rig.FindAsync())!.ManifestSha256, Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(Path.Combine(day, DayEvidence.Manifest)))));
        if (!OperatingSystem.IsWindows()) await DebianPackage.RunAsync("sh", "-c", $"cd '{day}' && sha256sum -c --strict {DayEvidence.Manifest}");
        await rig.Recon.AssertSoundAsync();
    }

    private static async Task<byte[]> ZipAsync(DayEvidence evidence)
    {
        var output = new MemoryStream();
        await evidence.ZipAsync(CloseRig.Day, output, CancellationToken.None);
        return output.ToArray();
    }
}
