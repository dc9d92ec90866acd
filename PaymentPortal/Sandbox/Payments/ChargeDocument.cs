using System.Text.Json.Nodes;
using PaymentPortal.Sandbox.Storage;
using PaymentPortal.Sandbox.Wire;

namespace PaymentPortal.Sandbox.Payments;

/// <summary>A new charge as JSON. What the intent says of the payment is copied once, here, and then goes its own way.</summary>
public static class ChargeDocument
{
    public static JsonObject Build(SandboxUnit unit, JsonObject intent, JsonObject method, TestCard card, bool isAuthenticated)
    {
        var amount = intent.Whole("amount");
        var id = Ids.New("ch_3");
        return new JsonObject
        {
            ["id"] = id,
            ["object"] = Charges.Type,
            ["amount"] = amount,
            ["amount_captured"] = 0L,
            ["amount_refunded"] = 0L,
            ["application"] = null,
            ["application_fee"] = null,
            ["application_fee_amount"] = null,
            ["balance_transaction"] = null,
            ["billing_details"] = method["billing_details"]!.DeepClone(),
            ["calculated_statement_descriptor"] = "SANDBOX",
            ["captured"] = false,
            ["created"] = unit.Seconds,
            ["currency"] = intent.Text("currency"),
            ["customer"] = null,
            ["description"] = intent["description"]?.DeepClone(),
            ["disputed"] = false,
            ["failure_balance_transaction"] = null,
            ["failure_code"] = null,
            ["failure_message"] = null,
            ["fraud_details"] = new JsonObject(),
            ["livemode"] = false,
            ["metadata"] = intent["metadata"]!.DeepClone(),
            ["on_behalf_of"] = null,
            ["outcome"] = Authorized(),
            ["paid"] = true,
            ["payment_intent"] = intent.Text("id"),
            ["payment_method"] = method.Text("id"),
            ["payment_method_details"] = Details((JsonObject)method["card"]!, amount, isAuthenticated),
            ["receipt_email"] = intent["receipt_email"]?.DeepClone(),
            ["receipt_number"] = null,
            ["receipt_url"] = $"{unit.BaseAddress}/receipts/{id}",
            ["refunded"] = false,
            ["review"] = null,
            ["shipping"] = null,
            ["source"] = null,
            ["source_transfer"] = null,
            ["statement_descriptor"] = null,
            ["statement_descriptor_suffix"] = intent["statement_descriptor_suffix"]?.DeepClone(),
            ["status"] = "succeeded",
            ["transfer_data"] = null,
            ["transfer_group"] = intent["transfer_group"]?.DeepClone(),
            [Documents.Hidden] = new JsonObject { ["card"] = card.Methods[0], ["bypass"] = card.BypassesPending },
        };
    }

    /// <summary>The bank, or the risk rules, said no.</summary>
    public static void Fail(JsonObject charge, CardDecline decline)
    {
        charge["failure_code"] = decline.Code;
        charge["failure_message"] = decline.Message;
        charge["outcome"] = Refused(decline);
        charge["paid"] = false;
        charge["receipt_url"] = null;
        charge["status"] = "failed";
    }

    public static void Capture(JsonObject charge, long amount)
    {
        charge["amount_captured"] = amount;
        charge["amount_refunded"] = charge.Whole("amount") - amount;
        charge["captured"] = true;
    }

    private static JsonObject Authorized() => new()
    {
        ["advice_code"] = null,
        ["network_advice_code"] = null,
        ["network_decline_code"] = null,
        ["network_status"] = "approved_by_network",
        ["reason"] = null,
        ["risk_level"] = "normal",
        ["risk_score"] = 32L,
        ["seller_message"] = "Payment complete.",
        ["type"] = "authorized",
    };

    private static JsonObject Refused(CardDecline decline) => new()
    {
        ["advice_code"] = decline.Advice,
        ["network_advice_code"] = null,
        ["network_decline_code"] = decline.IsBlocked ? null : "01",
        ["network_status"] = decline.IsBlocked ? "not_sent_to_network" : "declined_by_network",
        ["reason"] = decline.IsBlocked ? "highest_risk_level" : decline.DeclineCode ?? decline.Code,
        ["risk_level"] = decline.IsBlocked ? "highest" : "normal",
        ["risk_score"] = decline.IsBlocked ? 92L : 32L,
        ["seller_message"] = decline.IsBlocked
            ? "Stripe blocked this payment as too risky."
            : "The bank did not return any further details with this decline.",
        ["type"] = decline.IsBlocked ? "blocked" : "issuer_declined",
    };

    private static JsonObject Details(JsonObject card, long amount, bool isAuthenticated) => new()
    {
        ["card"] = new JsonObject
        {
            ["amount_authorized"] = amount,
            ["authorization_code"] = null,
            ["brand"] = card.Text("brand"),
            ["checks"] = PaymentMethods.Checks(),
            ["country"] = "US",
            ["electronic_commerce_indicator"] = null,
            ["exp_month"] = card.Whole("exp_month"),
            ["exp_year"] = card.Whole("exp_year"),
            ["extended_authorization"] = new JsonObject { ["status"] = "disabled" },
            ["fingerprint"] = card.Text("fingerprint"),
            ["funding"] = "credit",
            ["incremental_authorization"] = new JsonObject { ["status"] = "unavailable" },
            ["installments"] = null,
            ["last4"] = card.Text("last4"),
            ["mandate"] = null,
            ["multicapture"] = new JsonObject { ["status"] = "unavailable" },
            ["network"] = card.Text("brand"),
            ["network_token"] = new JsonObject { ["used"] = false },
            ["network_transaction_id"] = Ids.New("", 15),
            ["overcapture"] = new JsonObject { ["maximum_amount_capturable"] = amount, ["status"] = "unavailable" },
            ["regulated_status"] = "unregulated",
            ["three_d_secure"] = isAuthenticated ? Authenticated() : null,
            ["transaction_link_id"] = null,
            ["wallet"] = null,
        },
        ["type"] = "card",
    };

    private static JsonObject Authenticated() => new()
    {
        ["authentication_flow"] = "challenge",
        ["electronic_commerce_indicator"] = "05",
        ["exemption_indicator"] = null,
        ["result"] = "authenticated",
        ["result_reason"] = null,
        ["transaction_id"] = Guid.CreateVersion7().ToString(),
        ["version"] = "2.2.0",
    };
}
