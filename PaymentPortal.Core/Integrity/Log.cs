using Microsoft.Extensions.Logging;

namespace PaymentPortal.Core.Integrity;

internal static partial class Log
{
    [LoggerMessage(2101, LogLevel.Error, "ALARM: the books no longer prove themselves: {Code}: {Finding}. The Integrity page names the rows")]
    public static partial void TurnedRed(ILogger log, string code, string finding);

    [LoggerMessage(2103, LogLevel.Warning, "A value was not sealed anew and stays as it is: {Why}")]
    public static partial void NotResealed(ILogger log, string why);

    [LoggerMessage(2102, LogLevel.Error, "A run over every invariant ended early; what it had checked by then is stored")]
    public static partial void RunFailed(ILogger log, Exception error);
}
