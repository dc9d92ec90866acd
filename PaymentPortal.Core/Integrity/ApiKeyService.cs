using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Integrity;

/// <summary>A new key: the only moment at which its text exists here.</summary>
public sealed record NewApiKey(ApiKeyId Id, string Key);

/// <summary>A caller who showed a living key.</summary>
public sealed record ApiCaller(ApiKeyId Id, string Name, IReadOnlyCollection<string> Scopes)
{
    public bool May(string scope) => ApiScopes.Allows(Scopes, scope);
}

/// <summary>Makes, finds and revokes the keys of the API.</summary>
public sealed class ApiKeyService(WriteLane lane, SqlDialect dialect, IDbContextFactory<PortalDb> databases, AuditLog audit, StaffNames staff, TimeProvider time)
{
    /// <summary>What every key begins with, so that a leaked one is recognised.</summary>
    public const string Prefix = "ppk_";

    private const int MaxName = 100;
    private static readonly TimeSpan UseGrain = TimeSpan.FromMinutes(1);

    /// <param name="owner">The id or e-mail address of the member of staff who answers for what the key does: whatever it asks for, he has asked for. Null: nobody.</param>
    public async Task<Result<NewApiKey>> CreateAsync(string name, IReadOnlyList<string> scopes, string? owner, Actor actor, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(name) || name.Length > MaxName || name.Any(char.IsControl))
            return new Refusal(RefusalCodes.Invalid, 422, $"A key's name has 1 to {MaxName} characters.", "name");
        if (scopes.Count == 0 || scopes.FirstOrDefault(scope => !ApiScopes.All.Contains(scope)) is not null)
            return new Refusal(RefusalCodes.Invalid, 422, $"The scopes are one or more of: {string.Join(' ', ApiScopes.All)}.", "scopes");
        var key = Prefix + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        var made = await lane.RunAsync(unit => Insert(unit, name.Trim(), scopes, owner, actor, key), cancellationToken).ConfigureAwait(false);
        return made.Map(id => new NewApiKey(id, key));
    }

    /// <summary>The caller behind a bearer token; null when the key is unknown or revoked. Read anew each time, so that a revocation acts at once.</summary>
    public async Task<ApiCaller?> FindAsync(string key, CancellationToken cancellationToken)
    {
        if (!key.StartsWith(Prefix, StringComparison.Ordinal) || key.Length > 100) return null;
        await using var connection = dialect.OpenReader();
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT key_id, name, scopes, last_used_at FROM api_keys WHERE key_hash = $1 AND revoked_at IS NULL";
        var parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.Value) = ("$1", Hash(key));
        command.Parameters.Add(parameter);
        await using var row = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        if (!await row.ReadAsync(cancellationToken).ConfigureAwait(false)) return null;
        var caller = new ApiCaller(new ApiKeyId(row.GetString(0)), row.GetString(1), row.GetString(2).Split(' '));
        var lastUsed = row.IsDBNull(3) ? DateTimeOffset.MinValue : Instants.FromMicroseconds(row.GetInt64(3));
        if (time.GetUtcNow() - lastUsed >= UseGrain) await NoteUseAsync(caller.Id, cancellationToken).ConfigureAwait(false);
        return caller;
    }

    public async Task<IReadOnlyList<ApiKey>> ListAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        return await db.Set<ApiKey>().AsNoTracking().OrderByDescending(key => key.KeyId).Take(1000).ToListAsync(cancellationToken).ConfigureAwait(false);
    }

    public Task<Result<ApiKeyId>> RevokeAsync(ApiKeyId id, Actor actor, CancellationToken cancellationToken) =>
        lane.RunAsync<Result<ApiKeyId>>(
            unit =>
            {
                if (unit.Scalar("SELECT COUNT(*) FROM api_keys WHERE key_id = $1", id.Value) == 0) return new Refusal(RefusalCodes.NotFound, 404, $"There is no API key {id}.");
                if (unit.Execute("UPDATE api_keys SET revoked_at = $2 WHERE key_id = $1 AND revoked_at IS NULL", id.Value, unit.Now) == 1)
                    audit.Write(unit, new AuditEntry(actor, "api-key.revoke", id.Value));
                return id;
            },
            cancellationToken);

    private Result<ApiKeyId> Insert(UnitOfWork unit, string name, IReadOnlyList<string> scopes, string? owner, Actor actor, string key)
    {
        string? ownerId = null;
        if (owner is not null)
        {
            // An owner whom nobody knows would make the key's asks a stranger's, and its real owner their second person.
            ownerId = unit.QueryFirst("SELECT id FROM staff_users WHERE is_disabled = 0 AND (id = $1 OR email_index = $2)", row => row.GetString(0), owner, staff.IndexOf(owner));
            if (ownerId is null) return new Refusal(RefusalCodes.Invalid, 422, $"No enabled member of staff has the id or e-mail address '{owner}'. No key was made.", "owner");
        }
        var (id, may) = (unit.NewId<ApiKeyId>(), string.Join(' ', scopes.Distinct()));
        unit.Execute(
            "INSERT INTO api_keys (key_id, name, key_hash, last4, scopes, owner_id, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
            id.Value, name, Hash(key), key[^4..], may, ownerId, unit.Now);
        // By this line the rule keys-01 proves what the key may do, and for whom.
        audit.Write(unit, new AuditEntry(actor, "api-key.create", id.Value) { After = $"{name}: {may}{(ownerId is null ? "" : $", owner {ownerId}")}" });
        return id;
    }

    private Task<int> NoteUseAsync(ApiKeyId id, CancellationToken cancellationToken) =>
        lane.RunAsync(unit => unit.Execute("UPDATE api_keys SET last_used_at = $2 WHERE key_id = $1", id.Value, unit.Now), cancellationToken);

    // The key itself is 192 random bits, so a plain hash can't be guessed back.
    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
