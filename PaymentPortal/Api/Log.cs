namespace PaymentPortal.Api;

internal static partial class Log
{
    [LoggerMessage(6001, LogLevel.Error, "A call was answered 503: the store could not commit")]
    public static partial void StoreUnavailable(ILogger log, Exception error);
}
