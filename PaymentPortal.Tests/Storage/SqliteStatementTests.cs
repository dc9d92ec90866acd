using Microsoft.Data.Sqlite;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Ledger;
using PaymentPortal.Core.Storage;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Storage;

public sealed class SqliteStatementTests : IAsyncLifetime
{
    private const string Insert = "INSERT INTO kept (name, value) VALUES ($1, $2)";
    private TestStore _store = null!;

    public async Task InitializeAsync()
    {
        _store = await TestStore.CreateAsync();
        await _store.RunAsync(unit => unit.Execute("CREATE TABLE kept (name TEXT PRIMARY KEY, value)"));
    }

    public async Task DisposeAsync() => await _store.DisposeAsync();

    public static TheoryData<object?, string, object?> Values() => new()
    {
        { null, "null", null },
        { "", "text", "" },
        { "Zürich \u65e5\u672c \ud83d\ude00", "text", "Zürich \u65e5\u672c \ud83d\ude00" },
        { new string('é', 5_000), "text", new string('é', 5_000) },
        { long.MinValue, "integer", long.MinValue },
        { 7, "integer", 7L },
        { true, "integer", 1L },
        { EntryKind.PayIn, "text", "PayIn" },
        { Instants.FromMicroseconds(1_790_000_000_123_456), "integer", 1_790_000_000_123_456 },
        { Array.Empty<byte>(), "blob", Array.Empty<byte>() },
        { new byte[] { 0, 1, 255 }, "blob", new byte[] { 0, 1, 255 } },
    };

    [Theory]
    [MemberData(nameof(Values))]
    public async Task Execute_AValueOfAnyStoredType_IsReadBackAsItWas(object? value, string type, object? stored)
    {
        await _store.RunAsync(unit => unit.Execute(Insert, "one", value));

        var kept = await _store.RunAsync(unit => unit.Query("SELECT typeof(value), value FROM kept", row => (row.GetString(0), row.IsDBNull(1) ? null : row.GetValue(1))));

        var (keptType, keptValue) = Assert.Single(kept);
        Assert.Equal(type, keptType);
        Assert.Equal(stored, keptValue);
    }

    [Fact]
    public async Task Execute_ParametersOutOfOrder_AreBoundByTheirNumber()
    {
        await _store.RunAsync(unit => unit.Execute(Insert, "one", 1));

        Assert.Equal(1, await _store.RunAsync(unit => unit.Execute("UPDATE kept SET value = $2 + $3 WHERE name = $1", "one", 20, 3)));

        Assert.Equal(23, await _store.ScalarAsync("SELECT value FROM kept"));
    }

    [Fact]
    public async Task Execute_NothingChanged_TellsZero()
    {
        await _store.RunAsync(unit => unit.Execute(Insert, "one", 1));

        Assert.Equal(0, await _store.RunAsync(unit => unit.Execute(Insert + " ON CONFLICT (name) DO NOTHING", "one", 2)));
        Assert.Equal(0, await _store.RunAsync(unit => unit.Execute("UPDATE kept SET value = 1 WHERE name = $1", "two")));
    }

    [Theory]
    [InlineData("INSERT INTO kept (name, value) VALUES ($1, 1)")]
    [InlineData("INSERT INTO kept (name, value) VALUES ($1, $3)")]
    [InlineData("INSERT INTO kept (name, value) VALUES ($1, $2); DELETE FROM kept")]
    public async Task Execute_OtherThanOneStatementOfThatManyParameters_IsRefused(string sql)
    {
        await Assert.ThrowsAsync<ArgumentException>(() => _store.RunAsync(unit => unit.Execute(sql, "one", 2)));

        Assert.Equal(0, await _store.ScalarAsync("SELECT COUNT(*) FROM kept"));
    }

    [Fact]
    public async Task Execute_AfterSqliteEndedTheTransaction_ThrowsAndWritesNothing()
    {
        var failed = await Assert.ThrowsAsync<StoreUnavailableException>(() => _store.RunAsync(unit =>
        {
            unit.Execute(Insert, "one", 1);
            // What SQLite does by itself when the disk is full; a unit that goes on must not write outside of the batch.
            unit.Scalar("ROLLBACK");
            return unit.Execute(Insert, "two", 2);
        }));

        Assert.IsType<SqliteException>(failed.InnerException);
        Assert.Equal(0, await _store.ScalarAsync("SELECT COUNT(*) FROM kept"));
        Assert.Equal(1, await _store.RunAsync(unit => unit.Execute(Insert, "three", 3)));
    }
}
