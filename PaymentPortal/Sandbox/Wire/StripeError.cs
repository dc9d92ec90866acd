using System.Text.Json.Nodes;

namespace PaymentPortal.Sandbox.Wire;

/// <summary>
/// A refusal in the PSP's own words. An exception, not a value, because it must undo its unit of work from any depth; a declined card is
/// no StripeError, for what it wrote stays.
/// </summary>
public sealed class StripeError(int status, string message) : Exception(message)
{
    public int Status { get; } = status;

    public string Type { get; init; } = "invalid_request_error";

    public string? Code { get; init; }

    public string? DeclineCode { get; init; }

    public string? Param { get; init; }

    /// <summary>Execution had begun: the refusal is stored under its idempotency key and replayed (contract §3). Refused parameters never are.</summary>
    public bool ExecutionBegan { get; init; }

    public static string DocumentationOf(string code) => $"https://stripe.com/docs/error-codes/{code.Replace('_', '-')}";

    public static StripeError Invalid(string message, string? param = null, string? code = null) => new(400, message) { Param = param, Code = code };

    public static StripeError State(string message, string? code = null, string? param = null) =>
        new(400, message) { Param = param, Code = code, ExecutionBegan = true };

    public static StripeError Missing(string param) => Invalid($"Missing required param: {param}.", param, "parameter_missing");

    public static StripeError Empty(string param) => Invalid(
        $"You passed an empty string for '{param}'. We assume empty values are an attempt to unset a parameter; however '{param}' cannot be unset. You should remove '{param}' from your request or supply a non-empty value.",
        param, "parameter_invalid_empty");

    public static StripeError NoSuch(string type, string id, string param, int status = 404) =>
        new(status, $"No such {type}: '{id}'") { Param = param, Code = "resource_missing" };

    public static StripeError UnknownUrl(string method, string path) => new(
        404, $"Unrecognized request URL ({method}: {path}). Please see https://stripe.com/docs or we can help at https://support.stripe.com/.");

    public static StripeError Unsupported(string param) => Invalid($"The sandbox does not support the parameter {param} yet.", param);

    public JsonObject ToJson(string requestId)
    {
        var error = new JsonObject();
        Add("code", Code);
        Add("decline_code", DeclineCode);
        Add("doc_url", Code is null ? null : DocumentationOf(Code));
        error["message"] = Message;
        Add("param", Param);
        Add("request_log_url", LogAddress(requestId));
        error["type"] = Type;
        return new JsonObject { ["error"] = error };

        void Add(string name, string? value)
        {
            if (value is not null)
            {
                error[name] = value;
            }
        }
    }

    public static string LogAddress(string requestId) => $"https://dashboard.stripe.com/test/logs/{requestId}";
}
