namespace PaymentPortal.Pages.Webhooks;

internal static partial class Log
{
    [LoggerMessage(EventId = 4601, Level = LogLevel.Error, Message = "The webhooks can't be read ({Reference})")]
    public static partial void ReadFailed(ILogger logger, Exception error, string reference);
}
