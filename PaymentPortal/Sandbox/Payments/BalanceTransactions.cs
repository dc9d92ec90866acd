using System.Text.Json.Nodes;
using PaymentPortal.Sandbox.Events;
using PaymentPortal.Sandbox.Payouts;
using PaymentPortal.Sandbox.Schedule;
using PaymentPortal.Sandbox.Storage;
using PaymentPortal.Sandbox.Wire;

namespace PaymentPortal.Sandbox.Payments;

/// <summary>One movement of the PSP's ledger, before it is booked.</summary>
public sealed record Movement(string Type, string Category, long Amount, string Currency, string? Source)
{
    public long Fee { get; init; }

    public string FeeDescription { get; init; } = "Stripe processing fees";

    public string? Description { get; init; }

    /// <summary>When it counts as available: a moment gone by is now, null is the usual wait.</summary>
    public DateTimeOffset? AvailableOn { get; init; }
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
        var available = movement.AvailableOn ?? unit.Now + PendingTime;
        var isAvailable = available <= unit.Now;
        var transaction = Build(unit, movement, net, isAvailable ? unit.Now : available);
        Documents.Insert(unit, transaction);
        Balance.Add(unit, movement.Currency, isAvailable ? 0 : net, isAvailable ? net : 0);
        if (!isAvailable)
        {
            DueWork.Plan(unit, available, FundsKind, transaction.Text("id"));
        }

        return transaction;
    }

    /// <summary>When a charge's money is available: what takes from it or gives back to it waits as long, so pending money pays for itself.</summary>
    public static DateTimeOffset? FundsOf(SandboxUnit unit, JsonObject charge) => charge.TextOrNull("balance_transaction") is { } id
        ? DateTimeOffset.FromUnixTimeSeconds(Documents.Load(unit, Type, id).Whole("available_on"))
        : null;

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
        var page = new ListPage(call, Type).ByCreated().By("currency", "source", "type");
        if (call.Params.Text("payout") is { } id)
        {
            var payout = Documents.Find(call.Unit, PayoutRoutes.Type, id) ?? throw StripeError.NoSuch(PayoutRoutes.Type, id, "payout", 400);
            if (!payout.Flag("automatic"))
            {
                throw StripeError.Invalid("Balance transaction history can only be filtered on automatic transfers, not manual.", "payout");
            }

            page.Where("json ->> '$._.payout' = {0}", id);
        }

        return page.Fetch();
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
        ["status"] = available <= unit.Now ? "available" : "pending",
        ["type"] = movement.Type,
    };

    private static JsonArray FeeDetails(Movement movement) => movement.Fee == 0 ? [] :
    [
        new JsonObject
        {
            ["amount"] = movement.Fee,
            ["application"] = null,
            ["currency"] = movement.Currency,
            ["description"] = movement.FeeDescription,
            ["type"] = "stripe_fee",
        },
    ];
}
