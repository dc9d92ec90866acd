using Microsoft.Extensions.Logging;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Payments.Disputes;

/// <summary>What the PSP's word about a dispute came to.</summary>
public enum DisputeEnd
{
    Open,
    Over,

    /// <summary>The PSP has not made a movement yet that must be there: nothing was applied.</summary>
    NotReady,

    /// <summary>Its charge is none of ours.</summary>
    Unknown,
}

/// <summary>Applies what the PSP says of a dispute. Event, poll and our own answer all come here, so any order and number of them ends in the same books.</summary>
public sealed class DisputeOutcome(DisputeMoney money, DisputeMover mover, DisputeSettings settings, ILogger<DisputeOutcome> log)
{
    /// <summary>A dispute that we see for the first time; null when its charge is none of ours.</summary>
    internal DisputeRow? Begin(UnitOfWork unit, PspDispute theirs)
    {
        var origin = unit.QueryFirst(
            "SELECT a.checkout_id, a.psp_token FROM attempt_charges c JOIN attempts a ON a.attempt_id = c.attempt_id WHERE c.charge_id = $1 AND c.is_paid = 1 AND a.psp_token IS NOT NULL",
            row => new { Checkout = row.GetString(0), Session = row.GetString(1) }, theirs.ChargeId);
        if (origin is null) return null;
        var id = unit.NewId<DisputeId>();
        var status = IsInquiry(theirs.Status) ? DisputeStatus.Inquiry : DisputeStatus.NeedsResponse;
        unit.Execute(
            """
            INSERT INTO disputes (dispute_id, psp_dispute_id, status, checkout_id, session_id, charge_id, amount, fee, currency, reason, is_withdrawn, bearer, due_by, evidence_version, staged_version,
                opened_at, created_at, updated_at, row_version, history_version)
            VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8, $9, 0, $10, $11, 0, 0, $12, $13, $13, 0, 1)
            """,
            id.Value, theirs.Id, status.Word(), origin.Checkout, origin.Session, theirs.ChargeId, theirs.Amount.Minor, theirs.Amount.Currency.Code, theirs.Reason, settings.Bearer, DueBy(theirs), theirs.CreatedAt, unit.Now);
        RetryQueue.Add(unit, DisputeSteps.Poll, id.Value, unit.Now + DisputeSteps.PollAfter(0));
        var dispute = DisputeRow.Find(unit, id)!;
        mover.Began(unit, dispute);
        Log.Disputed(log, id.Value, origin.Checkout, theirs.Reason);
        return dispute;
    }

    /// <summary>The money that must have moved at this status has moved.</summary>
    internal static bool IsReady(PspDispute theirs) => theirs.Status switch
    {
        PspDisputeStatus.NeedsResponse or PspDisputeStatus.UnderReview or PspDisputeStatus.Lost => theirs.Withdrawn is not null,
        PspDisputeStatus.Won => theirs is { Withdrawn: not null, Reinstated: not null },
        PspDisputeStatus.InquiryClosed or PspDisputeStatus.Prevented => theirs.Withdrawn is null || theirs.Reinstated is not null,
        _ => true,
    };

    internal DisputeEnd Apply(UnitOfWork unit, DisputeRow dispute, PspDispute theirs)
    {
        if (!IsReady(theirs)) return DisputeEnd.NotReady;
        unit.Execute(
            "UPDATE disputes SET row_version = row_version + 1, due_by = $2, submitted_at = COALESCE(submitted_at, $3), updated_at = $4 WHERE dispute_id = $1",
            dispute.Id.Value, DueBy(theirs), theirs.Submissions > 0 && theirs.Status is not PspDisputeStatus.NeedsResponse ? unit.Now : null, unit.Now);
        dispute = dispute with { DueBy = DueBy(theirs) };
        if (dispute.Status.IsOver()) return DisputeEnd.Over;
        if (theirs.Withdrawn is { } withdrawn && !dispute.IsWithdrawn && IsBooked(unit, dispute, withdrawn)) dispute = money.Withdraw(unit, dispute, withdrawn);
        var to = StatusOf(dispute, theirs.Status);
        if (to == dispute.Status) return DisputeEnd.Open;
        // Escalated: the bank wants another answer than the inquiry did.
        if (to == DisputeStatus.NeedsResponse) unit.Execute("UPDATE disputes SET submitted_at = NULL, submit_requested_at = NULL, warned_at = NULL WHERE dispute_id = $1", dispute.Id.Value);
        if (dispute.IsWithdrawn && theirs.Reinstated is { } reinstated && to is DisputeStatus.Won or DisputeStatus.Closed) money.Reinstate(unit, dispute, theirs.Reinstated!);
        if (to.IsLost()) money.Lose(unit, dispute);
        mover.Move(unit, dispute, to);
        return to.IsOver() ? DisputeEnd.Over : DisputeEnd.Open;
    }

    private static DisputeStatus StatusOf(DisputeRow dispute, PspDisputeStatus theirs) => theirs switch
    {
        PspDisputeStatus.InquiryNeedsResponse or PspDisputeStatus.InquiryUnderReview => DisputeStatus.Inquiry,
        PspDisputeStatus.InquiryClosed or PspDisputeStatus.Prevented => DisputeStatus.Closed,
        PspDisputeStatus.NeedsResponse => DisputeStatus.NeedsResponse,
        PspDisputeStatus.UnderReview => DisputeStatus.UnderReview,
        PspDisputeStatus.Won => DisputeStatus.Won,
        PspDisputeStatus.Lost => dispute.AcceptRequestedAt is null ? DisputeStatus.Lost : DisputeStatus.Accepted,
    };

    /// <summary>Lists go by it, so one that the PSP does not tell is as urgent as can be.</summary>
    private static DateTimeOffset DueBy(PspDispute theirs) => theirs.DueBy ?? theirs.CreatedAt;

    private static bool IsInquiry(PspDisputeStatus status) =>
        status is PspDisputeStatus.InquiryNeedsResponse or PspDisputeStatus.InquiryUnderReview or PspDisputeStatus.InquiryClosed or PspDisputeStatus.Prevented;

    /// <summary>Money that never came into the books can't leave them.</summary>
    private bool IsBooked(UnitOfWork unit, DisputeRow dispute, PspBalanceTransaction withdrawn)
    {
        var isBooked = withdrawn.Gross.Currency.Equals(dispute.Amount.Currency) && unit.Scalar("SELECT COUNT(*) FROM booked_sessions WHERE session_id = $1", dispute.SessionId) > 0;
        if (!isBooked) Log.NotBooked(log, dispute.Id.Value, withdrawn.Id);
        return isBooked;
    }
}
