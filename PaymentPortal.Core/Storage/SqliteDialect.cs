using System.Data;
using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using SQLitePCL;

namespace PaymentPortal.Core.Storage;

/// <summary>
/// SQLite in one file. One connection writes and checkpoints, every other opens read-only: two connections that checkpoint at the same moment
/// can corrupt the file in SQLite 3.7.0–3.51.2 (sqlite.org/changes.html, WAL-reset bug), and the packaged library is in that range.
/// </summary>
public sealed class SqliteDialect(string file) : SqlDialect
{
    private const int Constraint = 19;
    private const int Full = 13;

    /// <summary>How long the lane waits for a lock that another program holds on the file, before its callers are told to come again.</summary>
    private const int BusySeconds = 5;

    private static readonly int[] StorageCodes = [5 /* BUSY */, 10 /* IOERR */, 11 /* CORRUPT */, 8 /* READONLY */, 14 /* CANTOPEN */, 26 /* NOTADB */];

    static SqliteDialect()
    {
        // SQLite counts its memory behind one lock of the process, for figures that nobody reads. It can only be told so before its first use;
        // later it refuses, and is slower by some percent (sqlite.org/c3ref/c_config_covering_index_scan.html).
        Batteries_V2.Init();
        _ = raw.sqlite3_config(raw.SQLITE_CONFIG_MEMSTATUS, 0);
    }

    public string File { get; } = file;

    public override string Name => "SQLite";

    /// <summary>A start is making the schema, or was killed while it did: whatever is written later goes to the WAL, and leaves none.</summary>
    internal bool HasJournal => System.IO.File.Exists(File + "-journal");

    public override DbConnection OpenWriter()
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = File, Pooling = false, DefaultTimeout = BusySeconds }.ToString());
        connection.Open();
        // FULL: an acknowledged payment survives a power cut; NORMAL was measured to lose some. Group commit pays for it.
        // What a savepoint needs to undo its pages is kept in memory: in a file, the default, it cost the lane as much as the rows themselves.
        Run(connection, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA wal_autocheckpoint=4000; PRAGMA journal_size_limit=67108864; PRAGMA cache_size=-24576; PRAGMA temp_store=MEMORY;");
        return connection;
    }

    public override DbConnection OpenReader()
    {
        var connection = new SqliteConnection(ReaderConnectionString());
        connection.Open();
        return connection;
    }

    /// <summary>Takes back what a start that was killed had written of its schema. For the process that holds the store's lock; readers, which come next, can't.</summary>
    internal void RollBack()
    {
        if (!HasJournal) return;
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = File, Pooling = false }.ToString());
        connection.Open();
        // SQLite rolls back when the file is first read, not when it is opened.
        HasTable(connection, "store_meta");
    }

    public override LaneStatement Prepare(DbConnection writer, string sql, int arguments) => new SqliteStatement(((SqliteConnection)writer).Handle!, sql, arguments);

    public override DbTransaction Begin(DbConnection writer) => ((SqliteConnection)writer).BeginTransaction(IsolationLevel.Serializable, deferred: false);

    public override DbTransaction BeginSnapshot(DbConnection reader)
    {
        var transaction = ((SqliteConnection)reader).BeginTransaction(deferred: true);
        // A deferred transaction sees its snapshot from its first read on, not from BEGIN.
        using var first = reader.CreateCommand();
        first.CommandText = "SELECT COUNT(*) FROM store_meta";
        first.ExecuteScalar();
        return transaction;
    }

    public override async Task<IReadOnlyList<string>> FindDamageAsync(DbConnection snapshot, int most, CancellationToken cancellationToken)
    {
        // On a read-only connection SQLite does not look at CHECK constraints here, so where one matters an invariant repeats it.
        var damage = await snapshot.ReadAsync($"PRAGMA integrity_check({most})", [], row => row.GetString(0), cancellationToken).ConfigureAwait(false);
        damage.Remove("ok");
        await foreach (var orphan in snapshot.StreamAsync("PRAGMA foreign_key_check", [], row => $"row {row[1]} of {row[0]} points to no row of {row[2]}", cancellationToken).ConfigureAwait(false))
        {
            if (damage.Count >= most) break;
            damage.Add(orphan);
        }
        return damage;
    }

    /// <summary>One committed moment of the whole database as a new file, without what was deleted, while others write. The writer is not waited for.</summary>
    public async Task CopyToAsync(string target, CancellationToken cancellationToken)
    {
        await using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = File, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var command = connection.CreateCommand();
        command.CommandText = "VACUUM INTO $1";
        command.Parameters.AddWithValue("$1", target);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Closes the readers that wait for their next use: before the file is moved.</summary>
    public void ClosePools()
    {
        using var connection = new SqliteConnection(ReaderConnectionString());
        SqliteConnection.ClearPool(connection);
    }

    public override StoreFault Classify(Exception error) => error switch
    {
        SqliteException { SqliteErrorCode: Constraint } => StoreFault.Constraint,
        DbUpdateException { InnerException: SqliteException { SqliteErrorCode: Constraint } } => StoreFault.Constraint,
        SqliteException { SqliteErrorCode: Full } or DbUpdateException { InnerException: SqliteException { SqliteErrorCode: Full } } => StoreFault.Full,
        SqliteException sqlite when StorageCodes.Contains(sqlite.SqliteErrorCode) => StoreFault.Storage,
        _ => StoreFault.Other,
    };

    public override PortalDb CreateDb(WriteLane? lane) =>
        new SqlitePortalDb(new DbContextOptionsBuilder<SqlitePortalDb>().UseSqlite(ReaderConnectionString()).Options, lane);

    internal static bool HasTable(DbConnection reader, string table)
    {
        using var command = reader.CreateCommand();
        command.CommandText = "SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = $1)";
        var name = command.CreateParameter();
        (name.ParameterName, name.Value) = ("$1", table);
        command.Parameters.Add(name);
        return command.ExecuteScalar() is 1L;
    }

    /// <summary>Used once, before the lane opens, by the migrator.</summary>
    internal PortalDb CreateMigrationDb() =>
        new SqlitePortalDb(new DbContextOptionsBuilder<SqlitePortalDb>().UseSqlite($"Data Source={File};Pooling=False").Options, null);

    private string ReaderConnectionString() =>
        new SqliteConnectionStringBuilder { DataSource = File, Mode = SqliteOpenMode.ReadOnly, Pooling = true }.ToString();

    private static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
