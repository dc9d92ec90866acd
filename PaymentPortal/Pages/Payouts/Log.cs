namespace PaymentPortal.Pages.Payouts;

internal static partial class Log
{
    [LoggerMessage(7601, LogLevel.Error, "A page of payouts could not be read (reference {Reference})")]
    public static partial void ReadFailed(ILogger log, Exception error, string reference);
}
