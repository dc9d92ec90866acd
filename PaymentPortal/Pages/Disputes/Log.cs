namespace PaymentPortal.Pages.Disputes;

internal static partial class Log
{
    [LoggerMessage(9401, LogLevel.Error, "A list of disputes could not be read (reference {Reference})")]
    public static partial void ReadFailed(ILogger log, Exception error, string reference);
}
