using System.Security.Cryptography;
using System.Text;

namespace PaymentPortal.Sandbox.Wire;

/// <summary>Decodes query strings and form bodies into a tree. Two names for the same place (a=1 and a[b]=2) are refused, not resolved.</summary>
public sealed class FormReader
{
    private const int DeepestNesting = 8;
    private const int MostParameters = 2000;

    private readonly List<KeyValuePair<string, string>> _pairs;

    private FormReader(List<KeyValuePair<string, string>> pairs, FormNode root)
    {
        _pairs = pairs;
        Root = root;
    }

    public FormNode Root { get; }

    public static FormReader Read(string encoded)
    {
        var pairs = encoded.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Select(Decode).ToList();
        if (pairs.Count > MostParameters)
        {
            throw StripeError.Invalid("Too many parameters.");
        }

        var root = new FormNode();
        foreach (var (name, value) in pairs)
        {
            Place(root, name, value);
        }

        return new FormReader(pairs, root);
    }

    /// <summary>Equal for requests with equal parameters, in whichever order they were sent.</summary>
    public byte[] Fingerprint()
    {
        var text = new StringBuilder();
        foreach (var (name, value) in _pairs.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            // Lengths keep "a=bc" and "ab=c" apart.
            text.Append(name.Length).Append(':').Append(name).Append(value.Length).Append(':').Append(value);
        }

        return SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()));
    }

    private static KeyValuePair<string, string> Decode(string pair)
    {
        var equals = pair.IndexOf('=');
        return equals < 0
            ? KeyValuePair.Create(Unescape(pair), "")
            : KeyValuePair.Create(Unescape(pair[..equals]), Unescape(pair[(equals + 1)..]));
    }

    private static string Unescape(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));

    private static void Place(FormNode root, string name, string value)
    {
        var segments = Segments(name);
        var node = root;
        foreach (var segment in segments)
        {
            if (node.IsText)
            {
                throw StripeError.Invalid("Invalid object", name);
            }

            node = node.Child(segment);
        }

        if (node.Parts.Count > 0)
        {
            throw StripeError.Invalid("Invalid string", name);
        }

        node.Value = value;
    }

    /// <summary>"a[b][0]" is a, b, 0. Brackets that do not pair up make the whole name one odd, unknown parameter.</summary>
    private static List<string> Segments(string name)
    {
        var open = name.IndexOf('[');
        if (open <= 0 || !name.EndsWith(']'))
        {
            return [name];
        }

        var segments = new List<string> { name[..open] };
        segments.AddRange(name[(open + 1)..^1].Split("]["));
        if (segments.Count > DeepestNesting || segments.Skip(1).Any(segment => segment.Contains('[') || segment.Contains(']')))
        {
            return [name];
        }

        return segments;
    }
}
