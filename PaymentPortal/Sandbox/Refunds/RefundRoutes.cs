using System.Text.Json.Nodes;
using PaymentPortal.Sandbox.Payments;
using PaymentPortal.Sandbox.Storage;
using PaymentPortal.Sandbox.Wire;

namespace PaymentPortal.Sandbox.Refunds;

/// <summary>/v1/refunds. The sum of a charge's refunds never exceeds what was taken: requests come one after another, each against the stored charge.</summary>
public static class RefundRoutes
{
    public const string Type = "refund";

    public static IEnumerable<ApiRoute> All =>
    [
        ApiRoute.Post("/v1/refunds", Create, new FieldsSpec()
            .With("amount", ParamSpec.Whole(1)).With("charge", ParamSpec.Text()).With("metadata", ParamSpec.Metadata())
            .With("payment_intent", ParamSpec.Text()).With("reason", ParamSpec.OneOf("duplicate", "fraudulent", "requested_by_customer"))
            .With("refund_application_fee", ParamSpec.Flag()).With("reverse_transfer", ParamSpec.Flag())
            .Refusing("currency", "customer", "instructions_email", "origin")),
        ApiRoute.List("/v1/refunds", List, new FieldsSpec()
            .With("charge", ParamSpec.Text()).With("created", ParamSpec.Range()).With("payment_intent", ParamSpec.Text())),
        ApiRoute.Get("/v1/refunds/{refund}", call => call.Load(Type, Type)),
        ApiRoute.Post("/v1/refunds/{refund}", Update, new FieldsSpec().With("metadata", ParamSpec.Metadata())),
        ApiRoute.Post("/v1/refunds/{refund}/cancel", Cancel),
    ];

    private static ApiResult Create(ApiCall call)
    {
        foreach (var name in new[] { "refund_application_fee", "reverse_transfer" })
        {
            // Charges here are the platform's own: there is no fee or transfer of theirs to take back.
            if (call.Params.Flag(name))
            {
                throw StripeError.Unsupported(name);
            }
        }

        var charge = ChargeOf(call);
        RequireRefundable(charge);
        var left = charge.Whole("amount") - charge.Whole("amount_refunded");
        var amount = call.Params.Whole("amount") ?? left;
        var currency = charge.Text("currency");
        if (amount > left)
        {
            throw StripeError.State(
                $"Refund amount ({Currencies.WithSign(amount, currency)}) is greater than unrefunded amount on charge ({Currencies.WithSign(left, currency)})", param: "amount");
        }

        Currencies.CheckLastDigits(amount, currency, "amount");
        return RefundLife.Start(call.Unit, charge, amount, call.Params.Text("reason"), IntentParams.MetadataOf(call.Params));
    }

    private static JsonObject ChargeOf(ApiCall call)
    {
        var (chargeId, intentId) = (call.Params.Text("charge"), call.Params.Text("payment_intent"));
        if (chargeId is null == intentId is null)
        {
            throw StripeError.Invalid(chargeId is null
                ? "One of the following params should be provided for this request: payment_intent or charge."
                : "You may only specify one of these parameters: charge, payment_intent.");
        }

        if (chargeId is not null)
        {
            return Documents.Find(call.Unit, Charges.Type, chargeId) ?? throw StripeError.NoSuch(Charges.Type, chargeId, "charge", 400);
        }

        var intent = Documents.Find(call.Unit, Intents.Type, intentId!) ?? throw StripeError.NoSuch(Intents.Type, intentId!, "payment_intent", 400);
        return intent.Text("status") == "succeeded"
            ? Documents.Load(call.Unit, Charges.Type, intent.Text("latest_charge"))
            : throw StripeError.State($"This PaymentIntent ({intentId}) does not have a successful charge to refund.");
    }

    private static void RequireRefundable(JsonObject charge)
    {
        var id = charge.Text("id");
        if (charge.Text("status") != "succeeded" || !charge.Flag("captured"))
        {
            throw StripeError.State($"Charge {id} has not been captured, so there is nothing to refund.");
        }

        if (charge.HiddenOf().Flag("charged_back"))
        {
            throw StripeError.State($"Charge {id} has been charged back; cannot issue a refund.", "charge_disputed");
        }

        if (charge.Whole("amount_refunded") == charge.Whole("amount"))
        {
            throw StripeError.State($"Charge {id} has already been refunded.", "charge_already_refunded");
        }
    }

    private static ApiResult List(ApiCall call) =>
        new ListPage(call, Type).ByCreated().ByObject("charge", Charges.Type).ByObject("payment_intent", Intents.Type).Fetch();

    private static ApiResult Update(ApiCall call)
    {
        var refund = call.Load(Type, Type);
        Values.MergeMetadata(refund, call.Params);
        RefundLife.Save(call.Unit, refund);
        return refund;
    }

    private static ApiResult Cancel(ApiCall call)
    {
        var refund = call.Load(Type, Type);
        if (refund.Text("status") != "requires_action")
        {
            throw StripeError.State($"You cannot cancel this refund because it has a status of {refund.Text("status")}. Only a refund with a status of requires_action may be canceled.");
        }

        RefundLife.Cancel(call.Unit, refund);
        return refund;
    }
}
