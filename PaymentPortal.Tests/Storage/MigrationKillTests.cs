using System.Diagnostics;
using System.Globalization;
using Microsoft.Data.Sqlite;
using PaymentPortal.Cli.Seed;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Tests.Support;
using Xunit.Abstractions;

namespace PaymentPortal.Tests.Storage;

/// <summary>
/// SIGKILL of the program while it makes the schema in a new folder: what it leaves is the old schema or the new one, and the next start goes on from
/// either. MIGRATION_KILLS and MIGRATION_SEED set how many and when.
/// </summary>
public sealed class MigrationKillTests(ITestOutputHelper output) : IDisposable
{
    private const string Tables = "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND substr(name, 1, 4) <> '__EF' AND substr(name, 1, 7) <> 'sqlite_'";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly int _kills = int.Parse(Environment.GetEnvironmentVariable("MIGRATION_KILLS") ?? "4", CultureInfo.InvariantCulture);
    private readonly ulong _seed = ulong.Parse(Environment.GetEnvironmentVariable("MIGRATION_SEED") ?? "20261124", CultureInfo.InvariantCulture);
    private readonly string _directory = Directory.CreateTempSubdirectory("migration-kill-").FullName;

    [Fact]
    public async Task Migrate_KilledAtAnyMoment_LeavesTheOldSchemaOrTheNew_AndTheNextStartEndsIt()
    {
        output.WriteLine($"MIGRATION_KILLS={_kills} MIGRATION_SEED={_seed}");
        var whole = Path.Combine(_directory, "whole");
        await MigratedAsync(whole);
        var (tables, size) = (await TablesAsync(whole), (int)new FileInfo(OpenStore.FileOf(whole)).Length);
        var dice = new DemoDice(_seed);
        var (nothing, everything, withJournal) = (0, 0, 0);
        for (var kill = 1; kill <= _kills; kill++)
        {
            var folder = Path.Combine(_directory, $"killed-{kill}");
            // One in four in the long time before the schema is written, the others while the file grows.
            if (!await KillAsync(folder, dice.Below(4) == 0 ? 0 : 1 + dice.Below(size))) continue;
            if (File.Exists(OpenStore.FileOf(folder) + "-journal")) withJournal++;

            var left = await TablesLeftAsync(folder);
            Assert.True(left == 0 || left == tables, $"Kill {kill} left {left} of {tables} tables.");
            if (left == 0) nothing++;
            else everything++;
            if (kill == _kills) await MigratedAsync(folder);
            else using (await OpenStore.OpenAsync(folder, Path.Combine(folder, "keys"), CancellationToken.None)) { }
            Assert.Equal(tables, await TablesAsync(folder));
        }
        output.WriteLine($"{nothing} left no table, {everything} left all {tables}; {withJournal} left a journal to roll back");
        Assert.True(nothing > 0, "No kill came before the schema was there.");
    }

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_directory, recursive: true);
    }

    private static async Task MigratedAsync(string folder)
    {
        var run = await VerbRun.StartAsync(["migrate", "--Data:Directory", folder]);
        Assert.True(run.Exit == 0, run.Errors);
    }

    /// <summary>Kills the verb as soon as the file has a size. False when it was done before.</summary>
    private static async Task<bool> KillAsync(string folder, int size)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "PaymentPortal.dll"), "migrate", "--Data:Directory", folder]) { RedirectStandardOutput = true };
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        using var process = Process.Start(start)!;
        var file = new FileInfo(OpenStore.FileOf(folder));
        await Until.TrueAsync(() => Task.FromResult(File.Exists(file.FullName) || process.HasExited), Patience);
        // The schema is written within milliseconds: whoever waits for a timer misses it.
        for (; !process.HasExited && file.Length < size; file.Refresh()) Thread.Yield();
        process.Kill();
        await process.WaitForExitAsync();
        return process.ExitCode == 128 + 9;
    }

    /// <summary>What the next program will see, in a copy, so that the next start meets the files as they were left.</summary>
    private async Task<long> TablesLeftAsync(string folder)
    {
        var copy = Directory.CreateDirectory(Path.Combine(_directory, "copy-" + Path.GetFileName(folder))).FullName;
        foreach (var file in Directory.EnumerateFiles(folder, "portal.db*").Where(file => !file.EndsWith("-shm", StringComparison.Ordinal))) File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        return await TablesAsync(copy);
    }

    private static async Task<long> TablesAsync(string folder)
    {
        // Free to write: SQLite then rolls back what was not committed.
        await using var connection = new SqliteConnection($"Data Source={OpenStore.FileOf(folder)};Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = Tables;
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
