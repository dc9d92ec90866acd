using System.Security.Cryptography;
using System.Text.Json;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Integrity;

/// <summary>One file of a backup.</summary>
public sealed record BackupFile(string Name, long Bytes, string Sha256);

/// <summary>
/// What a backup holds and under which keys it was written, never the keys themselves. It carries a MAC, so that nobody changes it together with a file.
/// </summary>
public sealed record BackupManifest(int Format, DateTimeOffset MadeAt, IReadOnlyList<string> Keys, IReadOnlyList<BackupFile> Files, string KeyId, string Mac)
{
    public const string FileName = "manifest.json";
    private const int Known = 1;
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static BackupManifest Sign(DateTimeOffset madeAt, IReadOnlyList<BackupFile> files, KeyRing keys)
    {
        // As precise as the MAC covers it.
        var open = new BackupManifest(Known, Instants.FromMicroseconds(madeAt.ToMicroseconds()), [.. keys.Keys.Select(key => key.Id)], files, keys.Active.Id, "");
        return open with { Mac = Convert.ToHexStringLower(open.MacUnder(keys.Active)) };
    }

    public static BackupManifest Read(string folder)
    {
        var file = Path.Combine(folder, FileName);
        if (!File.Exists(file)) throw new StartRefusedException($"{folder} holds no {FileName}: it is no backup, or one that never ended. Nothing was changed.");
        try
        {
            var read = JsonSerializer.Deserialize<BackupManifest>(File.ReadAllBytes(file));
            if (read is { Format: Known, Keys: not null, Files: not null, KeyId: not null, Mac: not null }) return read;
        }
        catch (JsonException)
        {
            // The same answer as to a manifest of another format.
        }
        throw new StartRefusedException($"{file} can't be read by this program. Take another backup. Nothing was changed.");
    }

    public void Write(string folder)
    {
        using var stream = new FileStream(Path.Combine(folder, FileName), FileMode.CreateNew, FileAccess.Write);
        JsonSerializer.Serialize(stream, this, Indented);
        stream.Flush(flushToDisk: true);
    }

    /// <summary>Refuses a manifest that another hand wrote, and one whose keys are not all here.</summary>
    public void RequireOurs(KeyRing keys, string keysDirectory)
    {
        if (Keys.Append(KeyId).FirstOrDefault(id => !keys.TryGet(id, out _)) is { } missing)
            throw new StartRefusedException($"The backup was written with key {missing}, which the key file in {keysDirectory} does not hold. Put the right key file in place. Nothing was changed.");
        keys.TryGet(KeyId, out var key);
        if (!CryptographicOperations.FixedTimeEquals(MacUnder(key), HexOrNothing(Mac))) throw new StartRefusedException($"The {FileName} was changed after the backup was made. Take another backup. Nothing was changed here.");
    }

    /// <summary>Refuses a file that is not, byte for byte, the one that was backed up.</summary>
    public async Task RequireUnchangedAsync(string folder, string name, CancellationToken cancellationToken)
    {
        var meant = Files.FirstOrDefault(file => file.Name == name) ?? throw new StartRefusedException($"The backup names no {name}. Take another backup. Nothing was changed.");
        var file = await DescribeAsync(folder, name, cancellationToken).ConfigureAwait(false);
        if (file != meant) throw new StartRefusedException($"{name} is not the file that was backed up: its SHA-256 is {file.Sha256}, the manifest says {meant.Sha256}. Take another backup. Nothing was changed.");
    }

    internal static async Task<BackupFile> DescribeAsync(string folder, string name, CancellationToken cancellationToken)
    {
        await using var stream = new FileStream(Path.Combine(folder, name), FileMode.Open, FileAccess.Read);
        return new BackupFile(name, stream.Length, Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken).ConfigureAwait(false)));
    }

    private byte[] MacUnder(MasterKey key)
    {
        var mac = new RowMac().Add("backup").Add((long)Format).Add(MadeAt.ToMicroseconds()).Add(KeyId).Add((long)Keys.Count);
        foreach (var id in Keys) mac.Add(id);
        foreach (var file in Files) mac.Add(file.Name).Add(file.Bytes).Add(file.Sha256);
        return mac.Compute(key);
    }

    private static byte[] HexOrNothing(string text)
    {
        try
        {
            return Convert.FromHexString(text);
        }
        catch (FormatException)
        {
            return [];
        }
    }
}
