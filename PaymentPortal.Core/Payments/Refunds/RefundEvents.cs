using Microsoft.Extensions.Logging;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Payments.Refunds;

/// <summary>Applies events about refunds, and about charges that refunds changed: they only lead to our refunds, which are then fetched.</summary>
public sealed class RefundEvents(WriteLane lane, IPspReturns psp, PspCallLog calls, PspTalk talk, RefundCheck check, RefundOutcome outcome, ILogger<RefundEvents> log) : IPspObjectHandler
{
    private const string OfCharge = "charge.refunded";

    public bool Handles(string eventType) =>
        eventType == OfCharge || eventType.StartsWith("refund.", StringComparison.Ordinal) || eventType.StartsWith("charge.refund.", StringComparison.Ordinal);

    public async Task<TaskEnd> ApplyAsync(ReceivedEvent received, Action<UnitOfWork, InboxState> settle, CancellationToken cancellationToken)
    {
        if (received.Type == OfCharge) return await OfChargeAsync(received, settle, cancellationToken).ConfigureAwait(false);
        var known = await lane.RunAsync(unit => RefundRow.FindByPspId(unit, received.ObjectId), cancellationToken).ConfigureAwait(false);
        if (known is null) return await AdoptAsync(received, settle, cancellationToken).ConfigureAwait(false);
        return await check.CheckAsync(known.Id, (unit, end) => Settle(unit, known.Id, end, settle), cancellationToken).ConfigureAwait(false) ?? new TaskEnd.Settled();
    }

    private async Task<TaskEnd> OfChargeAsync(ReceivedEvent received, Action<UnitOfWork, InboxState> settle, CancellationToken cancellationToken)
    {
        foreach (var id in await lane.RunAsync(unit => RefundRow.OfCharge(unit, received.ObjectId), cancellationToken).ConfigureAwait(false))
        {
            if (await check.CheckAsync(id, (unit, end) => Settle(unit, id, end, null), cancellationToken).ConfigureAwait(false) is { } trouble) return trouble;
        }
        await lane.RunAsync(unit => { settle(unit, InboxState.Applied); return 0; }, CancellationToken.None).ConfigureAwait(false);
        return new TaskEnd.Settled();
    }

    /// <summary>The event may come before our own answer is stored, or in its place. Only the key that we stored makes a refund ours.</summary>
    private async Task<TaskEnd> AdoptAsync(ReceivedEvent received, Action<UnitOfWork, InboxState> settle, CancellationToken cancellationToken)
    {
        var answer = await psp.FetchRefundAsync(received.ObjectId, cancellationToken).ConfigureAwait(false);
        if (answer.Value is null && answer.Exchange.HttpStatus != 404) return PspTrouble.Of(psp.Name, RetryOperations.LookUp, answer, MoneyEffect.Unknown);
        var isOurs = await lane.RunAsync(unit => Adopt(unit, answer, settle), CancellationToken.None).ConfigureAwait(false);
        if (!isOurs) Log.UnknownObject(log, received.EventId, received.ObjectId);
        return new TaskEnd.Settled();
    }

    private bool Adopt(UnitOfWork unit, PspAnswer<PspRefund> answer, Action<UnitOfWork, InboxState> settle)
    {
        var theirs = answer.Value;
        if (!Ids.TryParse<RefundId>(theirs?.PspKey?.Split(':')[0], out var id) || RefundRow.Find(unit, id) is not { } refund
            || calls.Find(unit, id.Value, RefundSteps.Create) is not { } call || call.PspKey != theirs!.PspKey || (refund.PspId is not null && refund.PspId != theirs.Id))
        {
            settle(unit, InboxState.UnknownObject);
            return false;
        }
        calls.RecordFound(unit, call);
        talk.Write(unit, refund.Id.Value, refund.Checkout, answer);
        Settle(unit, id, outcome.Apply(unit, refund, theirs), settle);
        return true;
    }

    private static void Settle(UnitOfWork unit, RefundId id, RefundEnd end, Action<UnitOfWork, InboxState>? settle)
    {
        settle?.Invoke(unit, InboxState.Applied);
        if (end == RefundEnd.Over) RetryQueue.Remove(unit, RefundSteps.Refund, id.Value);
    }
}
