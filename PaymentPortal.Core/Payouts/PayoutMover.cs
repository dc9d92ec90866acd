using System.Text.Json;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Events;
using PaymentPortal.Core.Ledger;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Payouts;

/// <summary>
/// The only place where a payout changes its status: by the move table, with a line of history and, where others care, a fact, in the same unit.
/// A move that ends it before it was paid gives its hold back in that unit too.
/// </summary>
public sealed class PayoutMover(PayoutHistory history, Journal journal)
{
    private static readonly Dictionary<PayoutStatus, string> Facts = new()
    {
        [PayoutStatus.Requested] = EventTypes.PayoutRequested,
        [PayoutStatus.Approved] = EventTypes.PayoutApproved,
        [PayoutStatus.InTransit] = EventTypes.PayoutInTransit,
        [PayoutStatus.Paid] = EventTypes.PayoutPaid,
        [PayoutStatus.Failed] = EventTypes.PayoutFailed,
        [PayoutStatus.Returned] = EventTypes.PayoutReturned,
        [PayoutStatus.Refused] = EventTypes.PayoutRefused,
        [PayoutStatus.Canceled] = EventTypes.PayoutCanceled,
    };

    internal void Created(UnitOfWork unit, PayoutRow payout, Actor actor, string? note)
    {
        history.Append(unit, payout.Id, 1, null, PayoutStatus.Requested, PayoutCause.Created, actor, note);
        Tell(unit, payout, PayoutCause.Created, null);
    }

    /// <summary>One that was under way before we knew of it.</summary>
    internal void TakenOver(UnitOfWork unit, PayoutRow payout, string? note)
    {
        history.Append(unit, payout.Id, 1, null, PayoutStatus.InTransit, PayoutCause.MadeByPsp, Actor.Psp, note);
        Tell(unit, payout, PayoutCause.MadeByPsp, null);
    }

    internal PayoutRow Move(UnitOfWork unit, PayoutRow payout, PayoutCause cause, Actor actor, string? note = null, string? failureCode = null)
    {
        var moved = payout with { Status = PayoutMoves.Move(payout.Status, cause), HistoryVersion = payout.HistoryVersion + 1 };
        unit.Execute(
            "UPDATE payouts SET status = $2, history_version = $3, updated_at = $4, is_waiting_for_balance = 0 WHERE payout_id = $1", payout.Id.Value, moved.Status.Word(), moved.HistoryVersion, unit.Now);
        history.Append(unit, payout.Id, moved.HistoryVersion, payout.Status, moved.Status, cause, actor, note is null ? null : StoredText.Cut(note));
        if (moved.Status is PayoutStatus.Refused or PayoutStatus.Canceled && payout.Seller is { } seller)
            journal.Post(unit, PayoutPostings.Release(payout.Id, seller, payout.Amount, unit.Now, $"payout {moved.Status.Word()}"));
        Tell(unit, moved, cause, failureCode);
        return moved;
    }

    private static void Tell(UnitOfWork unit, PayoutRow payout, PayoutCause cause, string? failureCode)
    {
        if (!Facts.TryGetValue(payout.Status, out var fact)) return;
        Outbox.AddNext(unit, payout.Id.Value, fact, JsonSerializer.Serialize(new
        {
            payout_id = payout.Id.Value,
            seller_account = payout.Seller?.Value,
            status = payout.Status.Word(),
            amount = payout.Amount.ToString(),
            currency = payout.Amount.Currency.Code,
            cause = cause.ToString(),
            failure_code = failureCode,
        }));
    }
}
