using PaymentPortal.Core.Integrity;

namespace PaymentPortal.Core.Payments;

/// <summary>How payments' histories are replayed.</summary>
internal static class PaymentHistoryRules
{
    public static HistoryRules Payments { get; } = new(
        "payments-04", "A payment's status is the end of its history, which has only legal moves, no gap and no changed line.",
        "SELECT checkout_id AS id, status, history_version AS versions FROM payment_events", "payment_history", "checkout_id", "NULL", IsLegal);

    private static bool IsLegal(HistoryMove move)
    {
        if (!Enum.TryParse<MoveCause>(move.Cause, out var cause) || !StatusWords.TryParse(move.To, out var to)) return false;
        if (move.From is null) return cause == MoveCause.Created && to == PaymentOrderStatus.NotStarted;
        return StatusWords.TryParse(move.From, out var from) && PaymentMoves.CanMove(from, cause) && PaymentMoves.Move(from, cause) == to;
    }
}
