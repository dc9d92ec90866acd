using System.Text.Json.Nodes;
using PaymentPortal.Sandbox.Wire;

namespace PaymentPortal.Sandbox.Payments;

/// <summary>What requests on PaymentIntents may say, and what of it the sandbox simulates.</summary>
public static class IntentParams
{
    public const string CardOnly = "card";

    public static readonly ParamSpec CaptureMethod = ParamSpec.OneOf("automatic", "automatic_async", "manual");
    private static readonly ParamSpec Types = ParamSpec.ListOf(ParamSpec.Text());

    public static FieldsSpec WithRetiredTypes(this FieldsSpec spec) => spec.Retired(
        "payment_method_types",
        "The parameter `payment_method_types` is no longer supported. Use `allowed_payment_method_types`, or manage payment methods from the Dashboard.",
        "payment_method_types_no_longer_supported");

    public static FieldsSpec Create() => Shared()
        .Require("amount", ParamSpec.Whole(1)).Require("currency", ParamSpec.Text())
        .With("metadata", ParamSpec.Metadata()).With("confirm", ParamSpec.Flag())
        .With("automatic_payment_methods", new FieldsSpec()
            .Require("enabled", ParamSpec.Flag()).With("allow_redirects", ParamSpec.OneOf("always", "never")))
        .With("confirmation_method", ParamSpec.OneOf("automatic", "manual"))
        .With("return_url", ParamSpec.Text()).With("off_session", ParamSpec.Text()).With("error_on_requires_action", ParamSpec.Flag())
        .With("use_stripe_sdk", ParamSpec.Flag())
        .Ignoring("mandate_data", "radar_options", "payment_details").Refusing("confirmation_token", "mandate", "on_behalf_of");

    public static FieldsSpec Update() => Shared()
        .With("amount", ParamSpec.Whole(1)).With("currency", ParamSpec.Text()).With("metadata", ParamSpec.Metadata())
        .Ignoring("payment_details");

    public static FieldsSpec Confirm() => new FieldsSpec()
        .With("payment_method", ParamSpec.Text()).With("return_url", ParamSpec.Text()).With("off_session", ParamSpec.Text())
        .With("error_on_requires_action", ParamSpec.Flag()).With("use_stripe_sdk", ParamSpec.Flag())
        .With("receipt_email", ParamSpec.Text().Unsettable()).With("capture_method", CaptureMethod)
        .With("allowed_payment_method_types", Types).With("excluded_payment_method_types", Types.Unsettable())
        .WithRetiredTypes()
        .Ignoring("mandate_data", "radar_options", "payment_details", "shipping", "setup_future_usage", "payment_method_options")
        .Refusing("confirmation_token", "mandate", "amount_to_confirm", "amount_details", "payment_method_data", "hooks");

    public static FieldsSpec Capture() => new FieldsSpec()
        .With("amount_to_capture", ParamSpec.Whole(1)).With("metadata", ParamSpec.Metadata())
        .With("final_capture", ParamSpec.Flag()).With("statement_descriptor_suffix", ParamSpec.Text())
        .Ignoring("statement_descriptor", "payment_details").Refusing("amount_details", "application_fee_amount", "transfer_data", "hooks");

    public static FieldsSpec Cancel() => new FieldsSpec()
        .With("cancellation_reason", ParamSpec.OneOf("abandoned", "duplicate", "fraudulent", "requested_by_customer"));

    /// <summary>Types that the sandbox can't offer fall out silently, as incompatible ones do at the PSP; nothing left is an error.</summary>
    public static JsonArray? AllowedTypes(FormNode parameters)
    {
        var types = parameters.Texts("allowed_payment_method_types");
        if (types.Count == 0)
        {
            return null;
        }

        return types.Contains(CardOnly)
            ? [CardOnly]
            : throw StripeError.Invalid("None of the allowed payment method types can be used for this payment.", "allowed_payment_method_types");
    }

    /// <summary>The metadata parameter of a new object, at the given place.</summary>
    public static JsonObject MetadataOf(FormNode? holder)
    {
        var document = new JsonObject { ["metadata"] = new JsonObject() };
        if (holder is not null)
        {
            Values.MergeMetadata(document, holder);
        }

        return (JsonObject)document["metadata"]!.DeepClone();
    }

    private static FieldsSpec Shared() => new FieldsSpec()
        .With("allowed_payment_method_types", Types).With("excluded_payment_method_types", Types.Unsettable())
        .WithRetiredTypes()
        .With("capture_method", CaptureMethod).With("description", ParamSpec.Text(1000).Unsettable())
        .With("payment_method", ParamSpec.Text()).With("receipt_email", ParamSpec.Text().Unsettable())
        .With("statement_descriptor_suffix", ParamSpec.Text(22).Unsettable()).With("transfer_group", ParamSpec.Text())
        .Ignoring("shipping", "setup_future_usage", "payment_method_options", "statement_descriptor", "payment_method_configuration")
        .Refusing("amount_details", "application_fee_amount", "customer", "customer_account", "hooks", "payment_method_data", "transfer_data");
}
