namespace PaymentPortal.Pages.Parts;

/// <summary>
/// One page of rows as the query found it: how many match (null when not counted; capped at 10,000 by the query), and the opaque cursors of
/// the neighbours, null where there is none.
/// </summary>
public sealed record ListPage<TRow>(IReadOnlyList<TRow> Rows, int? Count, string? PreviousCursor, string? NextCursor)
{
    /// <summary>Counting stops here: a list says "10,000+" rather than reading a table to its end.</summary>
    public const int CountCap = 10_000;

    public string CountText => Count switch
    {
        null => "",
        > CountCap => "10,000+",
        { } count => count.ToString("N0", System.Globalization.CultureInfo.InvariantCulture),
    };
}

/// <summary>A tab above a list: a link that sets filters, and how many rows are behind it.</summary>
public sealed record ListTab(string Label, string Href, bool IsCurrent, int? Count = null);
