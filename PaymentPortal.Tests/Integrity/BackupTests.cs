using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Ledger;
using PaymentPortal.Core.Storage;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Integrity;

/// <summary>A copy made while others write verifies by itself, goes on from a named moment, and is refused when it is not what it was.</summary>
public sealed class BackupTests : IAsyncLifetime
{
    private TestStore _store = null!;
    private string _folder = null!;

    public async Task InitializeAsync()
    {
        _store = await PlantedBooks.CreateAsync();
        _folder = Path.Combine(_store.Directory, "backup");
        await _store.RunAsync(unit => unit.Execute("INSERT INTO store_meta (name, value) VALUES ($1, '')", "key:" + _store.Keys.Active.Id));
    }

    public async Task DisposeAsync() => await _store.DisposeAsync();

    [Fact]
    public async Task Backup_UnderLoad_Restored_VerifiesAndSaysFromWhereItGoesOn()
    {
        using (var anchors = _store.Anchors()) await anchors.WriteAsync(CancellationToken.None);
        using var stop = new CancellationTokenSource();
        var load = WriteOnAsync(stop.Token);
        var manifest = await BackupAsync();
        await stop.CancelAsync();
        var written = await load;
        _store.Time.Advance(TimeSpan.FromHours(3));

        var (note, dialect, keys) = await RestoreAsync("new", "the disk died");

        Assert.Equal((manifest.MadeAt, _store.Time.GetUtcNow(), "the disk died"), (note.From, note.At, note.Why));
        using var lane = new WriteLane(dialect, _store.Time);
        using var rig = new WatchRig(dialect, lane, keys, Path.GetDirectoryName(dialect.File)!, _store.Time);
        Assert.Empty((await rig.Runner.RunAsync(_ => { }, CancellationToken.None)).Lines.SelectMany(line => line.Findings));
        Assert.Empty(await rig.PassAsync(_store.Time));
        Assert.Equal(note, await RestoreNote.FindAsync(dialect, CancellationToken.None));
        var anchored = rig.Anchors.Read().Anchors;
        Assert.Equal(("audit", 6L), (anchored[^2].ChainId, anchored[^2].Count));
        var entries = await lane.RunAsync(unit => unit.Scalar("SELECT COUNT(*) FROM journal_entries"), CancellationToken.None);
        Assert.InRange(entries, 10, 10 + written);
        Assert.Equal(1, await lane.RunAsync(unit => unit.Scalar("SELECT COUNT(*) FROM audit_log WHERE seq = 6 AND action = 'store.restore' AND reason = 'the disk died'"), CancellationToken.None));
    }

    [Fact]
    public async Task Backup_HoldsNoKey()
    {
        await BackupAsync();

        var secret = (await File.ReadAllTextAsync(Path.Combine(_store.Directory, "keys", "portal-keys.json"))).Split('"').Single(part => part.EndsWith('='));
        foreach (var file in Directory.EnumerateFiles(_folder)) Assert.DoesNotContain(secret, await File.ReadAllTextAsync(file), StringComparison.Ordinal);
        Assert.Equal(["anchors.log", "manifest.json", "portal.db"], Directory.EnumerateFileSystemEntries(_folder).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task Backup_IntoAFolderThatHoldsSomething_IsRefused()
    {
        await BackupAsync();

        Assert.Contains("not empty", (await Assert.ThrowsAsync<StartRefusedException>(BackupAsync)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("portal.db", "is not the file that was backed up")]
    [InlineData("anchors.log", "is not the file that was backed up")]
    [InlineData("manifest.json", "was changed after the backup was made")]
    public async Task Restore_OfAChangedFile_IsRefusedAndLeavesNothing(string file, string says)
    {
        await BackupAsync();
        var path = Path.Combine(_folder, file);
        if (file == "manifest.json") await File.WriteAllTextAsync(path, (await File.ReadAllTextAsync(path)).Replace("\"Bytes\": ", "\"Bytes\": 1", StringComparison.Ordinal));
        else await File.AppendAllTextAsync(path, "x");

        await RefusedAsync("new", says);

        Assert.False(File.Exists(Path.Combine(_store.Directory, "new", "portal.db")));
    }

    [Fact]
    public async Task Restore_WithoutTheKeys_OrWithOthers_NamesTheKey()
    {
        await BackupAsync();

        var none = await Assert.ThrowsAsync<StartRefusedException>(() => RestoreAsync("new", "test", "no-keys"));
        KeyRing.OpenOrCreate(Path.Combine(_store.Directory, "other-keys"));
        var other = await Assert.ThrowsAsync<StartRefusedException>(() => RestoreAsync("new", "test", "other-keys"));

        Assert.Contains(_store.Keys.Active.Id, none.Message, StringComparison.Ordinal);
        Assert.Contains(_store.Keys.Active.Id, other.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Restore_WhereDataIs_IsRefused()
    {
        await BackupAsync();
        await RestoreAsync("new", "first");

        await RefusedAsync("new", "There is data in");
    }

    [Fact]
    public async Task Restore_CutOffBeforeTheDataWasThere_IsRunAgain()
    {
        await BackupAsync();
        var target = Directory.CreateDirectory(Path.Combine(_store.Directory, "new", "restoring")).Parent!.FullName;
        await File.WriteAllTextAsync(Path.Combine(target, "anchors.log"), "");
        await File.WriteAllTextAsync(Path.Combine(target, "restoring", "portal.db"), "half");

        Assert.Equal("again", (await RestoreAsync("new", "again")).Note.Why);
    }

    private Task<BackupManifest> BackupAsync() => new StoreBackup(_store.Dialect, _store.Keys, _store.Directory, _store.Time).WriteAsync(_folder, CancellationToken.None);

    private async Task<(RestoreNote Note, SqliteDialect Dialect, KeyRing Keys)> RestoreAsync(string target, string why, string keys = "keys")
    {
        var (data, ring) = (Path.Combine(_store.Directory, target), Path.Combine(_store.Directory, keys));
        var note = await StoreRestore.RunAsync(_folder, data, ring, why, _store.Time, CancellationToken.None);
        return (note, new SqliteDialect(OpenStore.FileOf(data)), KeyRing.OpenOrCreate(ring));
    }

    private async Task RefusedAsync(string target, string says) =>
        Assert.Contains(says, (await Assert.ThrowsAsync<StartRefusedException>(() => RestoreAsync(target, "test"))).Message, StringComparison.Ordinal);

    private async Task<int> WriteOnAsync(CancellationToken stop)
    {
        var (journal, written) = (new Journal(_store.Chain), 0);
        for (; !stop.IsCancellationRequested; written++)
        {
            var order = "ord_load" + written;
            await _store.RunAsync(unit => journal.Post(unit, Books.PayIn(order, 1000, 100)));
        }
        return written;
    }
}
