using System.Text.Json.Nodes;
using PaymentPortal.Sandbox.Events;
using PaymentPortal.Sandbox.Payments;
using PaymentPortal.Sandbox.Storage;
using PaymentPortal.Sandbox.Wire;

namespace PaymentPortal.Sandbox.Connect;

/// <summary>/v1/transfers. A transfer that exists has happened: both balances moved in the commit that made it.</summary>
public static class Transfers
{
    public const string Type = "transfer";

    public static IEnumerable<ApiRoute> All =>
    [
        ApiRoute.Post("/v1/transfers", Create, new FieldsSpec()
            .With("amount", ParamSpec.Whole(1)).Require("currency", ParamSpec.Text()).With("description", ParamSpec.Text())
            .Require("destination", ParamSpec.Text()).With("metadata", ParamSpec.Metadata()).With("source_transaction", ParamSpec.Text())
            .With("source_type", ParamSpec.OneOf("bank_account", "card", "fpx")).With("transfer_group", ParamSpec.Text())),
        ApiRoute.List("/v1/transfers", List, new FieldsSpec()
            .With("created", ParamSpec.Range()).With("destination", ParamSpec.Text()).With("transfer_group", ParamSpec.Text())),
        ApiRoute.Get("/v1/transfers/{transfer}", call => call.Load(Type, Type)),
        ApiRoute.Post("/v1/transfers/{transfer}", Update, new FieldsSpec()
            .With("description", ParamSpec.Text().Unsettable()).With("metadata", ParamSpec.Metadata())),
    ];

    private static ApiResult List(ApiCall call) =>
        new ListPage(call, Type).ByCreated().ByObject("destination", Accounts.Type).By("transfer_group").Fetch();

    private static ApiResult Create(ApiCall call)
    {
        var currency = Currencies.Parse(call.Params.Text("currency")!, "currency");
        var amount = call.Params.Whole("amount") ?? throw StripeError.Missing("amount");
        Currencies.CheckLastDigits(amount, currency, "amount");
        var destination = DestinationOf(call);
        var source = SourceOf(call, amount, currency);
        if (source is null && Balance.AvailableOf(call.Unit, currency) < amount)
        {
            throw StripeError.State(
                "You have insufficient available funds in your Stripe account. Try adding funds directly to your available balance by creating Charges using the 4000000000000077 test card. See: https://stripe.com/docs/testing#available-balance",
                "balance_insufficient");
        }

        return Move(call, Build(call, amount, currency, source), destination, source);
    }

    private static string DestinationOf(ApiCall call)
    {
        var id = call.Params.Text("destination")!;
        var account = Documents.Find(call.Unit, Accounts.Type, id)
            ?? throw StripeError.Invalid($"No such destination: '{id}'", "destination", "resource_missing");
        return ((JsonObject)account["capabilities"]!).TextOrNull("transfers") == "active"
            ? id
            : throw StripeError.State(
                "Your destination account needs to have at least one of the following capabilities enabled: transfers, crypto_transfers, legacy_payments",
                "insufficient_capabilities_for_transfer");
    }

    /// <summary>The charge whose money is passed on; together its transfers never exceed it.</summary>
    private static JsonObject? SourceOf(ApiCall call, long amount, string currency)
    {
        if (call.Params.Text("source_transaction") is not { } id)
        {
            return null;
        }

        var charge = Documents.Find(call.Unit, Charges.Type, id) ?? throw StripeError.NoSuch(Charges.Type, id, "source_transaction", 400);
        if (charge.TextOrNull("balance_transaction") is null)
        {
            throw StripeError.State($"The charge {id} has no funds to transfer: it was not captured, or it failed.", param: "source_transaction");
        }

        if (charge.Text("currency") != currency)
        {
            throw StripeError.State($"The currency of source_transaction's balance transaction ({charge.Text("currency")}) must be the same as the transfer currency ({currency})", param: "currency");
        }

        var before = call.Unit.Db.Whole(
            "SELECT sum(json ->> '$.amount') FROM objects WHERE account = @0 AND type = @1 AND json ->> '$.source_transaction' = @2",
            call.Unit.Account, Type, id) ?? 0;
        return before + amount <= charge.Whole("amount_captured")
            ? charge
            : throw StripeError.State($"Insufficient funds in the charge {id}: transfers from it can't exceed {Currencies.WithSign(charge.Whole("amount_captured"), currency)}.", "balance_insufficient", "source_transaction");
    }

    private static ApiResult Move(ApiCall call, JsonObject transfer, string destination, JsonObject? source)
    {
        var (amount, currency, unit) = (transfer.Whole("amount"), transfer.Text("currency"), call.Unit);
        var available = source is null ? unit.Now : BalanceTransactions.FundsOf(unit, source);
        var transaction = BalanceTransactions.Book(unit, new Movement("transfer", "transfer", -amount, currency, transfer.Text("id"))
        {
            Description = transfer.TextOrNull("description"), AvailableOn = available,
        });
        transfer["balance_transaction"] = transaction.Text("id");
        transfer["destination_payment"] = DestinationPayment.Receive(unit.As(destination), transfer, available).Text("id");
        Documents.Insert(unit, transfer);
        EventLog.Emit(unit, "transfer.created", transfer);
        return transfer;
    }

    private static JsonObject Build(ApiCall call, long amount, string currency, JsonObject? source)
    {
        var id = Ids.New("tr_3");
        return new JsonObject
        {
            ["id"] = id,
            ["object"] = Type,
            ["amount"] = amount,
            ["amount_reversed"] = 0L,
            ["balance_transaction"] = null,
            ["created"] = call.Unit.Seconds,
            ["currency"] = currency,
            ["description"] = call.Params.Text("description"),
            ["destination"] = call.Params.Text("destination"),
            ["destination_payment"] = null,
            ["livemode"] = false,
            ["metadata"] = IntentParams.MetadataOf(call.Params),
            ["reversals"] = ListPage.Of(Reversals.Type, [], false, $"/v1/transfers/{id}/reversals"),
            ["reversed"] = false,
            ["source_transaction"] = source?.Text("id"),
            ["source_type"] = call.Params.Text("source_type") ?? "card",
            ["transfer_group"] = call.Params.Text("transfer_group") ?? source?.TextOrNull("transfer_group"),
        };
    }

    private static ApiResult Update(ApiCall call)
    {
        var transfer = call.Load(Type, Type);
        Values.SetTexts(transfer, call.Params, "description");
        Values.MergeMetadata(transfer, call.Params);
        Documents.Save(call.Unit, transfer);
        EventLog.Emit(call.Unit, "transfer.updated", transfer);
        return transfer;
    }
}
