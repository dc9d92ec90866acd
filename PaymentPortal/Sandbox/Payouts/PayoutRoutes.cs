using System.Text.Json.Nodes;
using PaymentPortal.Sandbox.Connect;
using PaymentPortal.Sandbox.Payments;
using PaymentPortal.Sandbox.Storage;
using PaymentPortal.Sandbox.Wire;

namespace PaymentPortal.Sandbox.Payouts;

/// <summary>/v1/payouts, the platform's own or, with Stripe-Account, a connected account's.</summary>
public static class PayoutRoutes
{
    public const string Type = "payout";

    private const string DivisibleByHundred = "huf twd";

    public static IEnumerable<ApiRoute> All =>
    [
        ApiRoute.Post("/v1/payouts", Create, new FieldsSpec()
            .Require("amount", ParamSpec.Whole(1)).Require("currency", ParamSpec.Text()).With("description", ParamSpec.Text())
            .With("destination", ParamSpec.Text()).With("metadata", ParamSpec.Metadata()).With("method", ParamSpec.OneOf("instant", "standard"))
            .With("source_type", ParamSpec.OneOf("bank_account", "card", "fpx")).With("statement_descriptor", ParamSpec.Text(22)).Refusing("payout_method")),
        ApiRoute.List("/v1/payouts", List, new FieldsSpec()
            .With("arrival_date", ParamSpec.Range()).With("created", ParamSpec.Range()).With("destination", ParamSpec.Text()).With("status", ParamSpec.Text())),
        ApiRoute.Get("/v1/payouts/{payout}", call => call.Load(Type, Type)),
        ApiRoute.Post("/v1/payouts/{payout}", Update, new FieldsSpec().With("metadata", ParamSpec.Metadata())),
        ApiRoute.Post("/v1/payouts/{payout}/cancel", Cancel),
    ];

    private static ApiResult Create(ApiCall call)
    {
        var form = call.Params;
        if (form.Text("method") == "instant")
        {
            throw StripeError.Unsupported("method");
        }

        var currency = Currencies.Parse(form.Text("currency")!, "currency");
        var amount = form.Whole("amount")!.Value;
        Currencies.CheckLastDigits(amount, currency, "amount");
        if (amount % 100 != 0 && DivisibleByHundred.Contains(currency, StringComparison.Ordinal))
        {
            throw StripeError.Invalid($"Invalid amount: payouts in {currency} must be evenly divisible by 100.", "amount", "parameter_invalid_integer");
        }

        var bank = BankOf(call, currency);
        if (Balance.AvailableOf(call.Unit, currency) < amount)
        {
            throw StripeError.State(
                "You have insufficient funds in your Stripe account for this transfer. Your card balance is too low. You can use the the /v1/balance endpoint to view your Stripe balance (for more details, see stripe.com/docs/api#balance).",
                "balance_insufficient");
        }

        return PayoutLife.Start(call.Unit, new PayoutTerms(amount, currency, bank)
        {
            Description = form.Text("description"),
            Metadata = IntentParams.MetadataOf(form),
            StatementDescriptor = form.Text("statement_descriptor"),
            SourceType = form.Text("source_type") ?? "card",
        });
    }

    private static JsonObject BankOf(ApiCall call, string currency)
    {
        if (call.Params.Text("destination") is { } id)
        {
            var named = Documents.Find(call.Unit, BankAccounts.Type, id);
            return named is not null && named.HiddenOf().Flag("current") && named.Text("currency") == currency
                ? named
                : throw StripeError.Invalid($"No such external account: '{id}'", "destination", "resource_missing");
        }

        var bank = call.Unit.Account.Length == 0 ? BankAccounts.OfPlatform(call.Unit, currency) : BankAccounts.Of(call.Unit, currency);
        return bank ?? throw StripeError.State($"Sorry, you don't have any external accounts in that currency ({currency}).");
    }

    private static ApiResult List(ApiCall call) =>
        new ListPage(call, Type).ByCreated().ByTime("arrival_date", "json ->> '$.arrival_date'").By("destination", "status").Fetch();

    private static ApiResult Update(ApiCall call)
    {
        var payout = call.Load(Type, Type);
        Values.MergeMetadata(payout, call.Params);
        PayoutLife.Save(call.Unit, payout);
        return payout;
    }

    private static ApiResult Cancel(ApiCall call)
    {
        var payout = call.Load(Type, Type);
        if (payout.Flag("automatic"))
        {
            throw StripeError.State("Automatic payouts cannot be canceled.");
        }

        if (payout.Text("status") != "pending")
        {
            throw StripeError.State($"Payouts can only be canceled while they are pending; this payout has a status of {payout.Text("status")}.");
        }

        PayoutLife.Cancel(call.Unit, payout);
        return payout;
    }
}
