using PaymentPortal.Sandbox.Wire;

namespace PaymentPortal.Sandbox.Payments;

/// <summary>What requests on Checkout Sessions may say, and what of it the sandbox simulates.</summary>
public static class SessionParams
{
    private const int MostLineItems = 100;

    private static readonly ParamSpec Mode = ParamSpec.OneOf("payment", "setup", "subscription");

    private static readonly ParamSpec Locale = ParamSpec.OneOf(
        "auto", "bg", "cs", "da", "de", "el", "en", "en-GB", "es", "es-419", "et", "fi", "fil", "fr", "fr-CA", "hi-IN", "hr", "hu", "id", "it", "ja",
        "ko", "lt", "lv", "ms", "mt", "nb", "nl", "pl", "pt", "pt-BR", "ro", "ru", "sk", "sl", "sv", "th", "tr", "vi", "zh", "zh-HK", "zh-TW");

    private static readonly FieldsSpec Product = new FieldsSpec()
        .Require("name", ParamSpec.Text()).With("description", ParamSpec.Text()).With("images", ParamSpec.ListOf(ParamSpec.Text(), 8))
        .With("metadata", ParamSpec.Metadata()).Ignoring("tax_code", "tax_details", "unit_label");

    private static readonly FieldsSpec Price = new FieldsSpec()
        .Require("currency", ParamSpec.Text()).With("product", ParamSpec.Text()).With("product_data", Product)
        .With("tax_behavior", ParamSpec.OneOf("exclusive", "inclusive", "unspecified"))
        .With("unit_amount", ParamSpec.Whole(0)).Refusing("recurring", "unit_amount_decimal");

    private static readonly FieldsSpec LineItem = new FieldsSpec()
        .With("metadata", ParamSpec.Metadata()).With("price", ParamSpec.Text()).With("price_data", Price)
        .With("quantity", ParamSpec.Whole(1)).Refusing("adjustable_quantity", "tax_rates");

    private static readonly FieldsSpec IntentData = new FieldsSpec()
        .With("capture_method", IntentParams.CaptureMethod).With("description", ParamSpec.Text(1000))
        .With("metadata", ParamSpec.Metadata()).With("receipt_email", ParamSpec.Text())
        .With("statement_descriptor_suffix", ParamSpec.Text(22)).With("transfer_group", ParamSpec.Text())
        .Ignoring("setup_future_usage", "shipping", "statement_descriptor")
        .Refusing("application_fee_amount", "on_behalf_of", "transfer_data");

    public static FieldsSpec Create() => new FieldsSpec()
        .With("allowed_payment_method_types", ParamSpec.ListOf(ParamSpec.Text())).With("excluded_payment_method_types", ParamSpec.ListOf(ParamSpec.Text()))
        .WithRetiredTypes()
        .With("cancel_url", ParamSpec.Text()).With("client_reference_id", ParamSpec.Text(200)).With("currency", ParamSpec.Text())
        .With("customer_email", ParamSpec.Text(800)).With("expires_at", ParamSpec.Whole())
        .With("line_items", ParamSpec.ListOf(LineItem, MostLineItems)).With("locale", Locale).With("metadata", ParamSpec.Metadata())
        .With("mode", Mode).With("payment_intent_data", IntentData).With("success_url", ParamSpec.Text())
        .With("submit_type", ParamSpec.OneOf("auto", "book", "donate", "pay", "subscribe"))
        .With("ui_mode", ParamSpec.OneOf("elements", "embedded_page", "form", "hosted_page"))
        .With("integration_identifier", ParamSpec.Text())
        .Ignoring(
            "adaptive_pricing", "allow_promotion_codes", "automatic_tax", "billing_address_collection", "branding_settings", "consent_collection",
            "custom_fields", "custom_text", "customer_creation", "customer_update", "invoice_creation", "managed_payments", "name_collection",
            "origin_context", "payment_method_collection", "payment_method_configuration", "payment_method_data", "payment_method_options",
            "permissions", "phone_number_collection", "redirect_on_completion", "saved_payment_method_options", "setup_intent_data",
            "shipping_address_collection", "tax_id_collection", "wallet_options")
        .Refusing(
            "after_expiration", "customer", "customer_account", "discounts", "optional_items", "return_url", "shipping_options", "subscription_data");

    public static FieldsSpec Update() => new FieldsSpec()
        .With("metadata", ParamSpec.Metadata()).Refusing("collected_information", "line_items", "payment_intent_data", "shipping_options");

    public static FieldsSpec List() => new FieldsSpec()
        .With("created", ParamSpec.Range()).With("customer", ParamSpec.Text()).With("customer_account", ParamSpec.Text())
        .With("customer_details", new FieldsSpec().Require("email", ParamSpec.Text())).With("payment_intent", ParamSpec.Text())
        .With("payment_link", ParamSpec.Text()).With("status", ParamSpec.OneOf("complete", "expired", "open")).With("subscription", ParamSpec.Text());

    public static FieldsSpec ConfirmPage() => new FieldsSpec()
        .Require("payment_method", ParamSpec.Text()).With("expected_amount", ParamSpec.Whole())
        .Ignoring("eid", "key", "return_url", "expected_payment_method_type", "init_checksum", "js_checksum", "version");
}
