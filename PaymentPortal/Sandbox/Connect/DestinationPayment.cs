using System.Text.Json.Nodes;
using PaymentPortal.Sandbox.Events;
using PaymentPortal.Sandbox.Payments;
using PaymentPortal.Sandbox.Refunds;
using PaymentPortal.Sandbox.Storage;
using PaymentPortal.Sandbox.Wire;

namespace PaymentPortal.Sandbox.Connect;

/// <summary>The other end of a transfer, on the account that gets it: a charge named py_, and a refund named pyr_ for each reversal.</summary>
public static class DestinationPayment
{
    private const string Unused = """
        {
          "application": null, "application_fee": null, "application_fee_amount": null, "calculated_statement_descriptor": null, "customer": null,
          "description": null, "failure_balance_transaction": null, "failure_code": null, "failure_message": null, "fraud_details": {},
          "on_behalf_of": null, "outcome": null, "payment_intent": null, "payment_method": null, "receipt_email": null, "receipt_number": null,
          "receipt_url": null, "review": null, "shipping": null, "source": null, "statement_descriptor": null, "statement_descriptor_suffix": null,
          "transfer_data": null, "transfer_group": null
        }
        """;

    public static JsonObject Receive(SandboxUnit unit, JsonObject transfer, DateTimeOffset? available)
    {
        var payment = Build(unit, transfer);
        var transaction = BalanceTransactions.Book(unit, new Movement("payment", "charge", transfer.Whole("amount"), transfer.Text("currency"), payment.Text("id"))
        {
            AvailableOn = available,
        });
        payment["balance_transaction"] = transaction.Text("id");
        Documents.Insert(unit, payment);
        EventLog.Emit(unit, "payment.created", payment);
        return payment;
    }

    /// <summary>Takes money back out of the account; the caller has checked that it is there.</summary>
    public static JsonObject Return(SandboxUnit unit, JsonObject payment, JsonObject reversal)
    {
        var amount = reversal.Whole("amount");
        var refund = RefundDocument.Build(unit, payment, amount, null, []);
        refund["id"] = Ids.New("pyr_1");
        refund["source_transfer_reversal"] = reversal.Text("id");
        refund.Remove("destination_details");
        var transaction = BalanceTransactions.Book(unit, new Movement("payment_refund", "refund", -amount, payment.Text("currency"), refund.Text("id"))
        {
            Description = "REFUND FOR PAYMENT", AvailableOn = BalanceTransactions.FundsOf(unit, payment),
        });
        refund["balance_transaction"] = transaction.Text("id");
        Documents.Insert(unit, refund);
        payment["amount_refunded"] = payment.Whole("amount_refunded") + amount;
        payment["refunded"] = payment.Whole("amount_refunded") == payment.Whole("amount");
        Documents.Save(unit, payment);
        EventLog.Emit(unit, "charge.refunded", payment);
        return refund;
    }

    private static JsonObject Build(SandboxUnit unit, JsonObject transfer)
    {
        var amount = transfer.Whole("amount");
        var payment = new JsonObject
        {
            ["id"] = Ids.New("py_1"),
            ["object"] = Charges.Type,
            ["amount"] = amount,
            ["amount_captured"] = amount,
            ["amount_refunded"] = 0L,
            ["balance_transaction"] = null,
            ["billing_details"] = new JsonObject { ["address"] = PaymentMethods.EmptyAddress(), ["email"] = null, ["name"] = null, ["phone"] = null, ["tax_id"] = null },
            ["captured"] = true,
            ["created"] = unit.Seconds,
            ["currency"] = transfer.Text("currency"),
            ["disputed"] = false,
            ["livemode"] = false,
            ["metadata"] = new JsonObject(),
            ["paid"] = true,
            ["payment_method_details"] = new JsonObject { ["stripe_account"] = new JsonObject(), ["type"] = "stripe_account" },
            ["refunded"] = false,
            ["source_transfer"] = transfer.Text("id"),
            ["status"] = "succeeded",
        };
        foreach (var (name, value) in (JsonObject)JsonNode.Parse(Unused)!)
        {
            payment[name] = value?.DeepClone();
        }

        return payment;
    }
}
