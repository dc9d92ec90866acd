using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace PaymentPortal.Core.Psp.Stripe;

/// <summary>
/// Takes out of a body what may not be kept: secrets, the buyer's personal data, and anything that looks like a card number, wherever it
/// stands. What is kept is compact: no line breaks, no nulls, and cut at <see cref="MaxKept"/>.
/// </summary>
internal static partial class StripeRedaction
{
    public const int MaxKept = 16 * 1024;

    private const string Taken = "[redacted]";

    private static readonly HashSet<string> Names = new(StringComparer.Ordinal)
    {
        "client_secret", "secret", "email", "customer_email", "receipt_email", "phone", "receipt_url", "fingerprint", "number", "cvc",
        "account_number", "routing_number", "customer_details", "billing_details", "shipping", "shipping_details", "collected_information",
        "individual", "owner", "address", "evidence",
    };

    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>A form-encoded body with its sensitive values replaced.</summary>
    public static string Form(string body)
    {
        if (body.Length == 0) return body;
        return Cut(string.Join('&', body.Split('&').Select(pair =>
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0) return Text(pair);
            var name = pair[..equals];
            if (Uri.UnescapeDataString(name).Split('[', ']').Any(Names.Contains)) return $"{name}={Taken}";
            var value = Uri.UnescapeDataString(pair[(equals + 1)..]);
            return Text(value) is var kept && kept == value ? pair : $"{name}={kept}";
        })));
    }

    /// <summary>A JSON body with its sensitive values replaced; what is no JSON is kept as text.</summary>
    public static string Json(ReadOnlySpan<byte> body)
    {
        if (body.IsEmpty) return "";
        try
        {
            return Cut(Rewrite(body));
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return Cut(Text(Encoding.UTF8.GetString(body[..Math.Min(body.Length, MaxKept)])));
        }
    }

    /// <summary>Free text, like an error message of the PSP's, which may repeat what we sent.</summary>
    public static string Text(string text)
    {
        if (text.Contains('@', StringComparison.Ordinal)) text = Email().Replace(text, "[email]");
        if (text.Contains('_', StringComparison.Ordinal)) text = Secret().Replace(text, match => match.Groups["kind"].Value + Taken);
        return text.Count(char.IsAsciiDigit) < 13 ? text : CardNumber().Replace(text, match => IsCardNumber(match.Value) ? "[card number]" : match.Value);
    }

    private static string Rewrite(ReadOnlySpan<byte> body)
    {
        var output = new ArrayBufferWriter<byte>(Math.Min(body.Length, MaxKept));
        using var writer = new Utf8JsonWriter(output, Compact);
        var reader = new Utf8JsonReader(body);
        string? name = null;
        while (reader.Read() && writer.BytesCommitted + writer.BytesPending < MaxKept)
        {
            if (reader.TokenType == JsonTokenType.PropertyName)
            {
                name = reader.GetString();
                continue;
            }
            Copy(ref reader, writer, name);
            name = null;
        }
        writer.Flush();
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static void Copy(ref Utf8JsonReader reader, Utf8JsonWriter writer, string? name)
    {
        if (name is not null && reader.TokenType == JsonTokenType.Null) return;
        if (name is not null) writer.WritePropertyName(name);
        if (name is not null && Names.Contains(name))
        {
            reader.Skip();
            writer.WriteStringValue(Taken);
            return;
        }
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject: writer.WriteStartObject(); break;
            case JsonTokenType.EndObject: writer.WriteEndObject(); break;
            case JsonTokenType.StartArray: writer.WriteStartArray(); break;
            case JsonTokenType.EndArray: writer.WriteEndArray(); break;
            case JsonTokenType.String: writer.WriteStringValue(Text(reader.GetString()!)); break;
            case JsonTokenType.True or JsonTokenType.False: writer.WriteBooleanValue(reader.TokenType == JsonTokenType.True); break;
            case JsonTokenType.Number when reader.ValueSpan.Length < 13: writer.WriteRawValue(reader.ValueSpan, skipInputValidation: true); break;
            case JsonTokenType.Number: writer.WriteStringValue(Text(Encoding.ASCII.GetString(reader.ValueSpan))); break;
            default: writer.WriteNullValue(); break;
        }
    }

    private static string Cut(string text) => text.Length <= MaxKept ? text : text[..MaxKept] + "…";

    /// <summary>Thirteen digits by chance are a card number one time in ten (Luhn); taking out a few order numbers is the smaller harm.</summary>
    private static bool IsCardNumber(string text)
    {
        var (sum, at) = (0, 0);
        for (var index = text.Length - 1; index >= 0; index--)
        {
            if (!char.IsAsciiDigit(text[index])) continue;
            var digit = text[index] - '0';
            if (at++ % 2 == 1) digit = digit > 4 ? (digit * 2) - 9 : digit * 2;
            sum += digit;
        }
        return sum % 10 == 0;
    }

    // Bounded parts: an unbounded one would take quadratic time on a long text that somebody else wrote.
    [GeneratedRegex(@"[\w.+-]{1,64}@[\w-]{1,63}(\.[\w-]{1,63}){1,5}")]
    private static partial Regex Email();

    [GeneratedRegex(@"(?<kind>\b[srp]k_(live|test)_|\bwhsec_|_secret_)[\w*]{4,250}")]
    private static partial Regex Secret();

    [GeneratedRegex(@"(?<![\w.])\d([ -]?\d){12,18}(?!\w)")]
    private static partial Regex CardNumber();
}
