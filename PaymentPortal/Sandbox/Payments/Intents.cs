using System.Text.Json.Nodes;
using PaymentPortal.Sandbox.Events;
using PaymentPortal.Sandbox.Storage;
using PaymentPortal.Sandbox.Wire;

namespace PaymentPortal.Sandbox.Payments;

/// <summary>/v1/payment_intents: checks each request against the intent's status, then hands it to <see cref="IntentLife"/>.</summary>
public static class Intents
{
    public const string Type = "payment_intent";

    private static readonly string[] Confirmable = ["requires_payment_method", "requires_confirmation", "requires_action"];
    private static readonly string[] Cancelable = [.. Confirmable, "requires_capture", "processing"];

    public static IEnumerable<ApiRoute> All =>
    [
        ApiRoute.Post("/v1/payment_intents", Create, IntentParams.Create()),
        ApiRoute.List("/v1/payment_intents", call => new ListPage(call, Type).ByCreated().By("customer").Fetch(), new FieldsSpec()
            .With("created", ParamSpec.Range()).With("customer", ParamSpec.Text()).With("customer_account", ParamSpec.Text())),
        ApiRoute.Get("/v1/payment_intents/{intent}", call => call.Load(Type, "intent"), new FieldsSpec().With("client_secret", ParamSpec.Text())),
        ApiRoute.Post("/v1/payment_intents/{intent}", Update, IntentParams.Update()),
        ApiRoute.Post("/v1/payment_intents/{intent}/confirm", Confirm, IntentParams.Confirm()),
        ApiRoute.Post("/v1/payment_intents/{intent}/capture", Capture, IntentParams.Capture()),
        ApiRoute.Post("/v1/payment_intents/{intent}/cancel", Cancel, IntentParams.Cancel()),
    ];

    public static JsonObject Start(SandboxUnit unit, IntentTerms terms)
    {
        var intent = IntentDocument.Build(unit, terms);
        Documents.Insert(unit, intent);
        EventLog.Emit(unit, "payment_intent.created", intent);
        return intent;
    }

    private static ApiResult Create(ApiCall call)
    {
        var form = call.Params;
        var currency = Currencies.Parse(form.Text("currency")!, "currency");
        Currencies.CheckAmount(form.Whole("amount")!.Value, currency, "amount");
        if (form.Has("automatic_payment_methods") && form.Has("allowed_payment_method_types"))
        {
            throw StripeError.Invalid("You may only specify one of these parameters: automatic_payment_methods, allowed_payment_method_types.", "automatic_payment_methods");
        }

        var intent = IntentDocument.Build(call.Unit, TermsOf(form, currency));
        var method = form.Text("payment_method") is { } id ? PaymentMethods.Resolve(call.Unit, id, "payment_method") : null;
        if (form.Flag("confirm"))
        {
            RequireReturnUrl(intent, form);
        }

        Attach(intent, method);
        Documents.Insert(call.Unit, intent);
        EventLog.Emit(call.Unit, "payment_intent.created", intent);
        return form.Flag("confirm") ? ConfirmWith(call, intent, method) : intent;
    }

    private static IntentTerms TermsOf(FormNode form, string currency)
    {
        var allowed = IntentParams.AllowedTypes(form);
        return new IntentTerms(form.Whole("amount")!.Value, currency)
        {
            CaptureMethod = form.Text("capture_method") ?? "automatic_async",
            Metadata = IntentParams.MetadataOf(form),
            Description = Values.TextOrNull(form.Text("description")),
            TransferGroup = form.Text("transfer_group"),
            ReceiptEmail = Values.TextOrNull(form.Text("receipt_email")),
            StatementDescriptorSuffix = Values.TextOrNull(form.Text("statement_descriptor_suffix")),
            AllowedTypes = allowed,
            AutomaticRedirects = allowed is not null ? null : form.Text("automatic_payment_methods", "allow_redirects") ?? "always",
        };
    }

    private static ApiResult Update(ApiCall call)
    {
        var intent = call.Load(Type, "intent");
        var form = call.Params;
        if (form.Has("amount") || form.Has("currency") || form.Has("payment_method") || form.Has("capture_method"))
        {
            RequireStatus(intent, Confirmable, "update");
            var currency = Currencies.Parse(form.Text("currency") ?? intent.Text("currency"), "currency");
            var amount = form.Whole("amount") ?? intent.Whole("amount");
            Currencies.CheckAmount(amount, currency, "amount");
            intent["amount"] = amount;
            intent["currency"] = currency;
            Attach(intent, form.Text("payment_method") is { } id ? PaymentMethods.Resolve(call.Unit, id, "payment_method") : null);
        }

        Values.SetTexts(intent, form, "description", "receipt_email", "transfer_group", "statement_descriptor_suffix", "capture_method");
        Values.MergeMetadata(intent, form);
        Documents.Save(call.Unit, intent);
        return intent;
    }

    private static ApiResult Confirm(ApiCall call)
    {
        var intent = call.Load(Type, "intent");
        RefuseOfSession(intent, "confirm");
        RequireStatus(intent, Confirmable, "confirm");
        RequireReturnUrl(intent, call.Params);
        Values.SetTexts(intent, call.Params, "receipt_email", "capture_method");
        var method = call.Params.Text("payment_method") ?? intent.TextOrNull("payment_method");
        return ConfirmWith(call, intent, method is null ? null : PaymentMethods.Resolve(call.Unit, method, "payment_method"));
    }

    private static ApiResult ConfirmWith(ApiCall call, JsonObject intent, JsonObject? method)
    {
        if (method is null)
        {
            throw StripeError.State(
                "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a payment method or ConfirmationToken.",
                "payment_intent_unexpected_state");
        }

        var form = call.Params;
        return IntentLife.Confirm(call.Unit, intent, method, new ConfirmTerms
        {
            ReturnUrl = form.Text("return_url"),
            MayAskAuthentication = form.Text("off_session") is null or "false" && !form.Flag("error_on_requires_action"),
        }).ToResult(call.Unit);
    }

    private static ApiResult Capture(ApiCall call)
    {
        var intent = call.Load(Type, "intent");
        RequireStatus(intent, ["requires_capture"], "capture");
        var amount = call.Params.Whole("amount_to_capture") ?? intent.Whole("amount_capturable");
        if (amount > intent.Whole("amount_capturable"))
        {
            throw StripeError.Invalid(
                $"The amount to capture ({amount}) is greater than the amount you can capture for this PaymentIntent ({intent.Whole("amount_capturable")}).",
                "amount_to_capture", "amount_too_large");
        }

        Currencies.CheckLastDigits(amount, intent.Text("currency"), "amount_to_capture");
        Values.MergeMetadata(intent, call.Params);
        IntentLife.Capture(call.Unit, intent, amount);
        return intent;
    }

    private static ApiResult Cancel(ApiCall call)
    {
        var intent = call.Load(Type, "intent");
        if (intent.Text("status") != "requires_capture")
        {
            RefuseOfSession(intent, "cancel");
        }

        RequireStatus(intent, Cancelable, "cancel");
        if (intent.Text("status") == "processing")
        {
            throw Unexpected(intent, "cancel", Cancelable);
        }

        IntentLife.Cancel(call.Unit, intent, call.Params.Text("cancellation_reason"));
        return intent;
    }

    private static void Attach(JsonObject intent, JsonObject? method)
    {
        if (method is not null)
        {
            intent["payment_method"] = method.Text("id");
            intent["status"] = "requires_confirmation";
        }
    }

    /// <summary>An intent whose methods may redirect needs to know where the payer comes back to, even for a card.</summary>
    private static void RequireReturnUrl(JsonObject intent, FormNode form)
    {
        if (form.Text("return_url") is { } url && !Values.IsWebAddress(url))
        {
            throw StripeError.Invalid("Not a valid URL", "return_url", "url_invalid");
        }

        if (intent["automatic_payment_methods"] is JsonObject automatic && automatic.TextOrNull("allow_redirects") == "always" && !form.Has("return_url"))
        {
            throw StripeError.Invalid("This PaymentIntent is configured to accept payment methods enabled in your Dashboard. Because some of these payment methods might redirect your customer off of your page, you must provide a `return_url`. If you don't want to accept redirect-based payment methods, set `automatic_payment_methods[enabled]` to `true` and `automatic_payment_methods[allow_redirects]` to `never` when creating Setup Intents and Payment Intents.", "return_url");
        }
    }

    /// <summary>A session's intent belongs to its page.</summary>
    private static void RefuseOfSession(JsonObject intent, string act)
    {
        if (intent.HiddenOf().TextOrNull("session") is not null)
        {
            throw StripeError.State($"You cannot {act} this PaymentIntent because it was created by Checkout. Use the Checkout Session's own endpoints instead.", "payment_intent_unexpected_state");
        }
    }

    private static void RequireStatus(JsonObject intent, string[] allowed, string act)
    {
        if (!allowed.Contains(intent.Text("status")))
        {
            throw Unexpected(intent, act, allowed);
        }
    }

    private static StripeError Unexpected(JsonObject intent, string act, string[] allowed) => StripeError.State(
        $"You cannot {act} this PaymentIntent because it has a status of {intent.Text("status")}. Only a PaymentIntent with one of the following statuses may be {act}{(act.EndsWith('e') ? "d" : "ed")}: {string.Join(", ", allowed)}.",
        "payment_intent_unexpected_state");
}
