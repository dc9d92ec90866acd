using System.Globalization;

namespace PaymentPortal.Pages.Health;

/// <summary>The timers whose last run failed or was cancelled at its deadline, and those that do not heed it.</summary>
public sealed class TimersFact(JobBoard board) : IHealthFact
{
    public string Name => "Timers";

    public string Place => "/ops/jobs";

    public async Task<HealthFactResult> ReadAsync(CancellationToken cancellationToken)
    {
        var rows = await board.ListAsync(cancellationToken).ConfigureAwait(false);
        List<JobRow> hanging = [.. rows.Where(row => row.IsOverdue)], failed = [.. rows.Where(row => row.Last?.Fault is not null && !row.IsOverdue)];
        IReadOnlyList<KeyValuePair<string, string>> figures = [.. hanging.Select(row => new KeyValuePair<string, string>(row.Name, "past its deadline")), .. failed.Select(row => new KeyValuePair<string, string>(row.Name, row.Last!.Fault!))];
        return (hanging, failed) switch
        {
            ([], []) => new HealthFactResult(HealthLevel.Good, string.Create(CultureInfo.InvariantCulture, $"The last run of each of {rows.Count} went well."), []),
            ([var first, ..], _) => new HealthFactResult(HealthLevel.Attention, $"“{first.Name}” runs on past its deadline, and its next runs wait for it. Restart the program; nothing is lost by that.", figures),
            (_, [var first, ..]) => new HealthFactResult(HealthLevel.Attention, $"The last run of “{first.Name}” failed; its next run tries again. {first.Last!.Fault}", figures),
        };
    }
}
