using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Integrity;

/// <summary>
/// Writes a copy of the data that can be verified by itself: one committed moment of the database, taken while others write, and the anchors that were
/// there before it. Keys are never in it: kept apart, a stolen backup opens nothing.
/// </summary>
public sealed class StoreBackup(SqliteDialect dialect, KeyRing keys, string dataDirectory, TimeProvider time)
{
    internal const string Anchors = "anchors.log";

    /// <summary>Into an empty folder. The manifest comes last: without it a folder is no backup.</summary>
    public async Task<BackupManifest> WriteAsync(string folder, CancellationToken cancellationToken)
    {
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any()) throw new StartRefusedException($"{folder} is not empty. Name a new folder: a backup overwrites nothing.");
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        // Everything committed before this moment is in the copy; what comes later may not be.
        var madeAt = time.GetUtcNow();
        // Anchors first: a later one would accuse the copy of missing rows.
        await CopyAnchorsAsync(folder, cancellationToken).ConfigureAwait(false);
        var database = OpenStore.FileOf(folder);
        await dialect.CopyToAsync(database, cancellationToken).ConfigureAwait(false);
        Flush(database);
        BackupFile[] files =
        [
            await BackupManifest.DescribeAsync(folder, Path.GetFileName(database), cancellationToken).ConfigureAwait(false),
            await BackupManifest.DescribeAsync(folder, Anchors, cancellationToken).ConfigureAwait(false),
        ];
        var manifest = BackupManifest.Sign(madeAt, files, keys);
        manifest.Write(folder);
        return manifest;
    }

    internal static void Flush(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.ReadWrite);
        stream.Flush(flushToDisk: true);
    }

    private async Task CopyAnchorsAsync(string folder, CancellationToken cancellationToken)
    {
        var source = Path.Combine(dataDirectory, Anchors);
        await using var copy = new FileStream(Path.Combine(folder, Anchors), FileMode.CreateNew, FileAccess.Write);
        if (File.Exists(source))
        {
            await using var stream = new FileStream(source, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            await stream.CopyToAsync(copy, cancellationToken).ConfigureAwait(false);
        }
        copy.Flush(flushToDisk: true);
    }
}
