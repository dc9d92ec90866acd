namespace PaymentPortal.Core.Common;

/// <summary>Where a page of a list starts. The cursors are opaque: they come from the page before or after.</summary>
public sealed record PagePlace(string? After = null, string? Before = null, bool IsLast = false)
{
    public static readonly PagePlace First = new();
}

/// <summary>A page of a list, with the cursors of its neighbours, null where there is none.</summary>
public sealed record ListSlice<T>(IReadOnlyList<T> Rows, string? Previous, string? Next);
