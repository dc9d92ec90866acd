using System.Text.Json.Nodes;
using PaymentPortal.Sandbox.Storage;
using PaymentPortal.Sandbox.Wire;

namespace PaymentPortal.Sandbox.Refunds;

/// <summary>A new refund as JSON. Members that only some refunds have are absent in the others, as at the PSP.</summary>
public static class RefundDocument
{
    public static JsonObject Build(SandboxUnit unit, JsonObject charge, long amount, string? reason, JsonObject metadata) => new()
    {
        ["id"] = Ids.New("re_3"),
        ["object"] = RefundRoutes.Type,
        ["amount"] = amount,
        ["balance_transaction"] = null,
        ["charge"] = charge.Text("id"),
        ["created"] = unit.Seconds,
        ["currency"] = charge.Text("currency"),
        ["customer"] = null,
        ["customer_account"] = null,
        ["destination_details"] = new JsonObject
        {
            ["card"] = new JsonObject { ["reference_status"] = "pending", ["reference_type"] = "acquirer_reference_number", ["type"] = "refund" },
            ["type"] = "card",
        },
        ["metadata"] = metadata,
        ["payment_intent"] = charge["payment_intent"]?.DeepClone(),
        ["payment_method"] = charge["payment_method"]?.DeepClone(),
        ["reason"] = reason,
        ["receipt_number"] = null,
        ["source_transfer_reversal"] = null,
        ["status"] = "succeeded",
        ["transfer_reversal"] = null,
    };

    /// <summary>The buyer has to tell where the money shall go.</summary>
    public static void AskAction(SandboxUnit unit, JsonObject refund, string email, DateTimeOffset until)
    {
        refund["status"] = "requires_action";
        refund["next_action"] = new JsonObject
        {
            ["display_details"] = new JsonObject
            {
                ["email_sent"] = new JsonObject { ["email_sent_at"] = unit.Seconds, ["email_sent_to"] = email },
                ["expires_at"] = until.ToUnixTimeSeconds(),
            },
            ["type"] = "display_details",
        };
    }
}
