namespace PaymentPortal.Core.Retries;

/// <summary>The one fixed schedule of delays: quick at first, then every five minutes for as long as the step is open.</summary>
public static class RetrySchedule
{
    private static readonly TimeSpan[] Delays =
    [
        TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(20),
        TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(5),
    ];

    public static TimeSpan DelayAfter(int tries) => Delays[Math.Clamp(tries, 0, Delays.Length - 1)];
}
