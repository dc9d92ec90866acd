using System.Text.Json.Nodes;

namespace PaymentPortal.Sandbox.Wire;

/// <summary>Parameters as members of documents.</summary>
public static class Values
{
    public static JsonArray Array(IEnumerable<string> texts) => new([.. texts.Select(text => JsonValue.Create(text))]);

    /// <summary>An empty text unsets: null in the document.</summary>
    public static string? TextOrNull(string? text) => string.IsNullOrEmpty(text) ? null : text;

    public static bool IsWebAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" && !text.Contains(' ');

    public static bool IsEmail(string text)
    {
        var at = text.IndexOf('@');
        return at > 0 && text.LastIndexOf('.') > at + 1 && !text.EndsWith('.') && !text.Contains(' ') && at == text.LastIndexOf('@');
    }

    /// <summary>Merges: an empty value removes its key, an empty parameter removes all.</summary>
    public static void MergeMetadata(JsonObject document, FormNode parameters)
    {
        const int MostKeys = 50;
        if (parameters.Find("metadata") is not { } sent)
        {
            return;
        }

        if (sent.IsText || document["metadata"] is not JsonObject metadata)
        {
            document["metadata"] = metadata = [];
        }

        foreach (var (key, value) in sent.Parts)
        {
            if (value.Value!.Length == 0)
            {
                metadata.Remove(key);
            }
            else
            {
                metadata[key] = value.Value;
            }
        }

        if (metadata.Count > MostKeys)
        {
            throw StripeError.Invalid($"Metadata can have up to {MostKeys} keys, but this object would have {metadata.Count}.", "metadata");
        }
    }

    /// <summary>Sets each named member that was sent.</summary>
    public static void SetTexts(JsonObject document, FormNode parameters, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (parameters.Text(name) is { } text)
            {
                document[name] = TextOrNull(text);
            }
        }
    }
}
