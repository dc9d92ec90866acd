using Microsoft.Extensions.Logging;

namespace PaymentPortal.Core.Payments.Disputes;

internal static partial class Log
{
    [LoggerMessage(5201, LogLevel.Warning, "A bank disputes the payment {Checkout} ({Reason}): {Dispute}")]
    public static partial void Disputed(ILogger log, string dispute, string checkout, string reason);

    [LoggerMessage(5202, LogLevel.Error, "The movement {Transaction} of dispute {Dispute} takes money that never came into the books; it was not booked")]
    public static partial void NotBooked(ILogger log, string dispute, string transaction);

    [LoggerMessage(5203, LogLevel.Error, "The event {EventId} names the dispute {ObjectId} of a charge that is not ours; it was kept and nothing was changed")]
    public static partial void UnknownObject(ILogger log, string eventId, string objectId);

    [LoggerMessage(5204, LogLevel.Error, "The time for evidence in {Dispute} runs out, and nothing was submitted")]
    public static partial void RunsOut(ILogger log, string dispute);

    [LoggerMessage(5205, LogLevel.Warning, "The PSP's list of disputes could not be read: {Reason}")]
    public static partial void ListUnread(ILogger log, string reason);
}
