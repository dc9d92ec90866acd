using System.Text.Json.Nodes;
using PaymentPortal.Sandbox.Storage;
using PaymentPortal.Sandbox.Wire;

namespace PaymentPortal.Sandbox.Payments;

/// <summary>What a try to pay came to. A decline is an outcome, not an exception: its charge, its events and its answer all stay.</summary>
public sealed record PaymentOutcome(JsonObject Intent, JsonObject? Error = null)
{
    public bool IsDeclined => Error is not null;

    public ApiResult ToResult(SandboxUnit unit) => Error is null ? Intent : ToDecline(unit);

    public ApiResult ToDecline(SandboxUnit unit)
    {
        var error = (JsonObject)Error!.DeepClone();
        error["payment_intent"] = Documents.Published(Intent);
        error["request_log_url"] = StripeError.LogAddress(unit.RequestId ?? "");
        return new ApiResult(402, new JsonObject { ["error"] = error });
    }
}

/// <summary>The error objects that an intent keeps as last_payment_error.</summary>
public static class PaymentErrors
{
    public static JsonObject Declined(CardDecline decline, JsonObject charge, JsonObject method)
    {
        var error = new JsonObject();
        if (decline.Advice is not null)
        {
            error["advice_code"] = decline.Advice;
        }

        error["charge"] = charge.Text("id");
        error["code"] = decline.Code;
        if (decline.DeclineCode is not null)
        {
            error["decline_code"] = decline.DeclineCode;
        }

        error["doc_url"] = StripeError.DocumentationOf(decline.Code);
        error["message"] = decline.Message;
        if (!decline.IsBlocked)
        {
            error["network_decline_code"] = "01";
        }

        if (decline.Param is not null)
        {
            error["param"] = decline.Param;
        }

        error["payment_method"] = Documents.Published(method);
        error["type"] = "card_error";
        return error;
    }

    public static JsonObject AuthenticationFailed(JsonObject method) => new()
    {
        ["code"] = "payment_intent_authentication_failure",
        ["doc_url"] = StripeError.DocumentationOf("payment_intent_authentication_failure"),
        ["message"] = "The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new PaymentMethod to attempt to fulfill this PaymentIntent again.",
        ["payment_method"] = Documents.Published(method),
        ["type"] = "invalid_request_error",
    };
}
