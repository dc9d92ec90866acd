using PaymentPortal.Core.Common;

namespace PaymentPortal.Core.Retries;

public enum RetryPolicyKind
{
    /// <summary>Again at once, a few times.</summary>
    Immediate,

    /// <summary>The same wait each time.</summary>
    FixedInterval,

    /// <summary>Each wait longer than the last by one step.</summary>
    IncrementalInterval,

    /// <summary>The bound doubles, and the wait is drawn from 0 to the bound (full jitter), so that many never come back together.</summary>
    ExponentialBackoff,

    /// <summary>No further try.</summary>
    Cancel,
}

/// <summary>
/// How long to wait after a failed try, and when to give up. Pure: the number of failed tries, how long it has failed, and chance decide.
/// Null limits mean: as long as the work is open.
/// </summary>
/// <param name="First">The first wait.</param>
/// <param name="Step">What each wait of <see cref="RetryPolicyKind.IncrementalInterval"/> adds.</param>
/// <param name="Longest">No wait is longer.</param>
/// <param name="MaxTries">Tries in all, the first one included.</param>
/// <param name="GiveUpAfter">Counted from the first failure.</param>
public sealed record RetryPolicy(RetryPolicyKind Kind, TimeSpan First, TimeSpan Step, TimeSpan Longest, int? MaxTries, TimeSpan? GiveUpAfter)
{
    public static readonly TimeSpan LongestOfAll = TimeSpan.FromDays(7);

    public static RetryPolicy Cancel { get; } = new(RetryPolicyKind.Cancel, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero, null, null);

    public static RetryPolicy Immediate(int maxTries) => new(RetryPolicyKind.Immediate, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero, maxTries, null);

    public static RetryPolicy Fixed(TimeSpan wait, int? maxTries = null, TimeSpan? giveUpAfter = null) => new(RetryPolicyKind.FixedInterval, wait, TimeSpan.Zero, wait, maxTries, giveUpAfter);

    public static RetryPolicy Incremental(TimeSpan first, TimeSpan step, TimeSpan longest, int? maxTries = null, TimeSpan? giveUpAfter = null) =>
        new(RetryPolicyKind.IncrementalInterval, first, step, longest, maxTries, giveUpAfter);

    public static RetryPolicy Exponential(TimeSpan first, TimeSpan longest, int? maxTries = null, TimeSpan? giveUpAfter = null) =>
        new(RetryPolicyKind.ExponentialBackoff, first, TimeSpan.Zero, longest, maxTries, giveUpAfter);

    /// <summary>The wait after so many failed tries (1 is the first); null when there is no further try.</summary>
    public TimeSpan? NextDelay(int failed, TimeSpan failingFor, Dice dice)
    {
        if (IsOver(failed, failingFor)) return null;
        var bound = Bound(failed);
        return Kind == RetryPolicyKind.ExponentialBackoff ? dice.UpTo(bound) : bound;
    }

    public bool IsOver(int failed, TimeSpan failingFor) =>
        Kind == RetryPolicyKind.Cancel || (MaxTries is { } most && failed >= most) || (GiveUpAfter is { } limit && failingFor >= limit);

    /// <summary>The longest that the wait after so many failed tries can be.</summary>
    public TimeSpan Bound(int failed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(failed, 1);
        return Kind switch
        {
            RetryPolicyKind.Immediate or RetryPolicyKind.Cancel => TimeSpan.Zero,
            RetryPolicyKind.FixedInterval => First,
            RetryPolicyKind.IncrementalInterval => Capped(First.Ticks + (decimal)Step.Ticks * (failed - 1)),
            // Past 40 doublings even a microsecond is longer than any cap.
            RetryPolicyKind.ExponentialBackoff => Capped((decimal)First.Ticks * (1L << Math.Min(failed - 1, 40))),
        };
    }

    /// <summary>What is wrong with these figures, for the person who typed them; null when nothing is.</summary>
    public string? WhyInvalid()
    {
        if (First < TimeSpan.Zero || Step < TimeSpan.Zero || Longest < TimeSpan.Zero) return "A wait can't be below zero.";
        if (First > LongestOfAll || Step > LongestOfAll || Longest > LongestOfAll) return "A wait can't be longer than 7 days.";
        if (MaxTries is < 1 or > 1000) return "The number of tries is 1 to 1,000.";
        if (GiveUpAfter is { } limit && (limit <= TimeSpan.Zero || limit > TimeSpan.FromDays(30))) return "Giving up comes after more than nothing and at most 30 days.";
        return Kind switch
        {
            RetryPolicyKind.Immediate when MaxTries is null or > 10 => "Immediate needs a number of tries, at most 10: it would never rest otherwise.",
            RetryPolicyKind.FixedInterval when First < TimeSpan.FromMilliseconds(100) => "A fixed wait is at least 0.1 seconds.",
            RetryPolicyKind.IncrementalInterval when Step == TimeSpan.Zero => "The step is what each wait adds; it can't be zero.",
            RetryPolicyKind.IncrementalInterval or RetryPolicyKind.ExponentialBackoff when Longest < First || Longest == TimeSpan.Zero => "The longest wait can't be shorter than the first.",
            RetryPolicyKind.ExponentialBackoff when First < TimeSpan.FromMilliseconds(100) => "The first wait is at least 0.1 seconds.",
            _ => null,
        };
    }

    private TimeSpan Capped(decimal ticks) => ticks >= Longest.Ticks ? Longest : TimeSpan.FromTicks((long)ticks);
}
