using System.Text.Json.Nodes;
using PaymentPortal.Sandbox.Events;
using PaymentPortal.Sandbox.Schedule;
using PaymentPortal.Sandbox.Storage;
using PaymentPortal.Sandbox.Wire;

namespace PaymentPortal.Sandbox.Payments;

/// <summary>One movement of the PSP's ledger, before it is booked.</summary>
public sealed record Movement(string Type, string Category, long Amount, string Currency, string? Source)
{
    public long Fee { get; init; }

    public string? Description { get; init; }

    public bool IsAvailableAtOnce { get; init; }
}

/// <summary>/v1/balance_transactions: the only writer of the balance. Rows never change but for pending → available.</summary>
public static class BalanceTransactions
{
    public const string Type = "balance_transaction";
    public const string FundsKind = "funds_available";
    private static readonly TimeSpan PendingTime = TimeSpan.FromDays(2);

    public static IEnumerable<ApiRoute> All =>
    [
        ApiRoute.List("/v1/balance_transactions", List, new FieldsSpec()
            .With("created", ParamSpec.Range()).With("currency", ParamSpec.Text()).With("payout", ParamSpec.Text())
            .With("source", ParamSpec.Text()).With("type", ParamSpec.Text())),
        ApiRoute.Get("/v1/balance_transactions/{id}", call => call.Load(Type, "id")),
    ];

    public static JsonObject Book(SandboxUnit unit, Movement movement)
    {
        var net = movement.Amount - movement.Fee;
        var available = movement.IsAvailableAtOnce ? unit.Now : unit.Now + PendingTime;
        var transaction = Build(unit, movement, net, available);
        Documents.Insert(unit, transaction);
        Balance.Add(unit, movement.Currency, movement.IsAvailableAtOnce ? 0 : net, movement.IsAvailableAtOnce ? net : 0);
        if (!movement.IsAvailableAtOnce)
        {
            DueWork.Plan(unit, available, FundsKind, transaction.Text("id"));
        }

        return transaction;
    }

    public static void BecomeAvailable(SandboxUnit unit, string id)
    {
        var transaction = Documents.Load(unit, Type, id);
        transaction["status"] = "available";
        Documents.Save(unit, transaction);
        var net = transaction.Whole("net");
        Balance.Add(unit, transaction.Text("currency"), -net, net);

        // One event for all funds of the moment, as at the PSP, not one a charge.
        if (!DueWork.IsAnotherDue(unit, FundsKind))
        {
            EventLog.Emit(unit, "balance.available", Balance.Current(unit));
        }
    }

    private static ApiResult List(ApiCall call)
    {
        if (call.Params.Text("payout") is { } payout)
        {
            throw StripeError.NoSuch("payout", payout, "payout", 400);
        }

        return new ListPage(call, Type).ByCreated().By("currency", "source", "type").Fetch();
    }

    private static JsonObject Build(SandboxUnit unit, Movement movement, long net, DateTimeOffset available) => new()
    {
        ["id"] = Ids.New("txn_3"),
        ["object"] = Type,
        ["amount"] = movement.Amount,
        ["available_on"] = available.ToUnixTimeSeconds(),
        ["balance_type"] = "payments",
        ["created"] = unit.Seconds,
        ["currency"] = movement.Currency,
        ["description"] = movement.Description,
        ["exchange_rate"] = null,
        ["fee"] = movement.Fee,
        ["fee_details"] = FeeDetails(movement),
        ["net"] = net,
        ["reporting_category"] = movement.Category,
        ["source"] = movement.Source,
        ["status"] = movement.IsAvailableAtOnce ? "available" : "pending",
        ["type"] = movement.Type,
    };

    private static JsonArray FeeDetails(Movement movement) => movement.Fee == 0 ? [] :
    [
        new JsonObject
        {
            ["amount"] = movement.Fee,
            ["application"] = null,
            ["currency"] = movement.Currency,
            ["description"] = "Stripe processing fees",
            ["type"] = "stripe_fee",
        },
    ];
}
