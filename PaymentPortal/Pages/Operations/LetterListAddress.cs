using PaymentPortal.Core.Common;
using PaymentPortal.Core.Retries;
using PaymentPortal.Pages.Parts;

namespace PaymentPortal.Pages.Operations;

/// <summary>What the address of a list of dead letters asks for.</summary>
internal sealed record LetterListAddress(DeadLetterFilter Filter, PagePlace Place)
{
    public static readonly IReadOnlyList<FilterField> Fields =
    [
        new("q", "About", FilterKind.Text, Placeholder: "Letter, payment or step"),
        new("operation", "Operation", FilterKind.One, [.. RetryOperations.All.Select(one => new FilterOption(one.Name, one.Label))]),
        new("effect", "Money effect", FilterKind.One, [new("none", "None"), new("unknown", "Unknown"), new("taken", "Taken")]),
        new("currency", "Currency", FilterKind.Text, Placeholder: "USD"),
        new("seen", "Last seen", FilterKind.Dates, FilterField.Spans),
        new("cause", "Cause", FilterKind.Text),
    ];

    public static LetterListAddress Read(ListUrl url, TimeZoneInfo zone, DateTimeOffset now)
    {
        var filter = new DeadLetterFilter
        {
            Text = url["q"],
            CauseKey = url["cause"],
            FailedIn = url["failed"],
            Operation = url["operation"],
            Currency = url["currency"]?.ToUpperInvariant(),
            Effect = Enum.TryParse<MoneyEffect>(url["effect"], ignoreCase: true, out var effect) ? effect : null,
            LastSeen = url["seen"] is { } seen && MomentRange.TryRead(seen, zone, now, out var range) ? range : default,
            WantsClosed = url["state"] == "closed",
        };
        return new LetterListAddress(filter, new PagePlace(url[ListUrl.After], url[ListUrl.Before] is { } before and not ListUrl.End ? before : null, url[ListUrl.Before] == ListUrl.End));
    }

    /// <summary>The choice in words, for the job and the audit log.</summary>
    public static string Words(DeadLetterFilter filter)
    {
        string?[] parts =
        [
            filter.Ids is { } ids ? $"{ids.Count} chosen letters" : "all open letters",
            filter.FailedIn is { } job ? $"that failed again in {job}" : null, filter.CauseKey is { } cause ? $"of cause {cause}" : null, filter.Operation is { } operation ? $"of {operation}" : null,
            filter.Effect is { } effect ? $"with effect {effect.ToString().ToLowerInvariant()}" : null, filter.Currency is { } currency ? $"in {currency}" : null,
            filter.Text is { } text ? $"about {text}" : null, filter.LastSeen.IsOpen ? null : "seen in the chosen time",
        ];
        return string.Join(' ', parts.Where(part => part is not null));
    }
}
