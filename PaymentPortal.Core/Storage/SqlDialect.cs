using System.Data.Common;

namespace PaymentPortal.Core.Storage;

/// <summary>How a failed statement or commit must be treated by the write lane.</summary>
public enum StoreFault
{
    /// <summary>A unique index, check or foreign key refused one unit; the others of the batch go on.</summary>
    Constraint,

    /// <summary>No room: nothing was committed, later writes may succeed.</summary>
    Full,

    /// <summary>The storage failed below the database.</summary>
    Storage,

    /// <summary>Not the store's fault: a bug of ours.</summary>
    Other,
}

/// <summary>
/// What differs between the stores. Statements themselves are written once, in the SQL that both understand: positional parameters $1…$n,
/// ON CONFLICT, RETURNING, integers for time and money.
/// </summary>
public abstract class SqlDialect
{
    /// <summary>The name that errors and the health page show.</summary>
    public abstract string Name { get; }

    /// <summary>The one connection of a write lane, opened and set up.</summary>
    public abstract DbConnection OpenWriter();

    /// <summary>A connection that can't write, opened. Callers dispose it.</summary>
    public abstract DbConnection OpenReader();

    /// <summary>A statement with so many arguments, to be kept for the life of the lane.</summary>
    public abstract LaneStatement Prepare(DbConnection writer, string sql, int arguments);

    public abstract StoreFault Classify(Exception error);

    /// <summary>Starts the lane's transaction with the write lock taken at once.</summary>
    public abstract DbTransaction Begin(DbConnection writer);

    /// <summary>A context over the store's own migrations; reading unless a writer is given.</summary>
    public abstract PortalDb CreateDb(WriteLane? lane);

    /// <summary>Starts a transaction that only reads: everything in it sees the same committed moment, whatever is written meanwhile.</summary>
    public abstract DbTransaction BeginSnapshot(DbConnection reader);

    /// <summary>The store's own check of its files and foreign keys: a sentence for each damage, at most so many.</summary>
    public abstract Task<IReadOnlyList<string>> FindDamageAsync(DbConnection snapshot, int most, CancellationToken cancellationToken);
}
