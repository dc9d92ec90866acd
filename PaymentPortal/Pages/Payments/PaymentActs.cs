using PaymentPortal.Core.Payments;

namespace PaymentPortal.Pages.Payments;

/// <summary>Asks the engine's own Why-nots about a payment as it is shown.</summary>
internal static class PaymentActs
{
    public static string? WhyNotAsk(PaymentDetails details) =>
        PaymentDesk.WhyNotAsk(details.Payment.Status, details.CurrentAttempt?.State, details.CurrentAttempt?.PspToken is not null);

    public static string? WhyNotCancel(PaymentDetails details) => PaymentDesk.WhyNotCancel(details.Payment.Status, details.Payment.CancelRequestedAt is not null);
}
