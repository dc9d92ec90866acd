using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Psp;

/// <summary>What an event says, as far as it may be used: which object changed and how it may be found among ours.</summary>
public sealed record ReceivedEvent(string EventId, string Type, string ObjectId, string? AttemptId);

/// <summary>Applies events about one family of PSP objects by fetching the object anew. Payments, refunds, payouts and disputes plug in here.</summary>
public interface IPspObjectHandler
{
    bool Handles(string eventType);

    /// <summary>
    /// Applies the newest state. <paramref name="settle"/> must be called in the unit of the effect; it ends the event with the given state.
    /// Anything but Settled says why the event is still open.
    /// </summary>
    Task<TaskEnd> ApplyAsync(ReceivedEvent received, Action<UnitOfWork, InboxState> settle, CancellationToken cancellationToken);
}
