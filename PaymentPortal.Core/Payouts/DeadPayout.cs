using PaymentPortal.Core.Common;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Payouts;

/// <summary>
/// A dead step of a payout. Its money stays held while the letter is open; discarding the letter of a refused transfer gives it back, once. Where a
/// transfer was made, the money is at the seller's account and finance decides: paid again or taken back.
/// </summary>
public sealed class DeadPayout(PayoutMover mover) : IDeadStep
{
    public string Kind => PayoutSteps.Payout;

    public string Label => "Payout";

    /// <summary>The key that the key rule will give: the same while nothing is proved, the next after a definite no.</summary>
    public string Act => """
        COALESCE((SELECT 'POST ' || c.path || ', key ' || c.item || ':' || c.step || ':' || (c.generation + CASE WHEN c.effect_proved = 'Nothing' THEN 1 ELSE 0 END)
            FROM psp_calls c WHERE c.item = d.subject_id AND (c.effect_proved IS NULL OR c.effect_proved = 'Nothing') ORDER BY c.first_sent_at DESC LIMIT 1), 'Ask the PSP for the payout''s status')
        """;

    public IReadOnlyList<RedriveSkip> Skips { get; } =
    [
        new("over", "The payout is over", "EXISTS (SELECT 1 FROM payouts p WHERE p.payout_id = d.subject_id AND p.status IN ('REFUSED', 'CANCELED'))"),
    ];

    public DeadSubject Describe(UnitOfWork unit, string subjectId) =>
        PayoutRow.Find(unit, new PayoutId(subjectId)) is { } payout ? new DeadSubject(null, payout.Amount) : new DeadSubject(null, null);

    public void Revive(UnitOfWork unit, string subjectId)
    {
        // The step reads all it needs from the payout.
    }

    public string? WhyNotGiveUp(UnitOfWork unit, string subjectId)
    {
        var payout = PayoutRow.Of(unit, new PayoutId(subjectId));
        if (payout is { Status: PayoutStatus.InTransit or PayoutStatus.Paid, IsTakingBack: false }) return "The payout is at the PSP: only the PSP's word ends it. Redrive the step instead.";
        var isOpen = unit.Scalar("SELECT COUNT(*) FROM psp_calls WHERE item = $1 AND effect_proved IS NULL", subjectId) > 0;
        return isOpen ? "Whether the PSP did it is not settled: only the PSP's word ends it. Redrive the step instead." : null;
    }

    public void GiveUp(UnitOfWork unit, string subjectId)
    {
        var payout = PayoutRow.Of(unit, new PayoutId(subjectId));
        if (payout.IsTakingBack) unit.Execute("UPDATE payouts SET is_taking_back = 0, cancel_requested_at = NULL, is_cancel_asked = 0 WHERE payout_id = $1", subjectId);
        if (payout.Status is PayoutStatus.Failed or PayoutStatus.Returned) return;
        var cause = payout.TransferId is null ? PayoutCause.GivenUp : PayoutCause.StuckAtPsp;
        mover.Move(unit, payout, cause, Actor.Program("dead-letters"));
    }
}
