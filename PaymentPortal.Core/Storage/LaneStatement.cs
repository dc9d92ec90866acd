namespace PaymentPortal.Core.Storage;

/// <summary>A writing statement of a lane, prepared once and run in its transaction as often as units need it. Not safe for two threads.</summary>
public abstract class LaneStatement : IDisposable
{
    /// <summary>
    /// Runs it with its $1…$n and tells how many rows it changed. Throws when the lane's transaction is over, whoever ended it: what ran then would
    /// commit alone, and half of a batch with it.
    /// </summary>
    public abstract int Execute(ReadOnlySpan<object?> arguments);

    public abstract void Dispose();
}
