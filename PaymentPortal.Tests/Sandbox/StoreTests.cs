using Microsoft.Data.Sqlite;
using PaymentPortal.Sandbox;
using PaymentPortal.Sandbox.Storage;

namespace PaymentPortal.Tests.Sandbox;

public sealed class StoreTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sandbox-store-").FullName;
    private SandboxStore _store = null!;

    public Task InitializeAsync()
    {
        _store = new SandboxStore(new SandboxOptions { DataFile = Path.Combine(_folder, "sandbox.db") });
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await _store.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task RefusedWork_IsUndoneAlone()
    {
        var kept = WriteAsync("kept", fails: false);
        var refused = WriteAsync("refused", fails: true);
        var alsoKept = WriteAsync("also kept", fails: false);

        await Assert.ThrowsAsync<InvalidOperationException>(() => refused);
        await Task.WhenAll(kept, alsoKept);
        Assert.Equal(["also kept", "kept"], Names());
    }

    [Fact]
    public async Task FailedStatement_TellsItsCallerAndLeavesTheStoreUsable()
    {
        await Assert.ThrowsAsync<SqliteException>(() => _store.WriteAsync(db => db.Execute("INSERT INTO nowhere VALUES(1)")));

        await WriteAsync("after", fails: false);

        Assert.Equal(["after"], Names());
    }

    [Fact]
    public async Task ManyWriters_AllFindTheirWriteCommittedWhenTheyAreAnswered()
    {
        var found = await Task.WhenAll(Enumerable.Range(0, 200).Select(async i =>
        {
            await WriteAsync($"n{i}", fails: false);
            return Names().Contains($"n{i}");
        }));

        Assert.All(found, Assert.True);
    }

    [Fact]
    public async Task Write_AfterTheEnd_IsRefused()
    {
        await _store.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => WriteAsync("late", fails: false));
    }

    private Task<bool> WriteAsync(string name, bool fails) => _store.WriteAsync(db =>
    {
        db.Execute("INSERT INTO settings(name, value) VALUES(@0, '')", name);
        return fails ? throw new InvalidOperationException("refused") : true;
    });

    private List<string> Names() => _store.Read(db => db.Query("SELECT name FROM settings ORDER BY name", row => row.GetString(0)));
}
