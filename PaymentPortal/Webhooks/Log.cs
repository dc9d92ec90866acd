using PaymentPortal.Core.Psp.Stripe;

namespace PaymentPortal.Webhooks;

internal static partial class Log
{
    [LoggerMessage(6101, LogLevel.Warning, "A webhook was refused: its signature is {Verdict}")]
    public static partial void SignatureRefused(ILogger log, SignatureVerdict verdict);

    [LoggerMessage(6102, LogLevel.Error, "A webhook was answered 503: the store could not commit")]
    public static partial void StoreUnavailable(ILogger log, Exception error);
}
