namespace PaymentPortal.Pages.Ledger;

internal static partial class Log
{
    [LoggerMessage(EventId = 4401, Level = LogLevel.Error, Message = "The books can't be read ({Reference})")]
    public static partial void ReadFailed(ILogger logger, Exception error, string reference);
}
