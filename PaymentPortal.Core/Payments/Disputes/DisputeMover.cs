using System.Text.Json;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Events;
using PaymentPortal.Core.Payments.Returns;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Payments.Disputes;

/// <summary>The only place where a dispute changes its status: by the move table, with a line of history and a fact of the same version, in the same unit.</summary>
public sealed class DisputeMover(ReturnHistory history)
{
    /// <summary>The one cause there is: the PSP showed it so.</summary>
    private const string Seen = nameof(Seen);

    private static string FactOf(DisputeStatus status) => status switch
    {
        DisputeStatus.Inquiry => EventTypes.DisputeInquiry,
        DisputeStatus.NeedsResponse => EventTypes.DisputeNeedsResponse,
        DisputeStatus.UnderReview => EventTypes.DisputeUnderReview,
        DisputeStatus.Won => EventTypes.DisputeWon,
        DisputeStatus.Lost => EventTypes.DisputeLost,
        DisputeStatus.Accepted => EventTypes.DisputeAccepted,
        DisputeStatus.Closed => EventTypes.DisputeClosed,
    };

    internal void Began(UnitOfWork unit, DisputeRow dispute) => Note(unit, dispute, null);

    internal DisputeRow Move(UnitOfWork unit, DisputeRow dispute, DisputeStatus to)
    {
        if (!DisputeMoves.CanMove(dispute.Status, to)) throw new InvalidOperationException($"A dispute that is {dispute.Status.Word()} can't become {to.Word()}.");
        var moved = dispute with { Status = to, HistoryVersion = dispute.HistoryVersion + 1 };
        unit.Execute("UPDATE disputes SET status = $2, history_version = $3, updated_at = $4 WHERE dispute_id = $1", dispute.Id.Value, to.Word(), moved.HistoryVersion, unit.Now);
        Note(unit, moved, dispute.Status);
        return moved;
    }

    private void Note(UnitOfWork unit, DisputeRow dispute, DisputeStatus? from)
    {
        history.Append(unit, dispute.Id.Value, dispute.HistoryVersion, from?.Word(), dispute.Status.Word(), Seen, Actor.Psp);
        Outbox.Add(unit, dispute.Id.Value, dispute.HistoryVersion, FactOf(dispute.Status), JsonSerializer.Serialize(new
        {
            dispute_id = dispute.Id.Value,
            checkout_id = dispute.Checkout.Value,
            status = dispute.Status.Word(),
            amount = dispute.Amount.ToString(),
            currency = dispute.Amount.Currency.Code,
            reason = dispute.Reason,
            due_by = dispute.DueBy,
            cause = Seen,
        }));
    }
}
