using PaymentPortal.Core.Integrity;

namespace PaymentPortal.Core.Payouts;

/// <summary>How payouts' histories are replayed.</summary>
internal static class PayoutHistoryRules
{
    public static HistoryRules Payouts { get; } = new(
        "payouts-03", "A payout's status is the end of its history, which has only legal moves, no gap and no changed line.",
        "SELECT payout_id AS id, status, history_version AS versions FROM payouts", "payout_history", "payout_id", "h.note", IsLegal);

    private static bool IsLegal(HistoryMove move)
    {
        if (!Enum.TryParse<PayoutCause>(move.Cause, out var cause) || !PayoutStatuses.TryParse(move.To, out var to)) return false;
        if (move.From is null) return (cause, to) is (PayoutCause.Created, PayoutStatus.Requested) or (PayoutCause.MadeByPsp, PayoutStatus.InTransit);
        return PayoutStatuses.TryParse(move.From, out var from) && PayoutMoves.CanMove(from, cause) && PayoutMoves.Move(from, cause) == to;
    }
}
