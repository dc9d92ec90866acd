using PaymentPortal.Core.Common;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Payments.Disputes;

/// <summary>Asks the PSP for a dispute and applies what it says unless somebody else did so meanwhile.</summary>
public sealed class DisputeCheck(WriteLane lane, IPspReturns psp, PspTalk talk, DisputeOutcome outcome)
{
    /// <summary>Refetches after a lost race are bounded only to end a bug.</summary>
    private const int MaxTurns = 20;

    /// <summary>Looks once and applies. <paramref name="finish"/> ends the caller's own task in the unit of the effect; null when it was called.</summary>
    public async Task<TaskEnd?> CheckAsync(string pspId, Action<UnitOfWork, DisputeEnd> finish, CancellationToken cancellationToken)
    {
        for (var turn = 0; turn < MaxTurns; turn++)
        {
            var version = await lane.RunAsync(unit => DisputeRow.FindByPspId(unit, pspId)?.RowVersion, cancellationToken).ConfigureAwait(false);
            CrashPoint.Hit("dispute-check-before-fetch");
            var answer = await psp.FetchDisputeAsync(pspId, cancellationToken).ConfigureAwait(false);
            if (answer.Value is not { } theirs) return PspTrouble.Of(psp.Name, RetryOperations.LookUp, answer, MoneyEffect.Taken);
            if (!DisputeOutcome.IsReady(theirs)) return NotReady();
            CrashPoint.Hit("dispute-check-before-apply");
            var isApplied = await lane.RunAsync(unit => Apply(unit, version, answer, finish), CancellationToken.None).ConfigureAwait(false);
            CrashPoint.Hit("dispute-check-after-apply");
            if (isApplied is null) return NotReady();
            if (isApplied.Value) return null;
        }
        throw new InvalidOperationException($"A look-up of a dispute lost {MaxTurns} races in a row.");
    }

    /// <summary>In a unit: ends the steps of a dispute that is over, except the caller's own.</summary>
    internal static void EndSteps(UnitOfWork unit, string disputeId, string? except = null)
    {
        foreach (var kind in new[] { DisputeSteps.Poll, DisputeSteps.Answer })
        {
            if (kind != except) RetryQueue.Remove(unit, kind, disputeId);
        }
    }

    /// <summary>False when the dispute moved meanwhile; null when its payment is still on its way into our books.</summary>
    private bool? Apply(UnitOfWork unit, long? version, PspAnswer<PspDispute> answer, Action<UnitOfWork, DisputeEnd> finish)
    {
        var theirs = answer.Value!;
        var dispute = DisputeRow.FindByPspId(unit, theirs.Id);
        if (dispute?.RowVersion != version) return false;
        if (dispute is null && unit.Scalar("SELECT COUNT(*) FROM attempts WHERE intent_id = $1 AND state = 'Open'", theirs.IntentId) > 0) return null;
        dispute ??= outcome.Begin(unit, theirs);
        if (dispute is null)
        {
            finish(unit, DisputeEnd.Unknown);
            return true;
        }
        talk.Write(unit, dispute.Id.Value, dispute.Checkout, answer);
        finish(unit, outcome.Apply(unit, dispute, theirs));
        return true;
    }

    private TaskEnd NotReady() => PspTrouble.NotReady(psp.Name, RetryOperations.ApplyEvent, "dispute_not_ready", "The money of this dispute has not moved yet on the PSP's side or ours.", MoneyEffect.Taken);
}
