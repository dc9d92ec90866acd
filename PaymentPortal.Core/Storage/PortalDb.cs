using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;

namespace PaymentPortal.Core.Storage;

/// <summary>
/// The schema and every read of the portal. It has no DbSet: each folder brings its own mappings. Reads go through a read-only connection;
/// a save is a unit of the write lane like any other write, so nothing ever writes beside the lane.
/// </summary>
public abstract class PortalDb(DbContextOptions options, WriteLane? lane) : IdentityDbContext<StaffUser, IdentityRole, string>(options)
{
    public override int SaveChanges(bool acceptAllChangesOnSuccess) =>
        throw new NotSupportedException("Writes wait for the lane: use SaveChangesAsync.");

    public override async Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        if (lane is null) throw new InvalidOperationException("This context only reads.");
        // Changes stay marked as changes until the batch has committed, because a unit may run twice.
        var count = await lane.RunAsync(unit => Flush(unit), cancellationToken).ConfigureAwait(false);
        if (acceptAllChangesOnSuccess) ChangeTracker.AcceptAllChanges();
        return count;
    }

    /// <summary>Saves, and does more in the same unit: an act and its line in the audit log, neither without the other.</summary>
    public async Task SaveWithAsync(Action<UnitOfWork> also, CancellationToken cancellationToken)
    {
        if (lane is null) throw new InvalidOperationException("This context only reads.");
        await lane.RunAsync(
            unit =>
            {
                also(unit);
                return Flush(unit);
            },
            cancellationToken).ConfigureAwait(false);
        ChangeTracker.AcceptAllChanges();
    }

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.ApplyConfigurationsFromAssembly(typeof(PortalDb).Assembly);
        SnakeCase.Apply(builder);
    }

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<MomentConverter>();
        configurationBuilder.Properties<Enum>().HaveConversion<string>().HaveMaxLength(40);
    }

    private int Flush(UnitOfWork unit)
    {
        var reader = Database.GetDbConnection();
        reader.Close();
        unit.StartWriting();
        Database.SetDbConnection(unit.Connection);
        try
        {
            Database.UseTransaction(unit.Transaction);
            return base.SaveChanges(acceptAllChangesOnSuccess: false);
        }
        finally
        {
            Database.UseTransaction(null);
            Database.SetDbConnection(reader);
        }
    }
}

/// <summary>PortalDb over SQLite with its own migrations.</summary>
public sealed class SqlitePortalDb(DbContextOptions<SqlitePortalDb> options, WriteLane? lane) : PortalDb(options, lane);
