namespace PaymentPortal.Pages.Payments;

internal static partial class Log
{
    [LoggerMessage(EventId = 4201, Level = LogLevel.Error, Message = "The payments list can't be read ({Reference})")]
    public static partial void ListFailed(ILogger logger, Exception error, string reference);

    [LoggerMessage(EventId = 4202, Level = LogLevel.Error, Message = "Payment {Payment} can't be read ({Reference})")]
    public static partial void PaymentFailed(ILogger logger, Exception error, string payment, string reference);
}
