namespace PaymentPortal.Checkout;

/// <summary>What the buyer's pages log. Never a link: it is the buyer's secret.</summary>
internal static partial class Log
{
    [LoggerMessage(5001, LogLevel.Error, "A buyer's {Method} was answered 503: the store can't be reached.")]
    public static partial void StoreUnavailable(ILogger logger, Exception error, string method);

    [LoggerMessage(5002, LogLevel.Warning, "A form of a buyer's page came without proof that it is ours, and was not acted on.")]
    public static partial void ForeignForm(ILogger logger);
}
