namespace PaymentPortal.Pages.Sellers;

internal static partial class Log
{
    [LoggerMessage(7651, LogLevel.Error, "A page of sellers could not be read (reference {Reference})")]
    public static partial void ReadFailed(ILogger log, Exception error, string reference);
}
