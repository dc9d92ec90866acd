using System.Text.Json;
using System.Text.Json.Serialization;
using PaymentPortal.Core.Common;

namespace PaymentPortal.Api;

/// <summary>A body as it was sent, and what it says.</summary>
public sealed record ReadBody<T>(byte[] Raw, T Value);

/// <summary>
/// Reads JSON strictly: an unknown or repeated field is an error, because a misspelt field that is silently dropped may be the one that matters.
/// </summary>
public static class ApiBody
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.General)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        MaxDepth = 16,
    };

    public static async Task<Result<ReadBody<T>>> ReadAsync<T>(HttpRequest request, CancellationToken cancellationToken)
        where T : class
    {
        if (!request.HasJsonContentType()) return new Refusal(RefusalCodes.WrongContentType, 415, "Send the body as application/json. Nothing was stored.");
        var raw = await RawBody.ReadAsync(request, cancellationToken);
        if (raw.IsRefused) return raw.Refusal!;
        try
        {
            return JsonSerializer.Deserialize<T>(raw.Value, Options) is { } value ? new ReadBody<T>(raw.Value, value) : Malformed(null);
        }
        catch (JsonException error)
        {
            return Explain(error);
        }
        catch (InvalidOperationException)
        {
            // A lone surrogate: valid JSON that is no text.
            return Malformed(null);
        }
    }

    private static Refusal Explain(JsonException error)
    {
        var field = error.Path is null or "$" ? null : error.Path.TrimStart('$').TrimStart('.');
        if (error.Message.Contains("could not be mapped", StringComparison.Ordinal))
            return new Refusal(RefusalCodes.UnknownField, 400, $"The field '{field}' is not known here. Nothing was stored.", field);
        if (error.Message.Contains("uplicate", StringComparison.Ordinal))
            return new Refusal(RefusalCodes.DuplicateField, 400, $"The field '{field}' stands there twice, and which one is meant can't be guessed. Nothing was stored.", field);
        return Malformed(field);
    }

    private static Refusal Malformed(string? field) =>
        new(RefusalCodes.Malformed, 400, "The body is not the JSON that this call takes. Amounts are text, like \"12.50\". Nothing was stored.", field);
}
