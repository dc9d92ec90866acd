using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Payments.Disputes;
using PaymentPortal.Core.Payments.Refunds;

namespace PaymentPortal.Core.Payments.Returns;

/// <summary>How the histories of refunds and disputes are replayed.</summary>
internal static class ReturnHistoryRules
{
    public static HistoryRules Returns { get; } = new(
        "returns-01", "The status of a refund or a dispute is the end of its history, which has only legal moves, no gap and no changed line.",
        "SELECT refund_id AS id, status, history_version AS versions FROM refunds UNION ALL SELECT dispute_id, status, history_version FROM disputes",
        "return_history", "item_id", "NULL", move => move.Item.StartsWith(RefundId.Prefix, StringComparison.Ordinal) ? IsLegalRefund(move) : IsLegalDispute(move));

    private static bool IsLegalRefund(HistoryMove move)
    {
        if (!Enum.TryParse<RefundCause>(move.Cause, out var cause) || !RefundWords.TryParse(move.To, out var to)) return false;
        if (move.From is null) return cause == RefundCause.Asked && to == RefundStatus.Requested;
        return RefundWords.TryParse(move.From, out var from) && RefundMoves.CanMove(from, cause) && RefundMoves.Move(from, cause) == to;
    }

    private static bool IsLegalDispute(HistoryMove move)
    {
        if (!DisputeWords.TryParse(move.To, out var to)) return false;
        if (move.From is null) return DisputeMoves.CanBegin(to);
        return DisputeWords.TryParse(move.From, out var from) && DisputeMoves.CanMove(from, to);
    }
}
