using PaymentPortal.Pages.Parts;

namespace PaymentPortal.Pages.Live;

/// <summary>Rows under a reader's eyes never move: what is known anew stands where it stood, and what came meanwhile is only counted.</summary>
internal static class LiveRows
{
    /// <param name="shown">The page as it is read.</param>
    /// <param name="fresh">The same address read again.</param>
    /// <param name="id">What a row is known by.</param>
    /// <param name="gone">A row that is not there any more; by default it stays as it was.</param>
    public static (ListPage<TRow> Page, int New) Merge<TRow>(ListPage<TRow> shown, IReadOnlyList<TRow> fresh, Func<TRow, string> id, Func<TRow, TRow>? gone = null)
    {
        var known = fresh.ToDictionary(id, StringComparer.Ordinal);
        var rows = shown.Rows.Select(row => known.Remove(id(row), out var now) ? now : gone is null ? row : gone(row)).ToList();
        return (shown with { Rows = rows }, known.Count);
    }
}
