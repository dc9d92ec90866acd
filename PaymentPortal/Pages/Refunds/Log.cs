namespace PaymentPortal.Pages.Refunds;

internal static partial class Log
{
    [LoggerMessage(9301, LogLevel.Error, "A list of refunds could not be read (reference {Reference})")]
    public static partial void ReadFailed(ILogger log, Exception error, string reference);
}
