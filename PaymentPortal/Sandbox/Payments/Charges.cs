using System.Text.Json.Nodes;
using PaymentPortal.Sandbox.Disputes;
using PaymentPortal.Sandbox.Events;
using PaymentPortal.Sandbox.Storage;
using PaymentPortal.Sandbox.Wire;

namespace PaymentPortal.Sandbox.Payments;

/// <summary>/v1/charges. Each try to take an intent's money is a charge of its own; they are made by intents only.</summary>
public static class Charges
{
    public const string Type = "charge";

    public static IEnumerable<ApiRoute> All =>
    [
        ApiRoute.List("/v1/charges", List, new FieldsSpec()
            .With("created", ParamSpec.Range()).With("customer", ParamSpec.Text()).With("payment_intent", ParamSpec.Text())
            .With("transfer_group", ParamSpec.Text())),
        ApiRoute.Get("/v1/charges/{charge}", call => call.Load(Type, Type)),
        ApiRoute.Post("/v1/charges/{charge}", Update, new FieldsSpec()
            .With("description", ParamSpec.Text().Unsettable()).With("metadata", ParamSpec.Metadata())
            .With("receipt_email", ParamSpec.Text().Unsettable()).With("transfer_group", ParamSpec.Text())
            .Ignoring("fraud_details", "shipping").Refusing("customer")),
    ];

    /// <summary>The list that charge.refunds expands to.</summary>
    public static JsonObject RefundsOf(SandboxUnit unit, JsonObject charge)
    {
        var id = charge.Text("id");
        var refunds = unit.Db.Query(
            "SELECT json FROM objects WHERE account = @0 AND type = 'refund' AND json ->> '$.charge' = @1 ORDER BY seq DESC LIMIT 10",
            Documents.FromFirstColumn, unit.Account, id);
        return ListPage.Of("refund", refunds, false, $"/v1/charges/{id}/refunds");
    }

    /// <summary>Books the money of a captured charge; the charge then names its balance transaction.</summary>
    public static void Settle(SandboxUnit unit, JsonObject charge)
    {
        var (amount, captured, currency) = (charge.Whole("amount"), charge.Whole("amount_captured"), charge.Text("currency"));
        DateTimeOffset? available = charge.HiddenOf().Flag("bypass") ? unit.Now : null;
        var transaction = BalanceTransactions.Book(unit, new Movement("charge", "charge", amount, currency, charge.Text("id"))
        {
            Fee = Fees.Of(captured, currency), Description = charge.TextOrNull("description"), AvailableOn = available,
        });
        charge["balance_transaction"] = transaction.Text("id");
        if (captured < amount)
        {
            BalanceTransactions.Book(unit, new Movement("refund", "partial_capture_reversal", captured - amount, currency, charge.Text("id"))
            {
                AvailableOn = available,
            });
        }

        DisputeLife.ExpectFor(unit, charge);
    }

    /// <summary>Timer of capture_method automatic_async: the balance transaction comes a moment after the success.</summary>
    public static void SettleLate(SandboxUnit unit, string id)
    {
        var charge = Documents.Load(unit, Type, id);
        Settle(unit, charge);
        Documents.Save(unit, charge);
        EventLog.Emit(unit, "charge.updated", charge, new JsonObject { ["balance_transaction"] = null });
    }

    private static ApiResult List(ApiCall call) =>
        new ListPage(call, Type).ByCreated().ByObject("payment_intent", Intents.Type).By("transfer_group", "customer").Fetch();

    private static ApiResult Update(ApiCall call)
    {
        var charge = call.Load(Type, Type);
        Values.SetTexts(charge, call.Params, "description", "receipt_email", "transfer_group");
        Values.MergeMetadata(charge, call.Params);
        Documents.Save(call.Unit, charge);
        EventLog.Emit(call.Unit, "charge.updated", charge);
        return charge;
    }
}
