using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using PaymentPortal.Core.Storage;
using PaymentPortal.Tests.House;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Reconciliation;

/// <summary>SIGKILL at each named point of one settlement file's life: it is here once, counts whole, and is taken back whole, whoever goes on with it.</summary>
public sealed partial class SettlementCrashTests
{
    /// <summary>More than one unit of work.</summary>
    private const int Rows = 2_100;

    private static readonly string[] Points = ["settlement-stage-after", "settlement-begun", "settlement-batch"];

    [Fact]
    public void Points_OfReconciliation_AreAllKilledAt() => Assert.Equal(
        Points.Order(StringComparer.Ordinal),
        Directory.EnumerateFiles(Path.Combine(Repository.Root, "PaymentPortal.Core/Reconciliation"), "*.cs").SelectMany(file => Point().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value)).Order(StringComparer.Ordinal));

    /// <summary>The client goes on with what he accepted; what he took back, and never asked for again, a step does.</summary>
    [Fact]
    public async Task KilledWhileAFileComesIn_Counts_AndIsTakenBack_ItIsWholeEachTime()
    {
        await using var rig = await CrashRig.StartAsync(Points);
        var csv = SettlementRig.File([.. Enumerable.Range(0, Rows).Select(n => SettlementRig.Row($"k{n}", at: "2020-02-02 10:00:00"))]);

        await rig.CallAsync(client => client.UploadAsync("crash-file", csv), answer => answer.Status is 201 or 409);
        var file = await rig.TextAsync("SELECT file_id FROM settlement_files WHERE state = 'Staged'");
        await rig.PostAsync($"/api/v1/settlement-files/{file}/accept", "crash-accept", "{}", 200);
        Assert.Equal((1, Rows, Rows), (await rig.ReadAsync("SELECT COUNT(*) FROM settlement_files WHERE state = 'Accepted'"), await rig.ReadAsync("SELECT COUNT(*) FROM settlement_lines WHERE is_counted = 1"), await MismatchesAsync(rig, "Open")));
        Assert.Equal(Points.Length, rig.Deaths);

        await rig.KillAndStartAsync(_ => Task.CompletedTask, "settlement-batch");
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => rig.Client.PostAsync($"/api/v1/settlement-files/{file}/roll-back", "crash-back", """{"reason":"the wrong day"}"""));
        await rig.KillAndStartAsync(DueNowAsync, "none");
        await rig.TextAsync($"SELECT file_id FROM settlement_files WHERE file_id = '{file}' AND state = 'RolledBack'");

        Assert.Equal((0, Rows), (await rig.ReadAsync("SELECT COUNT(*) FROM settlement_lines WHERE is_counted = 1 OR bucket IS NOT NULL AND file_id = '" + file + "'"), await MismatchesAsync(rig, "Withdrawn")));
        await rig.AssertSoundAsync();
    }

    private static Task<long> MismatchesAsync(CrashRig rig, string state) => rig.ReadAsync($"SELECT COUNT(*) FROM mismatches WHERE state = '{state}'");

    /// <summary>The two minutes that the step leaves to its caller are over.</summary>
    private static Task DueNowAsync(IServiceProvider services) => services.GetRequiredService<WriteLane>().RunAsync(unit => unit.Execute("UPDATE retry_tasks SET due_at = $1 WHERE kind = 'settlement.file'", unit.Now), CancellationToken.None);

    [GeneratedRegex("""CrashPoint\.Hit\("([^"]+)"\)""")]
    private static partial Regex Point();
}
