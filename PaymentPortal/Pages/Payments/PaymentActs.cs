using PaymentPortal.Core.Payments;
using PaymentPortal.Core.Payments.Disputes;

namespace PaymentPortal.Pages.Payments;

/// <summary>Asks the engine's own Why-nots about a payment as it is shown.</summary>
internal static class PaymentActs
{
    public static string? WhyNotAsk(PaymentDetails details) =>
        PaymentDesk.WhyNotAsk(details.Payment.Status, details.CurrentAttempt?.State, details.CurrentAttempt?.PspToken is not null);

    /// <summary>Null when at least one order can be refunded. The engine says it of one order, this of the whole payment.</summary>
    public static string? WhyNotRefund(PaymentDetails details)
    {
        if (details.Payment.Status != PaymentOrderStatus.Success) return "Not paid yet.";
        if (details.Disputes.Any(dispute => dispute.Status is DisputeStatus.NeedsResponse or DisputeStatus.UnderReview || dispute.Status.IsLost())) return "In dispute: the bank decides where its money goes.";
        return details.Orders.All(order => order.Refunded == order.Amount) ? "Nothing is left: all of it is refunded or about to be." : null;
    }

    public static string? WhyNotCancel(PaymentDetails details) => PaymentDesk.WhyNotCancel(details.Payment.Status, details.Payment.CancelRequestedAt is not null);
}
