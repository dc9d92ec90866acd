using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Storage;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Storage;

public sealed class WriteLaneTests
{
    private const string Insert = "INSERT INTO store_meta (name, value) VALUES ($1, $2)";

    [Fact]
    public async Task Unit_Completed_IsOnDisk()
    {
        await using var store = await TestStore.CreateAsync();

        await store.RunAsync(unit => unit.Execute(Insert, "a", "1"));

        Assert.Equal(1, await store.ScalarAsync("SELECT COUNT(*) FROM store_meta WHERE name = 'a'"));
    }

    [Fact]
    public async Task Unit_Refused_IsUndoneAlone()
    {
        await using var store = await TestStore.CreateAsync();

        var refused = store.RunAsync<Result<int>>(unit =>
        {
            unit.Execute(Insert, "refused", "1");
            return new Refusal(RefusalCodes.Invalid, 422, "No.");
        });
        var kept = store.RunAsync(unit => unit.Execute(Insert, "kept", "1"));

        Assert.True((await refused).IsRefused);
        Assert.Equal(1, await kept);
        Assert.Equal(1, await store.ScalarAsync("SELECT COUNT(*) FROM store_meta"));
    }

    /// <summary>All in one batch, held back until each is handed in: what refused units wrote is seen by nobody, in the store or in what is kept in memory.</summary>
    [Fact]
    public async Task Batch_OfUnitsThatWriteAndRefuse_KeepsTheOthersWholeAndTellsEachOnce()
    {
        await using var store = await TestStore.CreateAsync();
        using var gate = new ManualResetEventSlim();
        var told = 0;
        var holding = store.RunAsync(unit =>
        {
            gate.Wait();
            return 0;
        });

        var units = Enumerable.Range(0, 200).Select(n => store.RunAsync<Result<long>>(unit =>
        {
            unit.Execute(Insert, "n" + n, "1");
            unit.Carry("last", n, last => last.Execute("UPDATE store_meta SET value = 'last' WHERE name = $1", "n" + n));
            unit.AfterCommit(() => Interlocked.Increment(ref told));
            if (n % 7 == 6) return new Refusal(RefusalCodes.Invalid, 422, "No.");
            return unit.Scalar("SELECT COUNT(*) FROM store_meta");
        })).ToArray();
        gate.Set();
        await holding;
        var results = await Task.WhenAll(units);

        Assert.All(results.Select((result, n) => (result, n)), each => Assert.Equal(each.n % 7 == 6, each.result.IsRefused));
        Assert.Equal(Enumerable.Range(1, 172).Select(n => (long)n), results.Where(result => !result.IsRefused).Select(result => result.Value));
        Assert.Equal((172, 28L), (told, store.Lane.Figures.Refused));
        Assert.Equal(172, await store.ScalarAsync("SELECT COUNT(*) FROM store_meta"));
        Assert.Equal("n199", await store.RunAsync(unit => unit.QueryFirst("SELECT name FROM store_meta WHERE value = 'last'", row => row.GetString(0))));
    }

    [Fact]
    public async Task Unit_AgainstUniqueIndex_FailsAlone()
    {
        await using var store = await TestStore.CreateAsync();

        var units = Enumerable.Range(0, 20).Select(n => store.RunAsync(unit => unit.Execute(Insert, "n" + (n % 10), "1"))).ToArray();
        await Task.WhenAll(units.Select(unit => unit.ContinueWith(_ => { }, TaskScheduler.Default)));

        Assert.Equal(10, units.Count(unit => unit.IsCompletedSuccessfully));
        Assert.All(units.Where(unit => unit.IsFaulted), unit => Assert.IsType<ConstraintViolationException>(unit.Exception!.InnerException));
        Assert.Equal(10, await store.ScalarAsync("SELECT COUNT(*) FROM store_meta"));
    }

    [Fact]
    public async Task Unit_ThatThrows_LeavesTheOthersOfItsBatch()
    {
        await using var store = await TestStore.CreateAsync();

        var units = Enumerable.Range(0, 50).Select(n => store.RunAsync(unit =>
        {
            unit.Execute(Insert, "n" + n, "1");
            return n == 25 ? throw new InvalidOperationException("a bug") : n;
        })).ToArray();
        await Task.WhenAll(units.Select(unit => unit.ContinueWith(_ => { }, TaskScheduler.Default)));

        Assert.Equal(49, units.Count(unit => unit.IsCompletedSuccessfully));
        Assert.Equal(49, await store.ScalarAsync("SELECT COUNT(*) FROM store_meta"));
    }

    [Fact]
    public async Task Units_ManyAtOnce_ShareCommits()
    {
        await using var store = await TestStore.CreateAsync();

        await Task.WhenAll(Enumerable.Range(0, 500).Select(n => store.RunAsync(unit => unit.Execute(Insert, "n" + n, "1"))));

        Assert.InRange(store.Lane.Figures.Commits, 1, 250);
        Assert.Equal(500, store.Lane.Figures.Units);
    }

    /// <summary>FULL: the answer to a caller outlives a power cut. NORMAL, which a killed process does not tell from it, would pass every other test.</summary>
    [Fact]
    public async Task Writer_IsInWalModeWithEveryCommitOnTheDisk()
    {
        const long Full = 2;
        await using var store = await TestStore.CreateAsync();

        var (durable, journal, foreignKeys) = await store.RunAsync(unit => (unit.Scalar("PRAGMA synchronous"), unit.QueryFirst("PRAGMA journal_mode", row => row.GetString(0)), unit.Scalar("PRAGMA foreign_keys")));

        Assert.Equal((Full, "wal", 1L), (durable, journal, foreignKeys));
    }

    /// <summary>Two connections that write or checkpoint can corrupt the file, so the file itself is closed to writing for every reader.</summary>
    [Theory]
    [InlineData("INSERT INTO store_meta (name, value) VALUES ('a', '1')")]
    [InlineData("DELETE FROM store_meta")]
    [InlineData("CREATE TABLE beside (name TEXT)")]
    public async Task Reader_CanNotWrite(string sql)
    {
        await using var store = await TestStore.CreateAsync();
        await using var reader = store.Dialect.OpenReader();
        await using var command = reader.CreateCommand();
        // What a careless statement might have left on a pooled connection does not help either.
        command.CommandText = "PRAGMA query_only = OFF; " + sql;

        var refused = await Assert.ThrowsAsync<SqliteException>(() => command.ExecuteNonQueryAsync());

        Assert.Equal(8, refused.SqliteErrorCode);
    }

    [Fact]
    public async Task Context_WithoutALane_CanNotWrite()
    {
        await using var store = await TestStore.CreateAsync();
        await using var db = store.Dialect.CreateDb(null);

        await Assert.ThrowsAsync<SqliteException>(() => db.Database.ExecuteSqlRawAsync("DELETE FROM store_meta"));
    }

    [Fact]
    public async Task SaveChanges_OfAContext_GoesThroughTheLane()
    {
        await using var store = await TestStore.CreateAsync();
        await using var db = store.Databases.CreateDbContext();
        db.Add(new StaffUser { Id = "ana", CreatedAt = store.Time.GetUtcNow() });

        await db.SaveChangesAsync();

        Assert.Equal(1, store.Lane.Figures.Units);
        Assert.Equal(1, await store.ScalarAsync("SELECT COUNT(*) FROM staff_users WHERE id = 'ana'"));
    }
}
