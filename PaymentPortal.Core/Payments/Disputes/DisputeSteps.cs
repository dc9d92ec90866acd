namespace PaymentPortal.Core.Payments.Disputes;

/// <summary>The kinds of next steps of disputes, and the names of their POSTs.</summary>
public static class DisputeSteps
{
    /// <summary>Subject: the dispute. Polls it until it is over.</summary>
    public const string Poll = "dispute";

    /// <summary>Subject: the dispute. Sends what people did about it: staged evidence, its submission, the acceptance.</summary>
    public const string Answer = "dispute.answer";

    public const string Stage = "stage";
    public const string Submit = "submit";
    public const string Accept = "accept";

    private static readonly TimeSpan[] Polls = [TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10), TimeSpan.FromHours(1)];

    /// <summary>A dispute lasts for weeks, and webhooks tell us first.</summary>
    public static TimeSpan PollAfter(int polls) => Polls[Math.Clamp(polls, 0, Polls.Length - 1)];
}
