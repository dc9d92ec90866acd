using System.Globalization;

namespace PaymentPortal.Core.Retries;

/// <summary>A policy in one line, for lists and the audit log.</summary>
public static class PolicyWords
{
    public static string Of(RetryPolicy policy)
    {
        var waits = policy.Kind switch
        {
            RetryPolicyKind.Immediate => "at once",
            RetryPolicyKind.FixedInterval => $"every {Span(policy.First)}",
            RetryPolicyKind.IncrementalInterval => $"{Span(policy.First)}, then {Span(policy.Step)} more each time, at most {Span(policy.Longest)}",
            RetryPolicyKind.ExponentialBackoff => $"up to {Span(policy.First)}, doubling to {Span(policy.Longest)}",
            RetryPolicyKind.Cancel => "never again",
        };
        if (policy.Kind == RetryPolicyKind.Cancel) return waits;
        var tries = policy.MaxTries is { } most ? string.Create(CultureInfo.InvariantCulture, $"; {most} tries") : "";
        var limit = policy.GiveUpAfter is { } after ? $"; gives up after {Span(after)}" : "";
        return tries.Length + limit.Length > 0 ? waits + tries + limit : waits + "; as long as it is open";
    }

    /// <summary>"1.5 s", "10 min", "4 h", "3 d".</summary>
    public static string Span(TimeSpan span)
    {
        var (unit, name) = span switch
        {
            _ when span >= TimeSpan.FromDays(1) => (TimeSpan.FromDays(1), "d"),
            _ when span >= TimeSpan.FromHours(1) => (TimeSpan.FromHours(1), "h"),
            _ when span >= TimeSpan.FromMinutes(1) => (TimeSpan.FromMinutes(1), "min"),
            _ => (TimeSpan.FromSeconds(1), "s"),
        };
        return ((decimal)span.Ticks / unit.Ticks).ToString("0.##", CultureInfo.InvariantCulture) + " " + name;
    }
}
