namespace PaymentPortal.Core.Payments;

/// <summary>The kinds of next steps that pay-in writes, and when the poll looks again.</summary>
public static class PaymentSteps
{
    /// <summary>Subject: the attempt. Makes its session, then polls it until it is over.</summary>
    public const string Attempt = "attempt";

    /// <summary>Subject: the checkout. Ends it when its time is up.</summary>
    public const string CheckoutEnd = "checkout.end";

    /// <summary>The names of an attempt's two POSTs in their keys.</summary>
    public const string CreateSession = "session";
    public const string ExpireSession = "expire";

    /// <summary>How long a cancel is left to the request that asked for it.</summary>
    public static readonly TimeSpan CancelPatience = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan[] Polls = [TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(5)];

    /// <summary>Webhooks tell us first; polling is for those that never come.</summary>
    public static TimeSpan PollAfter(int polls) => Polls[Math.Clamp(polls, 0, Polls.Length - 1)];
}
