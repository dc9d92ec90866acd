using PaymentPortal.Sandbox.Storage;

namespace PaymentPortal.Sandbox.Reports;

/// <summary>balance.summary: where each currency's balance stood, what moved it, and where it stands.</summary>
public static class BalanceSummary
{
    public static IEnumerable<IReadOnlyDictionary<string, string?>> Lines(SandboxUnit unit, ReportOrder order)
    {
        var before = Sums(unit, order, "created < @1", order.From);
        var activity = Sums(unit, order, "created >= @1 AND created < @2 AND json ->> '$.reporting_category' NOT IN ('payout', 'payout_reversal')", order.From, order.To);
        var payouts = Sums(unit, order, "created >= @1 AND created < @2 AND json ->> '$.reporting_category' IN ('payout', 'payout_reversal')", order.From, order.To);
        foreach (var currency in before.Keys.Union(activity.Keys).Union(payouts.Keys).Order().Where(currency => order.Currency is null || currency == order.Currency))
        {
            var (start, moved, paid) = (before.GetValueOrDefault(currency), activity.GetValueOrDefault(currency), payouts.GetValueOrDefault(currency));
            yield return Line("starting_balance", currency, "Starting balance", start);
            yield return Line("activity", currency, "Balance change from activity", moved);
            yield return Line("payouts", currency, "Total payouts", paid);
            yield return Line("ending_balance", currency, "Ending balance", start + moved + paid);
        }
    }

    private static Dictionary<string, string?> Line(string category, string currency, string description, long net) => new()
    {
        ["category"] = category, ["currency"] = currency, ["description"] = description, ["net_amount"] = ReportColumns.Amount(net, currency),
    };

    private static Dictionary<string, long> Sums(SandboxUnit unit, ReportOrder order, string condition, params object?[] times) => unit.Db.Query(
            $"SELECT json ->> '$.currency', SUM(json ->> '$.net') FROM objects WHERE account = @0 AND type = 'balance_transaction' AND {condition} GROUP BY 1",
            row => (Currency: row.GetString(0), Sum: row.GetInt64(1)), [order.Account, .. times])
        .ToDictionary(row => row.Currency, row => row.Sum);
}
