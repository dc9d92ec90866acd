using System.Security.Cryptography;
using System.Text.Json;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Integrity;

/// <summary>One master key. Working keys are derived from it, so that no key serves two purposes.</summary>
public sealed class MasterKey
{
    internal MasterKey(string id, byte[] secret, bool isRetired = false)
    {
        (Id, IsRetired) = (id, isRetired);
        Encryption = HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, 32, info: "field-encryption"u8.ToArray());
        Authentication = HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, 32, info: "row-authentication"u8.ToArray());
        BlindIndex = HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, 32, info: "blind-index"u8.ToArray());
    }

    /// <summary>Eight hex digits; stored with everything that the key wrote.</summary>
    public string Id { get; }

    /// <summary>Opens nothing any more; what it signed it goes on proving.</summary>
    public bool IsRetired { get; }

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
    private readonly string _file;
    private readonly Lock _gate = new();
    private volatile MasterKey[] _keys;

    private KeyRing(string file, MasterKey[] keys) => (_file, _keys) = (file, keys);

    public IReadOnlyList<MasterKey> Keys => _keys;

    public MasterKey Active => _keys[^1];

    internal MasterKey Index => _keys[0];

    public bool TryGet(string id, out MasterKey key) => (key = Array.Find(_keys, one => one.Id == id)!) is not null;

    /// <summary>Reads the ring, or makes the first key when the folder has none.</summary>
    public static KeyRing OpenOrCreate(string directory)
    {
        var file = Path.Combine(directory, FileName);
        if (!File.Exists(file))
        {
            Directory.CreateDirectory(directory);
            Write(file, [NewKey()]);
        }
        return new KeyRing(file, [.. Read(file).Select(Master)]);
    }

    public static bool Exists(string directory) => File.Exists(Path.Combine(directory, FileName));

    /// <summary>Makes a key and stores it in the file. It does not write before <see cref="Use"/>.</summary>
    internal MasterKey AddToFile()
    {
        lock (_gate)
        {
            var key = NewKey();
            Write(_file, [.. Read(_file), key]);
            return Master(key);
        }
    }

    internal void Use(MasterKey key)
    {
        lock (_gate) _keys = [.. _keys, key];
    }

    internal void Retire(MasterKey key)
    {
        lock (_gate)
        {
            var stored = Read(_file).Select(one => one.Id == key.Id ? one with { IsRetired = true } : one).ToArray();
            Write(_file, stored);
            // Only those that were in use: one that is in the file alone is not named in the store yet.
            _keys = [.. _keys.Select(one => one.Id == key.Id ? Master(Array.Find(stored, kept => kept.Id == key.Id)!) : one)];
        }
    }

    private static MasterKey Master(StoredKey key) => new(key.Id, Convert.FromBase64String(key.Secret), key.IsRetired);

    private static StoredKey NewKey()
    {
        var secret = RandomNumberGenerator.GetBytes(32);
        return new StoredKey(Convert.ToHexStringLower(SHA256.HashData(secret))[..8], Convert.ToBase64String(secret), false);
    }

    private static StoredKey[] Read(string file)
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
        return stored;
    }

    private static void Write(string file, StoredKey[] keys)
    {
        // Written beside, then moved: a crash leaves either the file as it was or the whole new one.
        var part = file + ".new";
        if (File.Exists(part)) File.Delete(part);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var stream = new FileStream(part, options))
        {
            JsonSerializer.Serialize(stream, keys);
            stream.Flush(flushToDisk: true);
        }
        File.Move(part, file, overwrite: true);
    }

    private sealed record StoredKey(string Id, string Secret, bool IsRetired);
}
