using PaymentPortal.Core.Common;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Payments.Refunds;

/// <summary>The dead step of a refund. Its money stays set aside while the letter is open; to discard it is to end the refund and give the money back.</summary>
public sealed class DeadRefund(RefundBooks books) : IDeadStep
{
    public string Kind => RefundSteps.Refund;

    public string Label => "Refund at the PSP";

    public string Act => """
        COALESCE((SELECT 'POST /v1/refunds, key ' || d.subject_id || ':refund:'
            || COALESCE((SELECT MAX(c.generation) + MAX(CASE WHEN c.effect_proved = 'Nothing' THEN 1 ELSE 0 END) FROM psp_calls c WHERE c.item = d.subject_id AND c.step = 'refund'), 1)
            FROM refunds r WHERE r.refund_id = d.subject_id AND r.psp_refund_id IS NULL), 'Ask the PSP for the refund''s status')
        """;

    public IReadOnlyList<RedriveSkip> Skips { get; } =
    [
        new("done", "Done at the PSP already", "EXISTS (SELECT 1 FROM refunds r WHERE r.refund_id = d.subject_id AND r.status IN ('SUCCEEDED', 'FAILED'))"),
        new("over", "The refund was ended", "EXISTS (SELECT 1 FROM refunds r WHERE r.refund_id = d.subject_id AND r.status IN ('REFUSED', 'CANCELED'))"),
    ];

    public DeadSubject Describe(UnitOfWork unit, string subjectId) =>
        RefundRow.Find(unit, new RefundId(subjectId)) is { } refund ? new DeadSubject(refund.Checkout.Value, refund.Amount) : new DeadSubject(null, null);

    public void Revive(UnitOfWork unit, string subjectId)
    {
        // The step reads all it needs from the refund, and its key from the rule.
    }

    public string? WhyNotGiveUp(UnitOfWork unit, string subjectId) =>
        RefundRow.Find(unit, new RefundId(subjectId)) is { Status: RefundStatus.Approved or RefundStatus.Sent } refund ? RefundService.WhyNotCancel(unit, refund) : null;

    public void GiveUp(UnitOfWork unit, string subjectId)
    {
        if (RefundRow.Find(unit, new RefundId(subjectId)) is { Status: RefundStatus.Approved } refund) books.Void(unit, refund, RefundCause.GivenUp, Actor.Program("dead-letters"), "refund given up after the PSP refused it");
    }
}
