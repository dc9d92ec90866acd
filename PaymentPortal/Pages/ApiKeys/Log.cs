namespace PaymentPortal.Pages.ApiKeys;

internal static partial class Log
{
    [LoggerMessage(EventId = 4501, Level = LogLevel.Error, Message = "The API keys can't be read")]
    public static partial void ReadFailed(ILogger logger, Exception error);
}
