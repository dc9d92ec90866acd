using System.Text.Json.Nodes;
using PaymentPortal.Sandbox.Storage;
using PaymentPortal.Sandbox.Wire;

namespace PaymentPortal.Sandbox.Payments;

/// <summary>A new Checkout Session as JSON. Members that the sandbox never fills stand in one constant, for the PSP sends them as null too.</summary>
public static class SessionDocument
{
    private const string Unused = """
        {
          "adaptive_pricing": {"enabled": false}, "after_expiration": null, "allow_promotion_codes": null,
          "automatic_tax": {"enabled": false, "liability": null, "provider": null, "status": null}, "billing_address_collection": null,
          "client_secret": null, "collected_information": null, "consent": null, "consent_collection": null, "currency_conversion": null,
          "custom_fields": [], "custom_text": {"after_submit": null, "shipping_address": null, "submit": null, "terms_of_service_acceptance": null},
          "customer": null, "customer_account": null, "customer_creation": "if_required", "customer_details": null, "discounts": [], "invoice": null,
          "invoice_creation": {"enabled": false, "invoice_data": {"account_tax_ids": null, "custom_fields": null, "description": null, "footer": null,
            "issuer": null, "metadata": {}, "rendering_options": null}},
          "livemode": false, "managed_payments": null, "origin_context": null, "payment_intent": null, "payment_link": null,
          "payment_method_collection": "if_required", "payment_method_configuration_details": null,
          "payment_method_options": {"card": {"request_three_d_secure": "automatic"}}, "permissions": null,
          "phone_number_collection": {"enabled": false}, "recovered_from": null, "saved_payment_method_options": null, "setup_intent": null,
          "shipping_address_collection": null, "shipping_cost": null, "shipping_options": [], "subscription": null,
          "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0}, "wallet_options": null
        }
        """;

    private static readonly JsonObject UnusedMembers = (JsonObject)JsonNode.Parse(Unused)!;

    public static JsonObject Build(ApiCall call, JsonArray items, string currency, long total, long expiresAt)
    {
        var form = call.Params;
        var id = Ids.New("cs_test_a1", 56);
        var session = new JsonObject
        {
            ["id"] = id,
            ["object"] = Sessions.Type,
            ["allowed_payment_method_types"] = IntentParams.AllowedTypes(form),
            ["amount_subtotal"] = total,
            ["amount_total"] = total,
            ["cancel_url"] = form.Text("cancel_url"),
            ["client_reference_id"] = form.Text("client_reference_id"),
            ["created"] = call.Unit.Seconds,
            ["currency"] = currency,
            ["customer_email"] = form.Text("customer_email"),
            ["expires_at"] = expiresAt,
            ["integration_identifier"] = form.Text("integration_identifier"),
            ["locale"] = form.Text("locale"),
            ["metadata"] = IntentParams.MetadataOf(form),
            ["mode"] = "payment",
            ["payment_method_types"] = new JsonArray(IntentParams.CardOnly),
            ["payment_status"] = "unpaid",
            ["status"] = "open",
            ["submit_type"] = form.Text("submit_type"),
            ["success_url"] = form.Text("success_url"),
            ["ui_mode"] = "hosted_page",
            ["url"] = $"{call.Unit.BaseAddress}/pay/{id}",
            [Documents.Hidden] = new JsonObject { ["line_items"] = items, ["intent"] = IntentTermsOf(form.Find("payment_intent_data")) },
        };
        foreach (var (name, value) in UnusedMembers)
        {
            session[name] = value?.DeepClone();
        }

        return session;
    }

    /// <summary>What payment_intent_data asked for, kept until the payer confirms: before that there is no intent.</summary>
    public static IntentTerms TermsOf(JsonObject session)
    {
        var kept = (JsonObject)session.HiddenOf()["intent"]!;
        return new IntentTerms(session.Whole("amount_total"), session.Text("currency"))
        {
            CaptureMethod = kept.TextOrNull("capture_method") ?? "automatic_async",
            Metadata = (JsonObject)kept["metadata"]!.DeepClone(),
            Description = kept.TextOrNull("description"),
            TransferGroup = kept.TextOrNull("transfer_group"),
            ReceiptEmail = kept.TextOrNull("receipt_email"),
            StatementDescriptorSuffix = kept.TextOrNull("statement_descriptor_suffix"),
            AllowedTypes = (JsonArray?)session["allowed_payment_method_types"]?.DeepClone(),
            AutomaticRedirects = session["allowed_payment_method_types"] is null ? "always" : null,
            SessionId = session.Text("id"),
        };
    }

    public static JsonObject CustomerDetails(string? email, string? name) => new()
    {
        ["address"] = PaymentMethods.EmptyAddress(),
        ["business_name"] = null,
        ["email"] = email,
        ["individual_name"] = null,
        ["name"] = name,
        ["phone"] = null,
        ["tax_exempt"] = "none",
        ["tax_ids"] = new JsonArray(),
    };

    private static JsonObject IntentTermsOf(FormNode? data)
    {
        var kept = new JsonObject { ["metadata"] = IntentParams.MetadataOf(data) };
        foreach (var name in new[] { "capture_method", "description", "transfer_group", "receipt_email", "statement_descriptor_suffix" })
        {
            kept[name] = data?.Text(name);
        }

        return kept;
    }
}
