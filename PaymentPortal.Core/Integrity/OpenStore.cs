using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Integrity;

/// <summary>
/// The embedded store, opened for writing: locked against a second process, migrated, and with every key that its data was written with.
/// Anything else refuses to start, saying why.
/// </summary>
public sealed class OpenStore : IDisposable
{
    private const string KeyMark = "key:";
    private readonly StoreLock _lock;

    private OpenStore(SqliteDialect dialect, KeyRing keys, StoreLock storeLock) => (Dialect, Keys, _lock) = (dialect, keys, storeLock);

    public SqliteDialect Dialect { get; }

    public KeyRing Keys { get; }

    public static string FileOf(string dataDirectory) => Path.Combine(dataDirectory, "portal.db");

    public static async Task<OpenStore> OpenAsync(string dataDirectory, string keysDirectory, CancellationToken cancellationToken)
    {
        var storeLock = StoreLock.Take(dataDirectory);
        try
        {
            var dialect = new SqliteDialect(FileOf(dataDirectory));
            dialect.RollBack();
            var keys = OpenKeys(dialect, keysDirectory);
            await StoreMigrator.MigrateAsync(dialect, cancellationToken).ConfigureAwait(false);
            MarkKeys(dialect, keys);
            return new OpenStore(dialect, keys, storeLock);
        }
        catch
        {
            storeLock.Dispose();
            throw;
        }
    }

    /// <summary>For verbs that only read, beside a running server or without one.</summary>
    public static async Task<(SqliteDialect Dialect, KeyRing Keys)> OpenReadOnlyAsync(string dataDirectory, string keysDirectory, CancellationToken cancellationToken)
    {
        var dialect = new SqliteDialect(FileOf(dataDirectory));
        if (!File.Exists(dialect.File)) throw new StartRefusedException($"There is no data in {dataDirectory} yet. Start the server once, or run the verb 'migrate'.");
        if (dialect.HasJournal)
            throw new StartRefusedException($"A start is making the schema of {dialect.File} at this moment, or was killed while it did. No payment was under way and none is lost. Start the server, or run the verb 'migrate': either ends it.");
        var keys = OpenKeys(dialect, keysDirectory);
        await StoreMigrator.RequireCurrentAsync(dialect, cancellationToken).ConfigureAwait(false);
        return (dialect, keys);
    }

    public void Dispose() => _lock.Dispose();

    /// <summary>Names a key in the store before anything is written under it.</summary>
    internal static int MarkKey(UnitOfWork unit, string id) => unit.Execute("INSERT INTO store_meta (name, value) VALUES ($1, '') ON CONFLICT (name) DO NOTHING", KeyMark + id);

    private static KeyRing OpenKeys(SqliteDialect dialect, string keysDirectory)
    {
        var used = File.Exists(dialect.File) ? UsedKeys(dialect) : [];
        if (used.Count > 0 && !KeyRing.Exists(keysDirectory))
            throw new StartRefusedException($"The data in {dialect.File} is sealed with key {string.Join(", ", used)}, and {keysDirectory} holds no key file. Put its backup in place: without it names, e-mails and the proof of the books can't be read.");
        var keys = KeyRing.OpenOrCreate(keysDirectory);
        if (used.FirstOrDefault(id => !keys.TryGet(id, out _)) is { } missing)
            throw new StartRefusedException($"The data in {dialect.File} is sealed with key {missing}, which the key file in {keysDirectory} does not hold. Put the right key file in place.");
        return keys;
    }

    private static List<string> UsedKeys(SqliteDialect dialect)
    {
        using var connection = dialect.OpenReader();
        // A start that was killed before its first migration left a file without tables.
        if (!SqliteDialect.HasTable(connection, "store_meta")) return [];
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT name FROM store_meta WHERE name LIKE 'key:%'";
        using var rows = command.ExecuteReader();
        var ids = new List<string>();
        while (rows.Read()) ids.Add(rows.GetString(0)[KeyMark.Length..]);
        return ids;
    }

    /// <summary>Before the lane opens and before the first row is sealed: data can't come to exist under a key that isn't named here.</summary>
    private static void MarkKeys(SqliteDialect dialect, KeyRing keys)
    {
        using var connection = dialect.OpenWriter();
        foreach (var key in keys.Keys)
        {
            using var command = connection.CreateCommand();
            command.CommandText = "INSERT INTO store_meta (name, value) VALUES ($1, '') ON CONFLICT (name) DO NOTHING";
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = ("$1", KeyMark + key.Id);
            command.Parameters.Add(parameter);
            command.ExecuteNonQuery();
        }
    }
}
