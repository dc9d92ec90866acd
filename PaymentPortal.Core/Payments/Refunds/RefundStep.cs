using PaymentPortal.Core.Common;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Payments.Refunds;

/// <summary>Sends an approved refund under the key rule, then polls it until the bank has it.</summary>
public sealed class RefundStep(WriteLane lane, IPspReturns psp, PspHealth health, PspPosts posts, RefundCheck check, RefundOutcome outcome, DeadLetters letters) : IRetryHandler
{
    /// <summary>The PSP's own words for a reason; any other is ours alone.</summary>
    private static readonly string[] PspReasons = ["duplicate", "fraudulent", "requested_by_customer"];

    public string Kind => RefundSteps.Refund;

    public TaskEnd.Held? Hold() => PspTrouble.Hold(health);

    public async Task<TaskEnd> RunAsync(ClaimedTask task, CancellationToken cancellationToken)
    {
        var id = new RefundId(task.SubjectId);
        var refund = await lane.RunAsync(unit => Begin(unit, task, id), cancellationToken).ConfigureAwait(false);
        if (refund is null) return new TaskEnd.Settled();
        if (refund.PspId is not null)
            return await check.CheckAsync(id, (unit, end) => End(unit, task, end), cancellationToken).ConfigureAwait(false) ?? new TaskEnd.Settled();
        return await posts.RunAsync(task, Post(refund), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Null when nothing is left to do; that ends in this very unit.</summary>
    private static RefundRow? Begin(UnitOfWork unit, ClaimedTask task, RefundId id)
    {
        var refund = RefundRow.Find(unit, id) ?? throw new InvalidOperationException($"There is no refund {id}.");
        if (refund is { Status: RefundStatus.Approved } or { Status: RefundStatus.Sent, PspId: not null }) return refund;
        RetryQueue.Finish(unit, task);
        return null;
    }

    private PspPost<PspRefund> Post(RefundRow refund) => new(refund.Id.Value, RefundSteps.Create, RetryOperations.CreateRefund, MoneyEffect.Unknown, refund.Checkout)
    {
        IsWanted = unit => RefundRow.Find(unit, refund.Id) is { Status: RefundStatus.Approved, PspId: null },
        Build = (_, key) => psp.CreateRefund(new NewRefund(refund.Id, refund.Checkout, refund.IntentId, refund.Amount, PspReasons.Contains(refund.Reason) ? refund.Reason : null, key)),
        Send = psp.SendRefundAsync,
        List = (_, token) => psp.ListRefundsAsync(refund.IntentId, token),
        KeyOf = made => made.PspKey,
        Made = (unit, task, made) => End(unit, task, outcome.Apply(unit, RefundRow.Find(unit, refund.Id)!, made)),
    };

    private void End(UnitOfWork unit, ClaimedTask task, RefundEnd end)
    {
        if (end == RefundEnd.Over) RetryQueue.Finish(unit, task);
        else if (end == RefundEnd.AtOdds) letters.Bury(unit, task, RefundOutcome.AtOdds(psp.Name));
        else RetryQueue.PutOff(unit, task, unit.Now + PaymentSteps.PollAfter(task.Polls), isPoll: true);
    }
}
