using System.Text.Json;
using PaymentPortal.Core.Common;

namespace PaymentPortal.Core.Psp.Stripe;

/// <summary>
/// Reads values out of the PSP's JSON. What we build on must be there and be of its type, or the answer is not believed; what we don't know
/// is ignored, because fields may be added at any time.
/// </summary>
internal static class StripeJson
{
    /// <summary>A name that comes twice would let two readers see two different objects.</summary>
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 32, AllowDuplicateProperties = false };

    public static JsonDocument Parse(ReadOnlyMemory<byte> body)
    {
        // JsonDocument looks at the encoding of a text only when it is read.
        if (!System.Text.Unicode.Utf8.IsValid(body.Span)) throw new StripeShapeException("The answer is not UTF-8.");
        try
        {
            return JsonDocument.Parse(body, Strict);
        }
        catch (JsonException error)
        {
            throw new StripeShapeException($"The answer is no JSON we can read ({error.Message})");
        }
    }

    public static JsonElement? Child(this JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var child) && child.ValueKind != JsonValueKind.Null ? child : null;

    public static JsonElement? ChildObject(this JsonElement parent, string name) => parent.Child(name) is { ValueKind: JsonValueKind.Object } child ? child : null;

    public static JsonElement RequireObject(this JsonElement parent, string name) => parent.ChildObject(name) ?? throw Missing(name);

    public static JsonElement RequireArray(this JsonElement parent, string name) =>
        parent.Child(name) is { ValueKind: JsonValueKind.Array } child ? child : throw Missing(name);

    public static string? Text(this JsonElement parent, string name) => parent.Child(name) is { ValueKind: JsonValueKind.String } child ? child.GetString() : null;

    public static string RequireText(this JsonElement parent, string name) => parent.Text(name) is { Length: > 0 } text ? text : throw Missing(name);

    public static bool RequireFlag(this JsonElement parent, string name) => parent.Child(name) switch
    {
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        _ => throw Missing(name),
    };

    public static long RequireInteger(this JsonElement parent, string name) =>
        parent.Child(name) is { ValueKind: JsonValueKind.Number } child && child.TryGetInt64(out var number) ? number : throw Missing(name);

    public static DateTimeOffset RequireMoment(this JsonElement parent, string name)
    {
        var seconds = parent.RequireInteger(name);
        // The last second of the year 9999: beyond it is no date, and no answer.
        return seconds is >= 0 and <= 253_402_300_799 ? DateTimeOffset.FromUnixTimeSeconds(seconds) : throw Missing(name);
    }

    public static Money RequireMoney(this JsonElement parent, string name, Currency currency)
    {
        var minor = parent.RequireInteger(name);
        return Math.Abs(minor) <= Money.Limit ? new Money(minor, currency) : throw Missing(name);
    }

    public static Currency RequireCurrency(this JsonElement parent) =>
        Currency.TryGet(parent.RequireText("currency").ToUpperInvariant(), out var currency) ? currency : throw Missing("currency");

    public static void RequireKind(this JsonElement parent, string kind)
    {
        if (parent.Text("object") != kind) throw new StripeShapeException($"The answer is no {kind}.");
    }

    /// <summary>The id of a field that is a plain id or, when it was expanded, the object itself.</summary>
    public static string? Id(this JsonElement parent, string name) => parent.Child(name) switch
    {
        { ValueKind: JsonValueKind.String } id => id.GetString(),
        { ValueKind: JsonValueKind.Object } expanded => expanded.RequireText("id"),
        _ => null,
    };

    private static StripeShapeException Missing(string name) => new($"The answer's \"{name}\" is missing or not what it should be.");
}
