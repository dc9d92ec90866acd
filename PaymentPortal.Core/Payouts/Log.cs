using Microsoft.Extensions.Logging;

namespace PaymentPortal.Core.Payouts;

internal static partial class Log
{
    [LoggerMessage(5501, LogLevel.Warning, "The event {EventId} names the payout {ObjectId}, which is not ours; it was kept and nothing was changed")]
    public static partial void UnknownPayout(ILogger log, string eventId, string objectId);

    [LoggerMessage(5502, LogLevel.Warning, "The scheduled payout of {Seller} was refused: {Why}")]
    public static partial void ScheduleRefused(ILogger log, string seller, string why);

    [LoggerMessage(5503, LogLevel.Error, "ALARM: the PSP paid {Amount} {Currency} out to our bank by itself (payout {Payout}); {NotOurs} of it are owed to sellers and buyers. Bring them back to the PSP before anybody is paid")]
    public static partial void OthersMoneyLeft(ILogger log, string payout, string amount, string notOurs, string currency);
}
