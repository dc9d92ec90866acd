using System.Text.Json.Nodes;
using PaymentPortal.Sandbox.Storage;
using PaymentPortal.Sandbox.Wire;

namespace PaymentPortal.Sandbox.Payments;

/// <summary>/v1/balance. The two sums per currency are kept beside the transactions, in the same commit; the control API's books add them up anew.</summary>
public static class Balance
{
    private const string DefaultCurrency = "usd";

    public static IEnumerable<ApiRoute> All => [ApiRoute.Get("/v1/balance", call => Current(call.Unit))];

    public static void Add(SandboxUnit unit, string currency, long pending, long available) => unit.Db.Execute(
        """
        INSERT INTO balances(account, currency, pending, available) VALUES(@0, @1, @2, @3)
        ON CONFLICT DO UPDATE SET pending = pending + excluded.pending, available = available + excluded.available
        """,
        unit.Account, currency, pending, available);

    public static long AvailableOf(SandboxUnit unit, string currency) =>
        unit.Db.Whole("SELECT available FROM balances WHERE account = @0 AND currency = @1", unit.Account, currency) ?? 0;

    public static long PendingOf(SandboxUnit unit, string currency) =>
        unit.Db.Whole("SELECT pending FROM balances WHERE account = @0 AND currency = @1", unit.Account, currency) ?? 0;

    public static JsonObject Current(SandboxUnit unit)
    {
        var rows = unit.Db.Query(
            "SELECT currency, pending, available FROM balances WHERE account = @0 ORDER BY currency",
            row => (Currency: row.GetString(0), Pending: row.GetInt64(1), Available: row.GetInt64(2)), unit.Account);
        if (rows.Count == 0)
        {
            rows.Add((DefaultCurrency, 0, 0));
        }

        return new JsonObject
        {
            ["object"] = "balance",
            ["available"] = new JsonArray([.. rows.Select(row => Amount(row.Currency, row.Available))]),
            ["livemode"] = false,
            ["pending"] = new JsonArray([.. rows.Select(row => Amount(row.Currency, row.Pending))]),
            ["refund_and_dispute_prefunding"] = new JsonObject
            {
                ["available"] = new JsonArray([.. rows.Select(row => Amount(row.Currency, 0))]),
                ["pending"] = new JsonArray([.. rows.Select(row => Amount(row.Currency, 0))]),
            },
        };
    }

    private static JsonObject Amount(string currency, long amount) => new()
    {
        ["amount"] = amount, ["currency"] = currency, ["source_types"] = new JsonObject { ["card"] = amount },
    };
}
