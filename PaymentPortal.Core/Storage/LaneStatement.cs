using System.Data.Common;

namespace PaymentPortal.Core.Storage;

/// <summary>
/// A statement of a lane, prepared once and run in its transaction with its $1…$n as often as units need it. Throws when that transaction is over,
/// whoever ended it: what ran then would commit alone, and half of a batch with it. Not safe for two threads.
/// </summary>
public abstract class LaneStatement : IDisposable
{
    /// <summary>False when it can change nothing in the database.</summary>
    public abstract bool IsWrite { get; }

    /// <summary>Runs it and tells how many rows it changed.</summary>
    public abstract int Execute(ReadOnlySpan<object?> arguments);

    /// <summary>Runs it and hands over row by row, until one is enough. A row is good only while it is looked at.</summary>
    public abstract void Read(ReadOnlySpan<object?> arguments, Func<DbDataReader, bool> isEnough);

    public abstract void Dispose();
}
