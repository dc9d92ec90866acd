using PaymentPortal.Core.Common;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Payments.Refunds;

/// <summary>Asks the PSP for a refund that it has, and applies what it says unless somebody else did so meanwhile.</summary>
public sealed class RefundCheck(WriteLane lane, IPspReturns psp, PspTalk talk, RefundOutcome outcome)
{
    /// <summary>Refetches after a lost race are bounded only to end a bug.</summary>
    private const int MaxTurns = 20;

    /// <summary>Looks once and applies. <paramref name="finish"/> ends the caller's own task in the unit of the effect; null when there was no usable answer to apply.</summary>
    public async Task<TaskEnd?> CheckAsync(RefundId id, Action<UnitOfWork, RefundEnd> finish, CancellationToken cancellationToken)
    {
        for (var turn = 0; turn < MaxTurns; turn++)
        {
            var noted = await lane.RunAsync(unit => RefundRow.Find(unit, id)!, cancellationToken).ConfigureAwait(false);
            CrashPoint.Hit("refund-check-before-fetch");
            var answer = await psp.FetchRefundAsync(noted.PspId!, cancellationToken).ConfigureAwait(false);
            CrashPoint.Hit("refund-check-before-apply");
            var isApplied = await lane.RunAsync(unit => Apply(unit, noted, answer, finish), CancellationToken.None).ConfigureAwait(false);
            CrashPoint.Hit("refund-check-after-apply");
            if (isApplied is null) return PspTrouble.Of(psp.Name, RetryOperations.LookUp, answer, MoneyEffect.Taken);
            if (isApplied.Value) return null;
        }
        throw new InvalidOperationException($"A look-up of a refund lost {MaxTurns} races in a row.");
    }

    /// <summary>False when the refund moved meanwhile; null when the answer can't be used yet.</summary>
    private bool? Apply(UnitOfWork unit, RefundRow noted, PspAnswer<PspRefund> answer, Action<UnitOfWork, RefundEnd> finish)
    {
        var refund = RefundRow.Find(unit, noted.Id)!;
        talk.Write(unit, refund.Id.Value, refund.Checkout, answer);
        if (answer is not { Verdict: PspVerdict.Succeeded, Value: { } theirs }) return null;
        if (refund.RowVersion != noted.RowVersion) return false;
        finish(unit, outcome.Apply(unit, refund, theirs));
        return true;
    }
}
