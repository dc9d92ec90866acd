using System.Text;
using Microsoft.AspNetCore.WebUtilities;

namespace PaymentPortal.Pages.Parts;

/// <summary>
/// The address of a list: its filters, sort, size and cursor, and nothing else decides what is shown. Keys are sorted, blanks left out, several
/// values joined by commas, so that one view has one address. Any change but paging drops the cursor.
/// </summary>
/// <example>
/// <code>
/// var url = ListUrl.Read(Navigation.Uri);            // in OnParametersSetAsync
/// var status = url.All("status");                    // ["failed", "retrying"]
/// &lt;a href="@url.With("sort", "-created")"&gt;         // the cursor is gone
/// </code>
/// </example>
public sealed class ListUrl
{
    public const string After = "after";
    public const string Before = "before";
    public const string Size = "size";
    public const string Sort = "sort";

    /// <summary>The row that is shown beside the list; it is no part of what the list holds.</summary>
    public const string Peek = "peek";

    /// <summary>The value of <see cref="Before"/> that means: the last page.</summary>
    public const string End = "end";

    public static readonly IReadOnlyList<int> Sizes = [25, 50, 100];

    private readonly SortedDictionary<string, string> _values;

    private ListUrl(string path, SortedDictionary<string, string> values) => (Path, _values) = (path, values);

    public string Path { get; }

    public string? this[string key] => _values.GetValueOrDefault(key);

    /// <summary>Rows a page: 25 unless the address says 50 or 100.</summary>
    public int PageSize => int.TryParse(this[Size], out var size) && Sizes.Contains(size) ? size : Sizes[0];

    public IReadOnlyDictionary<string, string> Values => _values;

    /// <summary>Reads an absolute or a local address. The two halves of a range (created.from, created.to) become one value "from..to".</summary>
    public static ListUrl Read(string uri)
    {
        var start = uri.IndexOf("://", StringComparison.Ordinal) is var scheme and > 0 ? uri.IndexOf('/', scheme + 3) : 0;
        var local = start < 0 ? "/" : uri[start..].Split('#')[0];
        var mark = local.IndexOf('?', StringComparison.Ordinal);
        var (path, query) = mark < 0 ? (local, "") : (local[..mark], local[mark..]);
        var values = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var halves = new SortedDictionary<string, (string From, string To)>(StringComparer.Ordinal);
        foreach (var (key, sent) in QueryHelpers.ParseQuery(query))
        {
            var value = string.Join(',', sent.Where(text => !string.IsNullOrWhiteSpace(text)).Select(text => text!.Trim()));
            if (value.Length == 0) continue;
            var name = key.ToLowerInvariant();
            if (name.EndsWith(".from", StringComparison.Ordinal)) halves[name[..^5]] = (value, halves.GetValueOrDefault(name[..^5]).To ?? "");
            else if (name.EndsWith(".to", StringComparison.Ordinal)) halves[name[..^3]] = (halves.GetValueOrDefault(name[..^3]).From ?? "", value);
            else values[name] = value;
        }
        foreach (var (key, (from, to)) in halves) values[key] = $"{from}..{to}";
        return new ListUrl(path, values);
    }

    /// <summary>The values of a key that may hold several.</summary>
    public IReadOnlyList<string> All(string key) => this[key]?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    /// <summary>The halves of a range "a..b"; either may be missing.</summary>
    public (string? From, string? To) Range(string key)
    {
        if (this[key]?.Split("..", 2) is not [var from, var to]) return (null, null);
        return (from.Length == 0 ? null : from, to.Length == 0 ? null : to);
    }

    /// <summary>The same list with one thing changed; null or blank takes it out.</summary>
    public ListUrl With(string key, string? value)
    {
        var values = new SortedDictionary<string, string>(_values, StringComparer.Ordinal);
        values.Remove(After);
        values.Remove(Before);
        if (string.IsNullOrWhiteSpace(value)) values.Remove(key);
        else values[key] = value;
        return new ListUrl(Path, values);
    }

    /// <summary>The same page of the same list with that row beside it; null for none.</summary>
    public ListUrl Beside(string? id)
    {
        var values = new SortedDictionary<string, string>(_values, StringComparer.Ordinal);
        values.Remove(Peek);
        if (id is not null) values[Peek] = id;
        return new ListUrl(Path, values);
    }

    public ListUrl Without(string key) => With(key, null);

    /// <summary>The same list without one of the values of a key.</summary>
    public ListUrl Without(string key, string value) => With(key, string.Join(',', All(key).Where(one => one != value)));

    /// <summary>No filter at all; sort and size stay, they are how and not what.</summary>
    public ListUrl Cleared() => new(Path, new SortedDictionary<string, string>(
        _values.Where(pair => pair.Key is Sort or Size).ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal));

    public override string ToString()
    {
        if (_values.Count == 0) return Path;
        var text = new StringBuilder(Path).Append('?');
        foreach (var (key, value) in _values)
            text.Append(Uri.EscapeDataString(key)).Append('=').Append(Uri.EscapeDataString(value).Replace("%2C", ",", StringComparison.Ordinal).Replace("%3A", ":", StringComparison.Ordinal)).Append('&');
        return text.ToString(0, text.Length - 1);
    }
}
