namespace PaymentPortal.Pages.Operations;

internal static partial class Log
{
    [LoggerMessage(EventId = 4601, Level = LogLevel.Error, Message = "{What} can't be read (reference {Reference})")]
    public static partial void ReadFailed(ILogger logger, Exception error, string what, string reference);
}
