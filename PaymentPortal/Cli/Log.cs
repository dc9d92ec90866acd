namespace PaymentPortal.Cli;

internal static partial class Log
{
    [LoggerMessage(6201, LogLevel.Warning, "A verb that came over the control socket could not be answered")]
    public static partial void ControlFailed(ILogger log, Exception error);
}
