using Microsoft.Extensions.Logging;

namespace PaymentPortal.Core.Payments.Refunds;

internal static partial class Log
{
    [LoggerMessage(5101, LogLevel.Error, "The PSP's refund {PspRefund} of {Refund} moved another amount or currency than was asked for; it was not booked")]
    public static partial void RefundAtOdds(ILogger log, string refund, string pspRefund);

    [LoggerMessage(5102, LogLevel.Error, "The refund {Refund} of checkout {Checkout} came back from the bank ({Reason}); the buyer is owed, and finance decides")]
    public static partial void RefundCameBack(ILogger log, string refund, string checkout, string reason);

    [LoggerMessage(5103, LogLevel.Warning, "The event {EventId} names the refund {ObjectId}, which was not made by us; it was kept and nothing was changed")]
    public static partial void UnknownObject(ILogger log, string eventId, string objectId);
}
