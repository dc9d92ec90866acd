namespace PaymentPortal.Pages.Health;

internal static partial class Log
{
    [LoggerMessage(EventId = 4101, Level = LogLevel.Error, Message = "Health fact {Fact} can't be read")]
    public static partial void FactFailed(ILogger logger, Exception error, string fact);
}
