using System.Globalization;
using PaymentPortal.Core.Retries;

namespace PaymentPortal.Pages.Policies;

/// <summary>A policy as it is typed: seconds as text, blank for no limit.</summary>
internal sealed class PolicyForm
{
    public RetryPolicyKind Kind { get; set; }

    public string First { get; set; } = "";

    public string Step { get; set; } = "";

    public string Longest { get; set; } = "";

    public string MaxTries { get; set; } = "";

    public string GiveUpAfter { get; set; } = "";

    public static PolicyForm Of(RetryPolicy policy) => new()
    {
        Kind = policy.Kind,
        First = Seconds(policy.First),
        Step = Seconds(policy.Step),
        Longest = Seconds(policy.Longest),
        MaxTries = policy.MaxTries?.ToString(CultureInfo.InvariantCulture) ?? "",
        GiveUpAfter = policy.GiveUpAfter is { } limit ? Seconds(limit) : "",
    };

    /// <summary>Null when a field is no number; the fault says which.</summary>
    public RetryPolicy? Read(out string? fault)
    {
        fault = null;
        if (!TryRead(First, out var first) || first is null) fault = "The first wait is a number of seconds.";
        else if (!TryRead(Step, out var step)) fault = "The step is a number of seconds.";
        else if (!TryRead(Longest, out var longest)) fault = "The longest wait is a number of seconds.";
        else if (!TryRead(GiveUpAfter, out var limit)) fault = "Giving up comes after a number of seconds, or is left blank.";
        else if (!string.IsNullOrWhiteSpace(MaxTries) && !int.TryParse(MaxTries, NumberStyles.None, CultureInfo.InvariantCulture, out _)) fault = "The number of tries is a whole number, or is left blank.";
        else
        {
            int? tries = string.IsNullOrWhiteSpace(MaxTries) ? null : int.Parse(MaxTries, CultureInfo.InvariantCulture);
            var policy = new RetryPolicy(Kind, first.Value, step ?? TimeSpan.Zero, longest ?? first.Value, tries, limit);
            if (Kind == RetryPolicyKind.Cancel) policy = RetryPolicy.Cancel;
            fault = policy.WhyInvalid();
            if (fault is null) return policy;
        }
        return null;
    }

    private static bool TryRead(string text, out TimeSpan? span)
    {
        span = null;
        if (string.IsNullOrWhiteSpace(text)) return true;
        // Milliseconds and less, in whole figures: seconds with at most three places.
        var parts = text.Trim().Split('.');
        if (parts.Length > 2 || !long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var whole) || whole > 10_000_000) return false;
        var places = parts.Length == 2 ? parts[1] : "";
        if (places.Length > 3 || !int.TryParse(places.PadRight(3, '0'), NumberStyles.None, CultureInfo.InvariantCulture, out var thousandths)) return false;
        span = TimeSpan.FromMilliseconds(whole * 1000 + thousandths);
        return true;
    }

    private static string Seconds(TimeSpan span)
    {
        var milliseconds = span.Ticks / TimeSpan.TicksPerMillisecond;
        var places = (milliseconds % 1000).ToString("000", CultureInfo.InvariantCulture).TrimEnd('0');
        return (milliseconds / 1000).ToString(CultureInfo.InvariantCulture) + (places.Length > 0 ? "." + places : "");
    }
}
