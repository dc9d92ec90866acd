using System.Globalization;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Integrity;

/// <summary>
/// Puts a backup into an empty data folder. Before the data is there at all, the audit chain says in its next line from which moment it goes on, and an
/// anchor says so, too: the data never exists without that note.
/// </summary>
public static class StoreRestore
{
    public const string Act = "store.restore";
    private const string Staging = "restoring";

    public static async Task<RestoreNote> RunAsync(string folder, string dataDirectory, string keysDirectory, string why, TimeProvider time, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(why)) throw new StartRefusedException("The verb restore needs --note: why this is done, for the audit log.");
        var manifest = BackupManifest.Read(folder);
        if (!KeyRing.Exists(keysDirectory)) throw new StartRefusedException($"The backup was written with key {manifest.KeyId}, and {keysDirectory} holds no key file. Put its copy in place first. Nothing was changed.");
        var keys = KeyRing.OpenOrCreate(keysDirectory);
        manifest.RequireOurs(keys, keysDirectory);
        using var storeLock = StoreLock.Take(dataDirectory);
        var staging = Path.Combine(dataDirectory, Staging);
        RefuseData(dataDirectory, isBegun: Directory.Exists(staging));
        if (Directory.Exists(staging)) Directory.Delete(staging, recursive: true);
        Directory.CreateDirectory(staging);
        var database = OpenStore.FileOf(staging);
        foreach (var name in new[] { Path.GetFileName(database), StoreBackup.Anchors })
        {
            var file = Path.Combine(folder, name);
            if (!File.Exists(file)) throw new StartRefusedException($"{name} is missing from {folder}. Take another backup. Nothing was changed.");
            File.Copy(file, Path.Combine(staging, name));
            await manifest.RequireUnchangedAsync(staging, name, cancellationToken).ConfigureAwait(false);
        }
        var note = await NoteAsync(staging, manifest, keys, why.Trim(), time, cancellationToken).ConfigureAwait(false);
        StoreBackup.Flush(database);
        // The database last: as long as it is not there, the folder counts as empty and the restore can be run again.
        File.Move(Path.Combine(staging, StoreBackup.Anchors), Path.Combine(dataDirectory, StoreBackup.Anchors), overwrite: true);
        File.Move(database, OpenStore.FileOf(dataDirectory));
        Directory.Delete(staging, recursive: true);
        return note;
    }

    private static void RefuseData(string dataDirectory, bool isBegun)
    {
        var isThere = File.Exists(OpenStore.FileOf(dataDirectory)) || (File.Exists(Path.Combine(dataDirectory, StoreBackup.Anchors)) && !isBegun);
        if (isThere) throw new StartRefusedException($"There is data in {dataDirectory} already: a restore never overwrites any. Move it away, or name another Data:Directory. Nothing was changed.");
    }

    private static async Task<RestoreNote> NoteAsync(string staging, BackupManifest manifest, KeyRing keys, string why, TimeProvider time, CancellationToken cancellationToken)
    {
        var dialect = new SqliteDialect(OpenStore.FileOf(staging));
        await StoreMigrator.MigrateAsync(dialect, cancellationToken).ConfigureAwait(false);
        using var anchors = new ChainAnchors(staging, dialect, time);
        RestoreNote note;
        using (var lane = new WriteLane(dialect, time))
        {
            note = await lane.RunAsync(
                unit =>
                {
                    var made = new RestoreNote(manifest.MadeAt, unit.Now, StoredText.Cut(why));
                    made.Store(unit);
                    var starts = string.Create(CultureInfo.InvariantCulture, $"goes on from the backup of {made.From.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC");
                    new AuditLog(new HashChain(keys)).Write(unit, new AuditEntry(Actor.Program("restore"), Act, "store") { Reason = made.Why, After = starts });
                    return made;
                },
                cancellationToken).ConfigureAwait(false);
            await anchors.WriteAsync(cancellationToken).ConfigureAwait(false);
            // The lane brings its log into the file only when it is the last to close, and only then is the file whole by itself.
            dialect.ClosePools();
        }
        if (File.Exists(dialect.File + "-wal")) throw new InvalidOperationException($"{dialect.File} is still in use, so it was not put in place. Nothing was changed; run the restore again.");
        return note;
    }
}
