using System.Text.Json.Nodes;
using PaymentPortal.Sandbox.Storage;
using PaymentPortal.Sandbox.Wire;

namespace PaymentPortal.Sandbox.Payments;

/// <summary>What a new intent is made of, whether the API or a Checkout Session asks for it.</summary>
public sealed record IntentTerms(long Amount, string Currency)
{
    public string CaptureMethod { get; init; } = "automatic_async";

    public JsonObject Metadata { get; init; } = [];

    public string? Description { get; init; }

    public string? TransferGroup { get; init; }

    public string? ReceiptEmail { get; init; }

    public string? StatementDescriptorSuffix { get; init; }

    public JsonArray? AllowedTypes { get; init; }

    /// <summary>always or never; null when the types are listed by name.</summary>
    public string? AutomaticRedirects { get; init; }

    public string? SessionId { get; init; }
}

/// <summary>A new PaymentIntent as JSON.</summary>
public static class IntentDocument
{
    public static JsonObject Build(SandboxUnit unit, IntentTerms terms)
    {
        var id = Ids.New("pi_3");
        return new JsonObject
        {
            ["id"] = id,
            ["object"] = Intents.Type,
            ["allowed_payment_method_types"] = terms.AllowedTypes,
            ["amount"] = terms.Amount,
            ["amount_capturable"] = 0L,
            ["amount_details"] = new JsonObject { ["tip"] = new JsonObject() },
            ["amount_received"] = 0L,
            ["application"] = null,
            ["application_fee_amount"] = null,
            ["automatic_payment_methods"] = Automatic(terms),
            ["canceled_at"] = null,
            ["cancellation_reason"] = null,
            ["capture_method"] = terms.CaptureMethod,
            ["client_secret"] = Ids.New($"{id}_secret_"),
            ["confirmation_method"] = "automatic",
            ["created"] = unit.Seconds,
            ["currency"] = terms.Currency,
            ["customer"] = null,
            ["customer_account"] = null,
            ["description"] = terms.Description,
            ["excluded_payment_method_types"] = null,
            ["last_payment_error"] = null,
            ["latest_charge"] = null,
            ["livemode"] = false,
            ["managed_payments"] = null,
            ["metadata"] = terms.Metadata,
            ["next_action"] = null,
            ["on_behalf_of"] = null,
            ["payment_method"] = null,
            ["payment_method_configuration_details"] = null,
            ["payment_method_options"] = new JsonObject
            {
                ["card"] = new JsonObject
                {
                    ["installments"] = null, ["mandate_options"] = null, ["network"] = null, ["request_three_d_secure"] = "automatic",
                },
            },
            ["payment_method_types"] = new JsonArray("card"),
            ["payment_record"] = null,
            ["processing"] = null,
            ["receipt_email"] = terms.ReceiptEmail,
            ["review"] = null,
            ["setup_future_usage"] = null,
            ["shipping"] = null,
            ["source"] = null,
            ["statement_descriptor"] = null,
            ["statement_descriptor_suffix"] = terms.StatementDescriptorSuffix,
            ["status"] = "requires_payment_method",
            ["transfer_data"] = null,
            ["transfer_group"] = terms.TransferGroup,
            [Documents.Hidden] = new JsonObject { ["session"] = terms.SessionId },
        };
    }

    private static JsonObject? Automatic(IntentTerms terms) => terms.AutomaticRedirects is null ? null : new JsonObject
    {
        ["allow_redirects"] = terms.AutomaticRedirects, ["enabled"] = true,
    };
}
