using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.EntityFrameworkCore;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Security;

/// <summary>
/// The one way into an empty portal: a random link printed at start while there is no admin. Only its hash is stored; making the first admin
/// removes it in the same commit, and each start replaces it. There is no default account and no default password.
/// </summary>
public sealed class SetupLink(IServiceScopeFactory scopes, StaffDirectory staff, WriteLane lane, IServer server, ILogger<SetupLink> log) : IHostedLifecycleService
{
    public const string Path = "/setup";

    private const string MetaName = "setup.token_sha256";

    /// <summary>A fresh link as path and query, or null when an admin exists.</summary>
    public async Task<string?> IssueAsync(CancellationToken cancellationToken)
    {
        if (await staff.CountAsync(StaffRoles.Admin, cancellationToken).ConfigureAwait(false) > 0) return null;
        var token = RandomNumberGenerator.GetHexString(32, lowercase: true);
        await lane.RunAsync(
            unit => unit.Execute("INSERT INTO store_meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value", MetaName, Hash(token)),
            cancellationToken).ConfigureAwait(false);
        return $"{Path}?token={token}";
    }

    /// <summary>True while this token would make the first admin.</summary>
    public async Task<bool> IsOpenAsync(string? token, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var stored = await FindAsync(scope.ServiceProvider.GetRequiredService<PortalDb>(), cancellationToken).ConfigureAwait(false);
        var isOpen = stored is not null && Opens(stored, token);
        if (!isOpen) Log.SetUpRefused(log);
        return isOpen;
    }

    public Task StartedAsync(CancellationToken cancellationToken) => PrintAsync(cancellationToken);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The stored link, tracked: whoever removes it with their own save has used it, and a second save that tries to fails as a whole.</summary>
    internal static Task<StoreMeta?> FindAsync(PortalDb db, CancellationToken cancellationToken) =>
        db.Set<StoreMeta>().FirstOrDefaultAsync(meta => meta.Name == MetaName, cancellationToken);

    internal static bool Opens(StoreMeta stored, string? token) =>
        token is { Length: 32 } && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(stored.Value), Encoding.UTF8.GetBytes(Hash(token)));

    private static string Hash(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    private async Task PrintAsync(CancellationToken cancellationToken)
    {
        if (await IssueAsync(cancellationToken).ConfigureAwait(false) is { } link) Log.SetUpLink(log, FirstAddress() + link);
    }

    private string FirstAddress() => ListeningAddress.AsTyped(server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() ?? "");
}
