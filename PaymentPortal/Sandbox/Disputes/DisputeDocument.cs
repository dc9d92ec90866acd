using System.Text.Json.Nodes;
using PaymentPortal.Sandbox.Payments;
using PaymentPortal.Sandbox.Storage;
using PaymentPortal.Sandbox.Wire;

namespace PaymentPortal.Sandbox.Disputes;

/// <summary>A new dispute as JSON.</summary>
public static class DisputeDocument
{
    public static JsonObject Build(SandboxUnit unit, JsonObject charge, long amount, CardDispute complaint, DateTimeOffset dueBy)
    {
        var brand = ((JsonObject)charge["payment_method_details"]!["card"]!).Text("brand");
        return new JsonObject
        {
            ["id"] = Ids.New(complaint.IsInquiry ? "du_1" : "dp_1"),
            ["object"] = DisputeRoutes.Type,
            ["amount"] = amount,
            ["balance_transactions"] = new JsonArray(),
            ["charge"] = charge.Text("id"),
            ["created"] = unit.Seconds,
            ["currency"] = charge.Text("currency"),
            ["enhanced_eligibility_types"] = new JsonArray(),
            ["evidence"] = Evidence.Empty(),
            ["evidence_details"] = new JsonObject
            {
                ["due_by"] = dueBy.ToUnixTimeSeconds(),
                ["enhanced_eligibility"] = new JsonObject(),
                ["has_evidence"] = false,
                ["past_due"] = false,
                ["submission_count"] = 0L,
                ["submission_method"] = "not_submitted",
            },
            ["intended_submission_method"] = null,
            ["is_charge_refundable"] = complaint.IsInquiry,
            ["livemode"] = false,
            ["metadata"] = new JsonObject(),
            ["network_reason_code"] = complaint.NetworkCode,
            ["payment_intent"] = charge["payment_intent"]?.DeepClone(),
            ["payment_method_details"] = new JsonObject
            {
                ["card"] = new JsonObject
                {
                    ["brand"] = brand, ["case_type"] = complaint.IsInquiry ? "inquiry" : "chargeback", ["network"] = brand,
                    ["network_reason_code"] = complaint.NetworkCode,
                },
                ["type"] = "card",
            },
            ["reason"] = complaint.Reason,
            ["status"] = complaint.IsInquiry ? "warning_needs_response" : "needs_response",
        };
    }
}
