using System.Runtime.Versioning;
using Microsoft.Extensions.Logging.Abstractions;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Storage;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Integrity;

/// <summary>What refuses to start, in which words, and that a refused start leaves everything as it was.</summary>
public sealed class OpenStoreTests : IAsyncLifetime
{
    private const string KeyFile = "portal-keys.json";

    private TestStore _store = null!;

    private string Keys => Path.Combine(_store.Directory, "keys");

    public async Task InitializeAsync()
    {
        _store = await TestStore.CreateAsync();
        // The first start names the key in the data.
        (await OpenAsync()).Dispose();
    }

    public async Task DisposeAsync() => await _store.DisposeAsync();

    [Fact]
    public async Task Schema_NewerThanTheProgram_IsRefusedByItsName()
    {
        await _store.ExecuteAsync("""INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion") VALUES ('20990101000000_FromTheFuture', '99.0.0')""");

        var refused = await Assert.ThrowsAsync<StartRefusedException>(() => OpenAsync());
        var reader = await Assert.ThrowsAsync<StartRefusedException>(() => OpenReadOnlyAsync());

        Assert.All([refused, reader], error => Assert.Contains("newer program (schema 20990101000000_FromTheFuture)", error.Message, StringComparison.Ordinal));
        Assert.Equal(2, await _store.ScalarAsync("""SELECT COUNT(*) FROM "__EFMigrationsHistory" """));
    }

    [Fact]
    public async Task Schema_OlderThanTheProgram_IsNotReadBesideAServer()
    {
        await _store.ExecuteAsync("""DELETE FROM "__EFMigrationsHistory" """);

        Assert.Contains("'migrate'", (await Assert.ThrowsAsync<StartRefusedException>(() => OpenReadOnlyAsync())).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Data_WithoutItsKeyFile_NamesTheKeyAndMakesNoOther(bool hasFolder)
    {
        Directory.Move(Keys, Keys + "-away");
        if (hasFolder) Directory.CreateDirectory(Keys);

        var refused = await Assert.ThrowsAsync<StartRefusedException>(() => OpenAsync());
        var reader = await Assert.ThrowsAsync<StartRefusedException>(() => OpenReadOnlyAsync());

        Assert.All([refused, reader], error => Assert.Contains($"sealed with key {_store.Keys.Active.Id}", error.Message, StringComparison.Ordinal));
        Assert.False(File.Exists(Path.Combine(Keys, KeyFile)));
        // With its file back the same data opens: nothing else was wrong, and no lock was left behind.
        if (hasFolder) Directory.Delete(Keys);
        Directory.Move(Keys + "-away", Keys);
        (await OpenAsync()).Dispose();
    }

    [Fact]
    public async Task Data_WithAnotherKeyRing_NamesTheKeyThatIsMissing()
    {
        var other = Path.Combine(_store.Directory, "other-keys");
        var stranger = KeyRing.OpenOrCreate(other).Active.Id;

        var refused = await Assert.ThrowsAsync<StartRefusedException>(() => OpenAsync(other));
        var reader = await Assert.ThrowsAsync<StartRefusedException>(() => OpenReadOnlyAsync(other));

        Assert.All([refused, reader], error => Assert.Contains($"sealed with key {_store.Keys.Active.Id}", error.Message, StringComparison.Ordinal));
        Assert.Equal(0, await _store.ScalarAsync($"SELECT COUNT(*) FROM store_meta WHERE name = 'key:{stranger}'"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"Id\":")]
    public async Task KeyFile_ThatIsDamaged_IsNotReplaced(string text)
    {
        await File.WriteAllTextAsync(Path.Combine(Keys, KeyFile), text);

        Assert.Contains("Put its backup in place", (await Assert.ThrowsAsync<StartRefusedException>(() => OpenAsync())).Message, StringComparison.Ordinal);

        Assert.Equal(text, await File.ReadAllTextAsync(Path.Combine(Keys, KeyFile)));
    }

    [Fact]
    public async Task Store_ThatIsOpen_IsNotOpenedAgainUntilItIsClosed()
    {
        using (await OpenAsync())
            Assert.Contains($"already runs on {_store.Directory}", (await Assert.ThrowsAsync<StartRefusedException>(() => OpenAsync())).Message, StringComparison.Ordinal);

        (await OpenAsync()).Dispose();
    }

    [Fact]
    public async Task Store_OpenedManyTimesAtOnce_IsOpenOnce()
    {
        var opened = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(TryOpenAsync)));

        using var only = Assert.Single(opened, store => store is not null);
    }

    [SkippableFact]
    [UnsupportedOSPlatform("windows")]
    public async Task KeyFile_MadeOrGrown_IsItsOwnersAlone()
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no modes; the folder's rights are inherited there.");
        var file = Path.Combine(Keys, KeyFile);
        var made = File.GetUnixFileMode(file);
        using var store = await OpenAsync();
        var resealer = new Resealer(store.Dialect, _store.Lane, store.Keys, new FieldCipher(store.Keys), NullLogger<Resealer>.Instance);
        var desk = new KeyDesk(store.Keys, _store.Lane, new AuditLog(new HashChain(store.Keys)), resealer);

        await desk.RotateAsync(Actor.Program("test"), CancellationToken.None);

        Assert.Equal(2, KeyRing.OpenOrCreate(Keys).Keys.Count);
        Assert.Equal((UnixFileMode.UserRead | UnixFileMode.UserWrite, UnixFileMode.UserRead | UnixFileMode.UserWrite), (made, File.GetUnixFileMode(file)));
    }

    private Task<OpenStore> OpenAsync(string? keys = null) => OpenStore.OpenAsync(_store.Directory, keys ?? Keys, CancellationToken.None);

    private Task OpenReadOnlyAsync(string? keys = null) => OpenStore.OpenReadOnlyAsync(_store.Directory, keys ?? Keys, CancellationToken.None);

    private async Task<OpenStore?> TryOpenAsync()
    {
        try
        {
            return await OpenAsync();
        }
        catch (StartRefusedException)
        {
            return null;
        }
    }
}
