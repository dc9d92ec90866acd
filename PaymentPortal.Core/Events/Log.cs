using Microsoft.Extensions.Logging;

namespace PaymentPortal.Core.Events;

internal static partial class Log
{
    [LoggerMessage(2501, LogLevel.Warning, "{Listener} failed to hear of {EventId}; nobody else was held back")]
    public static partial void ListenerFailed(ILogger log, string listener, string eventId, Exception error);

    [LoggerMessage(2502, LogLevel.Error, "The consumer {Consumer} stopped reading; the next waking tries again")]
    public static partial void ReaderFailed(ILogger log, string consumer, Exception error);

    [LoggerMessage(2503, LogLevel.Error, "The consumer {Consumer} can't apply {EventId} of {Aggregate}: it is parked, and its step tries it again")]
    public static partial void FactParked(ILogger log, string consumer, string eventId, string aggregate, Exception error);

    [LoggerMessage(2504, LogLevel.Error, "The consumer {Consumer} still can't apply the fact at {Position}")]
    public static partial void FactFailedAgain(ILogger log, string consumer, long position, Exception error);
}
