using System.Globalization;

namespace PaymentPortal.Sandbox.Wire;

/// <summary>
/// One parameter of a request: a text, or named (or numbered) parts. Readers assume that a <see cref="ParamSpec"/> has passed the tree.
/// Null is "not sent"; an empty text is "unset it".
/// </summary>
public sealed class FormNode
{
    private readonly Dictionary<string, FormNode> _parts = [];

    public string? Value { get; set; }

    public bool IsText => Value is not null;

    public IReadOnlyDictionary<string, FormNode> Parts => _parts;

    /// <summary>List items in the order of their index, whatever their order in the body.</summary>
    public IEnumerable<KeyValuePair<int, FormNode>> Items => _parts
        .Select(part => KeyValuePair.Create(int.Parse(part.Key, CultureInfo.InvariantCulture), part.Value))
        .OrderBy(part => part.Key);

    public FormNode Child(string name)
    {
        // "a[]=x" appends.
        var key = name.Length == 0 ? _parts.Count.ToString(CultureInfo.InvariantCulture) : name;
        if (!_parts.TryGetValue(key, out var child))
        {
            _parts.Add(key, child = new FormNode());
        }

        return child;
    }

    public FormNode? Find(params ReadOnlySpan<string> path)
    {
        var node = this;
        foreach (var name in path)
        {
            if (!node._parts.TryGetValue(name, out node))
            {
                return null;
            }
        }

        return node;
    }

    public bool Has(params ReadOnlySpan<string> path) => Find(path) is not null;

    public string? Text(params ReadOnlySpan<string> path) => Find(path)?.Value;

    public long? Whole(params ReadOnlySpan<string> path) =>
        Find(path)?.Value is { Length: > 0 } text ? long.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) : null;

    public bool Flag(params ReadOnlySpan<string> path) => Find(path)?.Value == "true";

    public IReadOnlyList<string> Texts(params ReadOnlySpan<string> path) =>
        Find(path) is { IsText: false } list ? [.. list.Items.Select(item => item.Value.Value ?? "")] : [];
}
