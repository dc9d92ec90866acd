using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;

namespace PaymentPortal;

/// <summary>The demo shop's API key: made when it is first needed and kept beside the other keys, so that a restart makes no new one.</summary>
public sealed class DemoShopKey(ApiKeyService keys, PortalOptions options)
{
    private readonly SemaphoreSlim _oneAtATime = new(1, 1);
    private string? _key;

    private string FilePath => Path.Combine(options.KeysDirectory, "demo-shop-key");

    public async Task<string> ReadAsync()
    {
        if (_key is { } known) return known;
        await _oneAtATime.WaitAsync();
        try
        {
            return _key ??= await KeptAsync() ?? await MakeAsync();
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <summary>Null when there is none yet, or when it was revoked or belongs to data that is gone.</summary>
    private async Task<string?> KeptAsync()
    {
        if (!File.Exists(FilePath)) return null;
        var kept = await File.ReadAllTextAsync(FilePath);
        return await keys.FindAsync(kept, CancellationToken.None) is null ? null : kept;
    }

    private async Task<string> MakeAsync()
    {
        var made = await keys.CreateAsync("Demo shop", [ApiScopes.PaymentsWrite], owner: null, Actor.Program("demo-shop"), CancellationToken.None);
        File.Delete(FilePath);
        var mode = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) mode.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        await using var writer = new StreamWriter(FilePath, mode);
        await writer.WriteAsync(made.Value.Key);
        return made.Value.Key;
    }
}
