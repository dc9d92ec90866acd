using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.Data.Sqlite;
using PaymentPortal.Core.Storage;
using PaymentPortal.Tests.Support;
using SQLitePCL;

namespace PaymentPortal.Tests.Storage;

/// <summary>A store that can't write: no caller is ever told of a unit that is not there.</summary>
public sealed class StoreFaultTests
{
    private const string Insert = "INSERT INTO store_meta (name, value) VALUES ($1, $2)";
    private const string Kept = "SELECT name FROM store_meta WHERE name <> 'probe' ORDER BY name";
    private static readonly string Big = new('x', 40_000);

    [Fact]
    public async Task Full_InsideABatch_CompletesOnlyWhatIsOnDisk_AndRecovers()
    {
        await using var store = await TestStore.CreateAsync();
        await store.RunAsync(unit => LimitPages(unit, 60));

        var units = Enumerable.Range(0, 60).Select(n => store.RunAsync(unit => unit.Execute(Insert, "n" + n, Big))).ToArray();
        var outcomes = await Task.WhenAll(units.Select(OutcomeAsync));

        Assert.Contains(outcomes, error => error is StoreUnavailableException);
        Assert.All(outcomes, error => Assert.True(error is null or StoreUnavailableException, error?.ToString()));
        for (var n = 0; n < units.Length; n++) Assert.Equal(outcomes[n] is null ? 1 : 0, await store.ScalarAsync($"SELECT COUNT(*) FROM store_meta WHERE name = 'n{n}'"));
        // Small ones still fit where big ones did not: the lane goes on, and with room it takes all again.
        await store.RunAsync(unit => LimitPages(unit, 1_000_000));
        Assert.Equal(1, await store.RunAsync(unit => unit.Execute(Insert, "later", Big)));
    }

    [Fact]
    public async Task Full_AtCommit_Answers503UntilAProbeCommits()
    {
        using var rig = await FaultyRig.CreateAsync();
        rig.Dialect.CommitFault = StoreFault.Full;

        var failed = await Task.WhenAll(Enumerable.Range(0, 10).Select(n => OutcomeAsync(rig.AddAsync("n" + n))));
        var probed = await OutcomeAsync(rig.AddAsync("probed"));
        Assert.True(rig.Lane.Figures.IsFull);
        rig.Dialect.CommitFault = null;
        await rig.AddAsync("recovered");

        Assert.All([.. failed, probed], error => Assert.IsType<StoreUnavailableException>(error));
        Assert.Equal((1L, false), (await rig.CountAsync(), rig.Lane.Figures.IsFull));
        Assert.Empty(rig.Ended);
    }

    [Fact]
    public async Task IoError_AtCommit_CompletesNobodyAndEndsTheProcess()
    {
        using var rig = await FaultyRig.CreateAsync();
        rig.Dialect.CommitFault = StoreFault.Storage;

        var failed = await Task.WhenAll(Enumerable.Range(0, 10).Select(n => OutcomeAsync(rig.AddAsync("n" + n))));

        Assert.All(failed, error => Assert.IsType<StoreUnavailableException>(error));
        Assert.NotEmpty(rig.Ended);
        Assert.Equal(0, await rig.CountAsync());
    }

    [Fact]
    public async Task IoError_OfTheProbe_EndsTheProcess()
    {
        using var rig = await FaultyRig.CreateAsync();
        rig.Dialect.CommitFault = StoreFault.Full;
        await OutcomeAsync(rig.AddAsync("a"));
        Assert.Empty(rig.Ended);
        rig.Dialect.CommitFault = StoreFault.Storage;

        Assert.IsType<StoreUnavailableException>(await OutcomeAsync(rig.AddAsync("b")));

        Assert.Single(rig.Ended);
    }

    [Fact]
    public async Task IoError_InsideABatch_FailsThoseUnitsAndNoOthers()
    {
        await using var store = await TestStore.CreateAsync();

        var units = Enumerable.Range(0, 20).Select(n => store.RunAsync(unit =>
        {
            unit.Execute(Insert, "n" + n, "1");
            return n == 7 ? throw new SqliteException("disk I/O error", 10) : n;
        })).ToArray();
        var outcomes = await Task.WhenAll(units.Select(OutcomeAsync));

        Assert.IsType<StoreUnavailableException>(outcomes[7]);
        Assert.Equal(19, outcomes.Count(error => error is null));
        Assert.Equal(19, await store.ScalarAsync("SELECT COUNT(*) FROM store_meta WHERE name LIKE 'n%'"));
    }

    [Fact]
    public async Task Lock_HeldByAnotherProgram_Is503ForTheWholeBatchAtOnce()
    {
        using var rig = await FaultyRig.CreateAsync();
        rig.Dialect.IsLocked = true;

        var failed = await Task.WhenAll(Enumerable.Range(0, 10).Select(n => OutcomeAsync(rig.AddAsync("n" + n))));
        rig.Dialect.IsLocked = false;
        await rig.AddAsync("later");

        Assert.All(failed, error => Assert.IsType<StoreUnavailableException>(error));
        Assert.Equal(1, await rig.CountAsync());
        Assert.Empty(rig.Ended);
    }

    /// <summary>The disk itself is full while the log is written, at COMMIT: what was answered before is kept, and with room it goes on.</summary>
    [Fact]
    public async Task Full_OnASmallDisk_KeepsWhatWasAnsweredAndRecovers()
    {
        using var rig = await SmallDiskRig.CreateAsync(room: 1_500_000);
        await rig.AddAsync("before", Big);
        var units = Enumerable.Range(0, 100).Select(n => rig.AddAsync("n" + n, Big)).ToArray();

        var outcomes = await Task.WhenAll(units.Select(OutcomeAsync));
        rig.Disk.MakeRoom(1_500_000);
        await rig.AddAsync("later", "1");

        Assert.Contains(outcomes, error => error is StoreUnavailableException);
        Assert.All(outcomes, error => Assert.True(error is null or StoreUnavailableException, error?.ToString()));
        Assert.Equal(Enumerable.Range(0, 100).Where(n => outcomes[n] is null).Select(n => "n" + n).Concat(["before", "later"]).Order(StringComparer.Ordinal), await rig.KeptAsync());
        Assert.Empty(rig.Ended);
    }

    /// <summary>The write or the fsync of a COMMIT fails below SQLite. What then is on the disk nobody can say, so nobody is answered and the process must end.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task IoError_OfTheDiskAtCommit_CompletesNobodyAndEndsTheProcess(bool isWrite)
    {
        using var rig = await SmallDiskRig.CreateAsync(room: 10_000_000);
        await rig.AddAsync("before", "1");
        (rig.Disk.FailsToWrite, rig.Disk.FailsToSync) = (isWrite, !isWrite);

        var failed = await Task.WhenAll(Enumerable.Range(0, 10).Select(n => OutcomeAsync(rig.AddAsync("n" + n, "1"))));

        Assert.All(failed, error => Assert.IsType<StoreUnavailableException>(error));
        Assert.NotEmpty(rig.Ended);
        (rig.Disk.FailsToWrite, rig.Disk.FailsToSync) = (false, false);
        Assert.Contains("before", await rig.KeptAfterARestartAsync());
    }

    private static int LimitPages(UnitOfWork unit, int pages)
    {
        // The largest number of pages that the file may grow to; it can't be below what it has.
        return (int)unit.Scalar($"PRAGMA max_page_count = {pages}");
    }

    private static Task<Exception?> OutcomeAsync(Task task) =>
        task.ContinueWith(ended => ended.Exception?.InnerException, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);

    /// <summary>A lane over a store on a disk of its own.</summary>
    private sealed class SmallDiskRig : IDisposable
    {
        private readonly string _directory = Directory.CreateTempSubdirectory("portal-small-").FullName;
        private readonly WriteLane _lane;

        private SmallDiskRig(long room)
        {
            Disk = new SmallDisk(room);
            _lane = new WriteLane(new SqliteDialect(Disk.Of(File)), TimeProvider.System, endProcess: (message, _) => Ended.Enqueue(message));
        }

        public SmallDisk Disk { get; }

        public ConcurrentQueue<string> Ended { get; } = [];

        private string File => Path.Combine(_directory, "portal.db");

        public static async Task<SmallDiskRig> CreateAsync(long room)
        {
            var rig = new SmallDiskRig(room);
            await rig._lane.RunAsync(unit => unit.Execute("CREATE TABLE store_meta (name TEXT PRIMARY KEY, value TEXT)"), CancellationToken.None);
            return rig;
        }

        public Task<int> AddAsync(string name, string value) => _lane.RunAsync(unit => unit.Execute(Insert, name, value), CancellationToken.None);

        public Task<List<string>> KeptAsync() => _lane.RunAsync(unit => unit.Query(Kept, row => row.GetString(0)), CancellationToken.None);

        /// <summary>What another process reads there: of the first one nothing but its files is left.</summary>
        public async Task<List<string>> KeptAfterARestartAsync()
        {
            var copy = Directory.CreateDirectory(Path.Combine(_directory, "restarted")).FullName;
            foreach (var file in new[] { "portal.db", "portal.db-wal" }) System.IO.File.Copy(Path.Combine(_directory, file), Path.Combine(copy, file));
            using var lane = new WriteLane(new SqliteDialect(Path.Combine(copy, "portal.db")), TimeProvider.System);
            return await lane.RunAsync(unit => unit.Query(Kept, row => row.GetString(0)), CancellationToken.None);
        }

        public void Dispose()
        {
            _lane.Dispose();
            Disk.Dispose();
            Directory.Delete(_directory, recursive: true);
        }
    }

    /// <summary>A lane over a store whose BEGIN or COMMIT fails when told to, and what it asked the process to die of.</summary>
    private sealed class FaultyRig : IDisposable
    {
        private readonly string _directory = Directory.CreateTempSubdirectory("portal-faulty-").FullName;

        private FaultyRig()
        {
            Dialect = new FaultyDialect(new SqliteDialect(Path.Combine(_directory, "portal.db")));
            Lane = new WriteLane(Dialect, TimeProvider.System, endProcess: (message, _) => Ended.Enqueue(message));
        }

        public FaultyDialect Dialect { get; }

        public WriteLane Lane { get; }

        public ConcurrentQueue<string> Ended { get; } = [];

        public static async Task<FaultyRig> CreateAsync()
        {
            var rig = new FaultyRig();
            await rig.Lane.RunAsync(unit => unit.Execute("CREATE TABLE store_meta (name TEXT PRIMARY KEY, value TEXT)"), CancellationToken.None);
            return rig;
        }

        public Task<int> AddAsync(string name) => Lane.RunAsync(unit => unit.Execute(Insert, name, "1"), CancellationToken.None);

        public async Task<long> CountAsync()
        {
            await using var reader = Dialect.OpenReader();
            await using var command = reader.CreateCommand();
            command.CommandText = "SELECT COUNT(*) FROM store_meta WHERE name <> 'probe'";
            return (long)(await command.ExecuteScalarAsync())!;
        }

        public void Dispose()
        {
            Lane.Dispose();
            SqliteConnection.ClearAllPools();
            Directory.Delete(_directory, recursive: true);
        }
    }

    /// <summary>SQLite itself. A commit hook that says no makes COMMIT fail for real; the fault says what the failure is to count as.</summary>
    private sealed class FaultyDialect(SqliteDialect real) : SqlDialect
    {
        private const int RefusedByHook = 531;

        public StoreFault? CommitFault { get; set; }

        public bool IsLocked { get; set; }

        public override string Name => real.Name;

        public override DbConnection OpenWriter() => real.OpenWriter();

        public override DbConnection OpenReader() => real.OpenReader();

        public override LaneStatement Prepare(DbConnection writer, string sql, int arguments) => real.Prepare(writer, sql, arguments);

        public override StoreFault Classify(Exception error) =>
            error is SqliteException { SqliteExtendedErrorCode: RefusedByHook } && CommitFault is { } fault ? fault : real.Classify(error);

        public override DbTransaction Begin(DbConnection writer)
        {
            if (IsLocked) throw new SqliteException("database is locked", 5);
            raw.sqlite3_commit_hook(((SqliteConnection)writer).Handle, CommitFault is null ? null : _ => 1, null);
            return real.Begin(writer);
        }

        public override PortalDb CreateDb(WriteLane? lane) => real.CreateDb(lane);

        public override DbTransaction BeginSnapshot(DbConnection reader) => real.BeginSnapshot(reader);

        public override Task<IReadOnlyList<string>> FindDamageAsync(DbConnection snapshot, int most, CancellationToken cancellationToken) => real.FindDamageAsync(snapshot, most, cancellationToken);
    }
}
