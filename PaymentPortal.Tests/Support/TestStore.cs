using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Tests.Support;

/// <summary>A migrated SQLite store in a folder of its own, with its lane, keys and a clock that tests move.</summary>
public sealed class TestStore : IAsyncDisposable
{
    // Migrated once for all tests: each starts from a copy of the empty store.
    private static readonly Lazy<Task<byte[]>> Migrated = new(MigrateAsync);

    private TestStore(string directory, SqliteDialect dialect, ManualTime time)
    {
        Directory = directory;
        Dialect = dialect;
        Time = time;
        Keys = KeyRing.OpenOrCreate(Path.Combine(directory, "keys"));
        Lane = new WriteLane(dialect, time);
    }

    public string Directory { get; }

    public SqliteDialect Dialect { get; }

    public ManualTime Time { get; }

    public KeyRing Keys { get; }

    public FieldCipher Cipher => new(Keys);

    public HashChain Chain => new(Keys);

    public WriteLane Lane { get; }

    public PortalDbFactory Databases => new(Dialect, Lane);

    public static async Task<TestStore> CreateAsync()
    {
        var directory = System.IO.Directory.CreateTempSubdirectory("portal-store-").FullName;
        var dialect = new SqliteDialect(Path.Combine(directory, "portal.db"));
        await File.WriteAllBytesAsync(dialect.File, await Migrated.Value);
        return new TestStore(directory, dialect, new ManualTime());
    }

    public Task<T> RunAsync<T>(Func<UnitOfWork, T> unit) => Lane.RunAsync(unit, CancellationToken.None);

    public Task<int> ExecuteAsync(string sql) => RunAsync(unit => unit.Execute(sql));

    /// <summary>The first column of the first row, read beside the lane.</summary>
    public async Task<long> ScalarAsync(string sql)
    {
        await using var connection = Dialect.OpenReader();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(await command.ExecuteScalarAsync(), System.Globalization.CultureInfo.InvariantCulture);
    }

    public ValueTask DisposeAsync()
    {
        Lane.Dispose();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        System.IO.Directory.Delete(Directory, recursive: true);
        return ValueTask.CompletedTask;
    }

    private static async Task<byte[]> MigrateAsync()
    {
        var directory = System.IO.Directory.CreateTempSubdirectory("portal-store-");
        var dialect = new SqliteDialect(Path.Combine(directory.FullName, "portal.db"));
        await StoreMigrator.MigrateAsync(dialect, CancellationToken.None);
        var bytes = await File.ReadAllBytesAsync(dialect.File);
        directory.Delete(recursive: true);
        return bytes;
    }
}
