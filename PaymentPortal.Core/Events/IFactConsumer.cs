using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Events;

/// <summary>
/// A consumer of facts with effects in our own tables. Its place in the log moves in the unit of the effect, so each fact takes effect once, in order
/// per aggregate. A fact that it can't apply is parked with those that follow it in its aggregate; everything else goes on.
/// </summary>
public interface IFactConsumer
{
    /// <summary>Names its place in the log; never changed, or it would begin anew.</summary>
    string Name { get; }

    /// <summary>Applies facts in the order given. It throws when it can't; then nothing of this call was done.</summary>
    void Apply(UnitOfWork unit, IReadOnlyList<PortalEvent> facts);
}
