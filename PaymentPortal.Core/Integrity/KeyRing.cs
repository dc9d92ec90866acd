using System.Security.Cryptography;
using System.Text.Json;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Integrity;

/// <summary>One master key. Working keys are derived from it, so that no key serves two purposes.</summary>
public sealed class MasterKey
{
    internal MasterKey(string id, byte[] secret)
    {
        Id = id;
        Encryption = HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, 32, info: "field-encryption"u8.ToArray());
        Authentication = HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, 32, info: "row-authentication"u8.ToArray());
        BlindIndex = HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, 32, info: "blind-index"u8.ToArray());
    }

    /// <summary>Eight hex digits; stored with everything that the key wrote.</summary>
    public string Id { get; }

    internal byte[] Encryption { get; }

    internal byte[] Authentication { get; }

    internal byte[] BlindIndex { get; }
}

/// <summary>
/// The master keys of this installation, kept as a file outside the database, readable by its owner only. The newest key writes; older ones
/// go on reading. The first key's blind index serves for ever, because a searched index can't change under its readers.
/// </summary>
public sealed class KeyRing
{
    private const string FileName = "portal-keys.json";
    private readonly Dictionary<string, MasterKey> _byId;

    private KeyRing(IReadOnlyList<MasterKey> keys)
    {
        Keys = keys;
        _byId = keys.ToDictionary(key => key.Id, StringComparer.Ordinal);
    }

    public IReadOnlyList<MasterKey> Keys { get; }

    public MasterKey Active => Keys[^1];

    internal MasterKey Index => Keys[0];

    public bool TryGet(string id, out MasterKey key) => _byId.TryGetValue(id, out key!);

    /// <summary>Reads the ring, or makes the first key when the folder has none.</summary>
    public static KeyRing OpenOrCreate(string directory)
    {
        var file = Path.Combine(directory, FileName);
        return File.Exists(file) ? Open(file) : Create(directory, file);
    }

    public static bool Exists(string directory) => File.Exists(Path.Combine(directory, FileName));

    private static KeyRing Open(string file)
    {
        StoredKey[]? stored;
        try
        {
            stored = JsonSerializer.Deserialize<StoredKey[]>(File.ReadAllBytes(file));
        }
        catch (JsonException error)
        {
            throw new StartRefusedException($"The key file {file} can't be read ({error.Message}). Put its backup in place; a new key would not open the stored data.");
        }
        if (stored is null or []) throw new StartRefusedException($"The key file {file} holds no key. Put its backup in place.");
        return new KeyRing([.. stored.Select(key => new MasterKey(key.Id, Convert.FromBase64String(key.Secret)))]);
    }

    private static KeyRing Create(string directory, string file)
    {
        Directory.CreateDirectory(directory);
        var secret = RandomNumberGenerator.GetBytes(32);
        var key = new StoredKey(Convert.ToHexStringLower(SHA256.HashData(secret))[..8], Convert.ToBase64String(secret));
        // Written beside, then moved: a crash leaves either no key file or a whole one.
        var part = file + ".new";
        if (File.Exists(part)) File.Delete(part);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var stream = new FileStream(part, options))
        {
            JsonSerializer.Serialize(stream, new[] { key });
            stream.Flush(flushToDisk: true);
        }
        File.Move(part, file);
        return new KeyRing([new MasterKey(key.Id, secret)]);
    }

    private sealed record StoredKey(string Id, string Secret);
}
