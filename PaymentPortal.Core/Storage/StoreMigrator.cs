using Microsoft.EntityFrameworkCore;

namespace PaymentPortal.Core.Storage;

/// <summary>Brings the schema up to this program's version before the lane opens, and refuses a schema that is newer.</summary>
public static class StoreMigrator
{
    public static async Task MigrateAsync(SqliteDialect dialect, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(dialect.File))!);
        await using var db = dialect.CreateMigrationDb();
        await RefuseNewerAsync(db, cancellationToken).ConfigureAwait(false);
        // A program that was killed while it migrated left its lock in the file, and EF would wait for it for ever. Ours is the store's lock file.
        await db.Database.ExecuteSqlRawAsync("DROP TABLE IF EXISTS \"__EFMigrationsLock\"", cancellationToken).ConfigureAwait(false);
        await db.Database.MigrateAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>For verbs that only read: the schema must be exactly this program's.</summary>
    public static async Task RequireCurrentAsync(SqlDialect dialect, CancellationToken cancellationToken)
    {
        await using var db = dialect.CreateDb(null);
        await RefuseNewerAsync(db, cancellationToken).ConfigureAwait(false);
        if ((await db.Database.GetPendingMigrationsAsync(cancellationToken).ConfigureAwait(false)).Any())
            throw new StartRefusedException("The data has an older schema than this program. Run the verb 'migrate' first.");
    }

    private static async Task RefuseNewerAsync(PortalDb db, CancellationToken cancellationToken)
    {
        var known = db.Database.GetMigrations().ToHashSet(StringComparer.Ordinal);
        var applied = await db.Database.GetAppliedMigrationsAsync(cancellationToken).ConfigureAwait(false);
        if (applied.FirstOrDefault(name => !known.Contains(name)) is { } newer)
            throw new StartRefusedException($"The data was written by a newer program (schema {newer}). Start that version; this one would not understand what it reads.");
    }
}
