using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace PaymentPortal.Sandbox.Wire;

/// <summary>A finished answer, exactly as it is sent, stored and replayed.</summary>
public sealed record ApiAnswer(int Status, string Body)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The request that first gave this answer, when an idempotency key was sent.</summary>
    public string? OriginalRequest { get; init; }

    public bool IsReplay { get; init; }

    public string ContentType { get; init; } = "application/json";

    public static ApiAnswer Of(int status, JsonObject body) => new(status, body.ToJsonString(Indented));

    public static ApiAnswer Of(StripeError error, string requestId) => Of(error.Status, error.ToJson(requestId));
}
