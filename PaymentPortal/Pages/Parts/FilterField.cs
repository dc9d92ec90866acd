namespace PaymentPortal.Pages.Parts;

/// <summary>How a filter is filled in.</summary>
public enum FilterKind
{
    /// <summary>Free text.</summary>
    Text,

    /// <summary>One of the options.</summary>
    One,

    /// <summary>Any of the options, joined by commas in the address.</summary>
    Many,

    /// <summary>"from..to" of dates, or one of the options as a preset (last_7d).</summary>
    Dates,

    /// <summary>"from..to" of amounts as typed; the page reads them with the currency.</summary>
    Amounts,
}

/// <summary>One filter of a list: its key in the address, its label, how it is filled in, and the words of its options.</summary>
public sealed record FilterField(string Key, string Label, FilterKind Kind, IReadOnlyList<FilterOption>? Options = null, string? Placeholder = null)
{
    /// <summary>The usual spans of time; the page turns them into moments in the viewer's zone.</summary>
    public static readonly IReadOnlyList<FilterOption> Spans =
        [new("today", "Today"), new("last_24h", "Last 24 hours"), new("last_7d", "Last 7 days"), new("last_30d", "Last 30 days")];

    /// <summary>One of the staff, by the value of his actor.</summary>
    public static FilterField Staff(string key, string label, IReadOnlyDictionary<string, string> names) =>
        new(key, label, FilterKind.One, [.. names.OrderBy(name => name.Value, StringComparer.Ordinal).Select(name => new FilterOption(name.Key, name.Value))]);

    public string WordOf(string value) => Options?.FirstOrDefault(option => option.Value == value)?.Label ?? value.Replace("..", " – ", StringComparison.Ordinal);
}

public sealed record FilterOption(string Value, string Label);
