using PaymentPortal.Core.Payments.Disputes;
using PaymentPortal.Core.Payments.Refunds;
using PaymentPortal.Core.Payments.Returns;

namespace PaymentPortal.Pages.Parts;

/// <summary>Chip and word of every state of money that goes back.</summary>
internal static class ReturnChips
{
    public static (ChipState Chip, string Label) Of(RefundStatus status) => status switch
    {
        RefundStatus.Requested => (ChipState.RequiresAction, "Needs approval"),
        RefundStatus.Approved => (ChipState.Processing, "Being sent"),
        RefundStatus.Sent => (ChipState.Processing, "With the bank"),
        RefundStatus.Succeeded => (ChipState.Refunded, "Refunded"),
        RefundStatus.Refused => (ChipState.Failed, "Refused"),
        RefundStatus.Canceled => (ChipState.Canceled, "Canceled"),
        RefundStatus.Failed => (ChipState.NeedsAttention, "Came back"),
    };

    /// <param name="isStopped">Its step is a dead letter: nothing moves it until a person does.</param>
    public static (ChipState Chip, string Label) Of(RefundStatus status, bool isStopped) =>
        isStopped && status is (RefundStatus.Approved or RefundStatus.Sent) ? (ChipState.NeedsAttention, "Stopped") : Of(status);

    public static (ChipState Chip, string Label) Of(DisputeStatus status) => status switch
    {
        DisputeStatus.Inquiry => (ChipState.Disputed, "Inquiry"),
        DisputeStatus.NeedsResponse => (ChipState.NeedsAttention, "Needs response"),
        DisputeStatus.UnderReview => (ChipState.Processing, "Under review"),
        DisputeStatus.Won => (ChipState.Succeeded, "Won"),
        DisputeStatus.Lost => (ChipState.Failed, "Lost"),
        DisputeStatus.Accepted => (ChipState.Failed, "Accepted"),
        DisputeStatus.Closed => (ChipState.Canceled, "Closed"),
    };

    /// <summary>Null where nothing of a payment goes back.</summary>
    public static ChipState? Of(PaymentReturn back) => back switch
    {
        PaymentReturn.None => null,
        PaymentReturn.PartlyRefunded => ChipState.PartlyRefunded,
        PaymentReturn.Refunded => ChipState.Refunded,
        PaymentReturn.Disputed => ChipState.Disputed,
    };

    /// <summary>The bank's reason as people say it: "product_not_received" → "product not received".</summary>
    public static string Reason(string word) => word.Replace('_', ' ');
}
