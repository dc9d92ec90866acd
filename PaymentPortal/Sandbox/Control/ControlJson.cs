using System.Text.Json;
using System.Text.Json.Serialization;

namespace PaymentPortal.Sandbox.Control;

/// <summary>JSON of the control API: snake case, and a field that is not known is an error instead of a fault that never strikes.</summary>
public static class ControlJson
{
    public static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };
}
