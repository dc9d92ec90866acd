using System.Text.Json.Nodes;
using PaymentPortal.Sandbox.Events;
using PaymentPortal.Sandbox.Payments;
using PaymentPortal.Sandbox.Storage;
using PaymentPortal.Sandbox.Wire;

namespace PaymentPortal.Sandbox.Connect;

/// <summary>/v1/transfers/{id}/reversals. Takes back what the account still has, and never more than was transferred.</summary>
public static class Reversals
{
    public const string Type = "transfer_reversal";
    private const int Included = 10;

    public static IEnumerable<ApiRoute> All =>
    [
        ApiRoute.Post("/v1/transfers/{transfer}/reversals", Create, new FieldsSpec()
            .With("amount", ParamSpec.Whole(1)).With("description", ParamSpec.Text().Unsettable()).With("metadata", ParamSpec.Metadata())
            .Refusing("refund_application_fee")),
        ApiRoute.List("/v1/transfers/{transfer}/reversals", List),
        ApiRoute.Get("/v1/transfers/{transfer}/reversals/{id}", Find),
    ];

    private static ApiResult Create(ApiCall call)
    {
        var unit = call.Unit;
        var transfer = call.Load(Transfers.Type, Transfers.Type);
        var currency = transfer.Text("currency");
        var left = transfer.Whole("amount") - transfer.Whole("amount_reversed");
        if (left == 0)
        {
            throw StripeError.State($"Transfer {transfer.Text("id")} has already been fully reversed.");
        }

        var amount = call.Params.Whole("amount") ?? left;
        if (amount > left)
        {
            throw StripeError.State(
                $"Reversal amount ({Currencies.WithSign(amount, currency)}) is greater than unreversed amount on transfer ({Currencies.WithSign(left, currency)})", param: "amount");
        }

        Currencies.CheckLastDigits(amount, currency, "amount");
        var account = unit.As(transfer.Text("destination"));
        var payment = Documents.Load(account, Charges.Type, transfer.Text("destination_payment"));
        RequireFunds(account, payment, amount, currency);
        return Move(call, transfer, payment, amount);
    }

    private static void RequireFunds(SandboxUnit account, JsonObject payment, long amount, string currency)
    {
        var isPending = BalanceTransactions.FundsOf(account, payment) > account.Now;
        if ((isPending ? Balance.PendingOf(account, currency) : Balance.AvailableOf(account, currency)) < amount)
        {
            throw StripeError.State("Insufficient funds: the destination account does not have enough available balance for this reversal.", "balance_insufficient");
        }
    }

    private static ApiResult Move(ApiCall call, JsonObject transfer, JsonObject payment, long amount)
    {
        var unit = call.Unit;
        var reversal = Build(call, transfer, amount);
        var account = unit.As(transfer.Text("destination"));
        var transaction = BalanceTransactions.Book(
            unit, new Movement("transfer_refund", "transfer_reversal", amount, transfer.Text("currency"), reversal.Text("id"))
            {
                Description = $"REFUND FOR TRANSFER {transfer.Text("id")}", AvailableOn = BalanceTransactions.FundsOf(account, payment),
            });
        reversal["balance_transaction"] = transaction.Text("id");
        reversal["destination_payment_refund"] = DestinationPayment.Return(account, payment, reversal).Text("id");
        Documents.Insert(unit, reversal);
        var previous = new JsonObject { ["amount_reversed"] = transfer.Whole("amount_reversed"), ["reversed"] = transfer.Flag("reversed") };
        transfer["amount_reversed"] = transfer.Whole("amount_reversed") + amount;
        transfer["reversed"] = transfer.Whole("amount_reversed") == transfer.Whole("amount");
        Show(transfer, reversal);
        Documents.Save(unit, transfer);
        EventLog.Emit(unit, "transfer.reversed", transfer, previous);
        return reversal;
    }

    /// <summary>A transfer holds its newest reversals.</summary>
    private static void Show(JsonObject transfer, JsonObject reversal)
    {
        var shown = (JsonArray)transfer["reversals"]!["data"]!;
        shown.Insert(0, reversal.DeepClone());
        if (shown.Count > Included)
        {
            shown.RemoveAt(Included);
            transfer["reversals"]!["has_more"] = true;
        }
    }

    private static ApiResult List(ApiCall call)
    {
        var id = call.Load(Transfers.Type, Transfers.Type).Text("id");
        return new ListPage(call, Type).Where("json ->> '$.transfer' = {0}", id).Fetch();
    }

    private static ApiResult Find(ApiCall call)
    {
        var transfer = call.Load(Transfers.Type, Transfers.Type).Text("id");
        var reversal = call.Load(Type, "id");
        return reversal.Text("transfer") == transfer ? reversal : throw StripeError.NoSuch(Type, call.Id("id"), "id");
    }

    private static JsonObject Build(ApiCall call, JsonObject transfer, long amount) => new()
    {
        ["id"] = Ids.New("trr_1"),
        ["object"] = Type,
        ["amount"] = amount,
        ["balance_transaction"] = null,
        ["created"] = call.Unit.Seconds,
        ["currency"] = transfer.Text("currency"),
        ["destination_payment_refund"] = null,
        ["metadata"] = IntentParams.MetadataOf(call.Params),
        ["source_refund"] = null,
        ["transfer"] = transfer.Text("id"),
    };
}
