namespace PaymentPortal.Sandbox;

/// <summary>Every log line of the sandbox. Ids only: no keys, no secrets, no card data.</summary>
internal static partial class Log
{
    [LoggerMessage(7000, LogLevel.Error, "Sandbox request {RequestId} failed")]
    public static partial void RequestFailed(ILogger logger, string requestId, Exception error);

    [LoggerMessage(7001, LogLevel.Error, "Sandbox timer {Kind} of {Id} failed and was dropped")]
    public static partial void TimerFailed(ILogger logger, string kind, string id, Exception error);

    [LoggerMessage(7002, LogLevel.Warning, "Sandbox timers could not run and stay due")]
    public static partial void DueWorkFailed(ILogger logger, Exception error);

    [LoggerMessage(7003, LogLevel.Debug, "Webhook {EventId} to {EndpointId} failed: {Cause}")]
    public static partial void DeliveryFailed(ILogger logger, string eventId, string endpointId, string cause);

    [LoggerMessage(7004, LogLevel.Warning, "Webhook deliveries could not be read or marked and stay due")]
    public static partial void DeliveriesStuck(ILogger logger, Exception error);

    [LoggerMessage(7005, LogLevel.Error, "Hosted page request {TraceId} failed")]
    public static partial void PageFailed(ILogger logger, string traceId, Exception error);
}
