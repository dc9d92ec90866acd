using Microsoft.Extensions.Logging;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Payments.Disputes;

/// <summary>Applies events about disputes: they only lead to the dispute, which is then fetched.</summary>
public sealed class DisputeEvents(DisputeCheck check, ILogger<DisputeEvents> log) : IPspObjectHandler
{
    public bool Handles(string eventType) => eventType.StartsWith("charge.dispute.", StringComparison.Ordinal);

    public async Task<TaskEnd> ApplyAsync(ReceivedEvent received, Action<UnitOfWork, InboxState> settle, CancellationToken cancellationToken) =>
        await check.CheckAsync(
            received.ObjectId,
            (unit, end) =>
            {
                settle(unit, end == DisputeEnd.Unknown ? InboxState.UnknownObject : InboxState.Applied);
                if (end == DisputeEnd.Unknown) unit.AfterCommit(() => Log.UnknownObject(log, received.EventId, received.ObjectId));
                if (end == DisputeEnd.Over && DisputeRow.FindByPspId(unit, received.ObjectId) is { } dispute) DisputeCheck.EndSteps(unit, dispute.Id.Value);
            },
            cancellationToken).ConfigureAwait(false) ?? new TaskEnd.Settled();
}
