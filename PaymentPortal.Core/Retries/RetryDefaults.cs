namespace PaymentPortal.Core.Retries;

/// <summary>
/// The policies that hold until somebody publishes others. What may have moved money is never given up: only the PSP's word ends it. What a
/// repeat can't mend ends at once.
/// </summary>
public static class RetryDefaults
{
    /// <summary>Cards that may be declined before a checkout ends, unless a published policy says otherwise.</summary>
    public const int BuyerCap = 5;

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan HalfMinute = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ThreeDays = TimeSpan.FromDays(3);

    public static RetryPolicy Of(string operation, ErrorClass error) => (operation, error) switch
    {
        (RetryOperations.BuyerTry, _) => RetryPolicy.Incremental(TimeSpan.Zero, TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1), maxTries: BuyerCap),
        (_, ErrorClass.Declined) => RetryPolicy.Cancel,
        (RetryOperations.MerchantWebhook, ErrorClass.Internal) => RetryPolicy.Exponential(2 * Second, TimeSpan.FromMinutes(5), maxTries: 12),
        (RetryOperations.MerchantWebhook, _) => RetryPolicy.Exponential(5 * Second, TimeSpan.FromHours(4), giveUpAfter: ThreeDays),
        // A refused look-up is no end: the object may only have been asked for with the wrong key of two.
        (RetryOperations.LookUp, ErrorClass.Rejected) => RetryPolicy.Exponential(HalfMinute, TimeSpan.FromMinutes(15), maxTries: 24),
        (RetryOperations.ApplyEvent, ErrorClass.NotReady) => RetryPolicy.Exponential(Second, TimeSpan.FromMinutes(1), giveUpAfter: ThreeDays),
        (_, ErrorClass.NotReady) => RetryPolicy.Exponential(Second, TimeSpan.FromMinutes(1)),
        // Together with the longest time-out of a call it is half a minute: so soon after the PSP answers again the outcome is to be known.
        (_, ErrorClass.Unreachable or ErrorClass.Unanswered) => RetryPolicy.Exponential(Second, HalfMinute / 2),
        (_, ErrorClass.Busy) => RetryPolicy.Exponential(Second / 2, 10 * Second),
        (_, ErrorClass.RateLimited) => RetryPolicy.Exponential(Second, TimeSpan.FromMinutes(1)),
        (_, ErrorClass.Rejected) => RetryPolicy.Cancel,
        (_, ErrorClass.Internal) => RetryPolicy.Exponential(2 * Second, TimeSpan.FromMinutes(5), maxTries: 12),
        _ => throw new ArgumentOutOfRangeException(nameof(error), error, "Unknown class of error."),
    };
}
