using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Tests.Storage;

/// <summary>
/// The very first start, killed in the middle. What SIGKILL leaves is what the files hold at that moment, so they are copied between two statements
/// of the migration; each copy is then started. <see cref="MigrationKillTests"/> kills the program itself.
/// </summary>
public sealed class MigrationCrashTests : IDisposable
{
    private const string Schema = "SELECT group_concat(sql, ';') FROM (SELECT sql FROM sqlite_master WHERE name NOT LIKE '__EFMigrationsLock' ORDER BY type, name)";
    private readonly string _directory = Directory.CreateTempSubdirectory("migration-").FullName;

    /// <param name="memory">What the migration keeps in memory before it writes to the file: when that is little, the images have a journal that must be rolled back.</param>
    [Theory]
    [InlineData("PRAGMA cache_size = 2000")]
    [InlineData("PRAGMA cache_size = 1")]
    public async Task FirstMigration_KilledInTheMiddle_IsFinishedByTheNextStart(string memory)
    {
        var whole = new SqliteDialect(Path.Combine(_directory, "portal.db"));
        var images = new Images(_directory);
        await using (var db = new SqlitePortalDb(new DbContextOptionsBuilder<SqlitePortalDb>().UseSqlite($"Data Source={whole.File};Pooling=False").AddInterceptors(images).Options, null))
        {
            await db.Database.OpenConnectionAsync();
            await db.Database.ExecuteSqlRawAsync(memory);
            await db.Database.MigrateAsync();
        }
        var schema = await ReadAsync(whole.File);

        Assert.True(images.Taken.Count > 5, $"Only {images.Taken.Count} moments were met.");
        foreach (var image in images.Taken)
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            if (Directory.GetFiles(Path.GetDirectoryName(image)!, "*-journal").Length > 0)
            {
                var refused = await Assert.ThrowsAsync<StartRefusedException>(() => OpenStore.OpenReadOnlyAsync(Path.GetDirectoryName(image)!, Path.Combine(_directory, "keys"), patience.Token));
                Assert.Contains("run the verb 'migrate'", refused.Message, StringComparison.Ordinal);
            }
            using (await OpenStore.OpenAsync(Path.GetDirectoryName(image)!, Path.Combine(_directory, "keys"), patience.Token)) Assert.Equal(schema, await ReadAsync(image));
        }
    }

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_directory, recursive: true);
    }

    private static async Task<string?> ReadAsync(string file)
    {
        await using var connection = new SqliteDialect(file).OpenReader();
        await using var command = connection.CreateCommand();
        command.CommandText = Schema;
        return await command.ExecuteScalarAsync() as string;
    }

    /// <summary>Copies the store's files before the first statements of a migration, which take its lock, and before some of the others.</summary>
    private sealed class Images(string directory) : DbCommandInterceptor
    {
        private const int First = 5;
        private const int Each = 60;
        private int _statements;

        public List<string> Taken { get; } = [];

        public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
        {
            if (_statements++ < First || _statements % Each == 0) Take();
            return new ValueTask<InterceptionResult<int>>(result);
        }

        private void Take()
        {
            var image = Directory.CreateDirectory(Path.Combine(directory, $"killed-{_statements}")).FullName;
            // Not the shared memory: it dies with the process.
            foreach (var file in Directory.EnumerateFiles(directory, "portal.db*").Where(file => !file.EndsWith("-shm", StringComparison.Ordinal))) File.Copy(file, Path.Combine(image, Path.GetFileName(file)));
            Taken.Add(Path.Combine(image, "portal.db"));
        }
    }
}
