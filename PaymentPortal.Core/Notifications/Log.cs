using Microsoft.Extensions.Logging;

namespace PaymentPortal.Core.Notifications;

internal static partial class Log
{
    [LoggerMessage(3501, LogLevel.Warning, "The webhook endpoint {Endpoint} has taken nothing for days; after a week it is disabled")]
    public static partial void EndpointWarned(ILogger log, string endpoint);

    [LoggerMessage(3502, LogLevel.Error, "The webhook endpoint {Endpoint} was disabled after a week without a success")]
    public static partial void EndpointDisabled(ILogger log, string endpoint);
}
