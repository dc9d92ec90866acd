using System.Globalization;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Reconciliation;

/// <summary>Asks for the PSP's reports of every UTC day that is over, once each: the order is a row with a step, and a crash loses neither.</summary>
public sealed class SettlementReports(WriteLane lane, SettlementGate gate, SettlementSweep sweep)
{
    /// <summary>The step that gets one report; its subject is the order.</summary>
    public const string Step = "settlement.report";

    /// <summary>Days that are caught up on after the program was away.</summary>
    private const int MostDays = 31;

    /// <summary>A timer calls it.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await gate.TidyAsync(cancellationToken).ConfigureAwait(false);
        await lane.RunAsync(Order, cancellationToken).ConfigureAwait(false);
        await sweep.RunAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>From the day after the newest order; at first, yesterday. A house without a booking before today has nothing to be held against.</summary>
    private static int Order(UnitOfWork unit)
    {
        var today = new DateTimeOffset(unit.Now.UtcDateTime.Date, TimeSpan.Zero);
        if (unit.Scalar("SELECT COUNT(*) FROM (SELECT 1 FROM journal_entries WHERE effective_at < $1 LIMIT 1) AS one", today) == 0) return 0;
        var newest = unit.QueryFirst("SELECT MAX(period_to) FROM report_orders", row => row.MomentOrNull(0));
        var day = newest is { } to && to > today.AddDays(-MostDays) ? to : newest is null ? today.AddDays(-1) : today.AddDays(-MostDays);
        var ordered = 0;
        for (; day < today; day = day.AddDays(1), ordered++)
        {
            foreach (var kind in Enum.GetValues<SettlementKind>()) Add(unit, kind, day);
        }
        return ordered;
    }

    private static void Add(UnitOfWork unit, SettlementKind kind, DateTimeOffset day)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"{kind.ToString().ToLowerInvariant()}-{day:yyyy-MM-dd}");
        var isNew = unit.Execute(
            $"INSERT INTO report_orders ({ReportOrder.Columns}) VALUES ($1, $2, $3, $4, 1, NULL, NULL, NULL, $5, NULL) ON CONFLICT (order_id) DO NOTHING", id, kind, day, day.AddDays(1), unit.Now) == 1;
        if (isNew) RetryQueue.Add(unit, Step, id, unit.Now);
    }
}
