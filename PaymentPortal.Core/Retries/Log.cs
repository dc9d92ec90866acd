using Microsoft.Extensions.Logging;

namespace PaymentPortal.Core.Retries;

internal static partial class Log
{
    [LoggerMessage(3001, LogLevel.Error, "A pass over the due tasks failed; the next waking tries again")]
    public static partial void PassFailed(ILogger log, Exception error);

    [LoggerMessage(3002, LogLevel.Warning, "A try of {Kind} for {Subject} failed")]
    public static partial void TryFailed(ILogger log, string kind, string subject, Exception error);

    [LoggerMessage(3004, LogLevel.Error, "ALARM: work died of a new kind of trouble, {Cause}: {Reason}. It waits under Dead letters; further letters of this kind raise no alarm")]
    public static partial void NewCause(ILogger log, string cause, string reason);

    [LoggerMessage(3005, LogLevel.Error, "ALARM: stuck since {Since:O}: {Kind}, {What}. Nothing will move it; run 'verify' and look at Health")]
    public static partial void WorkStuck(ILogger log, string kind, string what, DateTimeOffset since);

    [LoggerMessage(3003, LogLevel.Warning, "The end of a try of {Kind} for {Subject} was not written; its lease will run out")]
    public static partial void EndNotWritten(ILogger log, string kind, string subject, Exception error);
}
