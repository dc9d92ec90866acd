namespace PaymentPortal.Pages.Live;

internal static partial class Log
{
    [LoggerMessage(EventId = 4301, Level = LogLevel.Warning, Message = "An open page could not be brought up to date; the next fact tries again")]
    public static partial void RefreshFailed(ILogger logger, Exception error);
}
