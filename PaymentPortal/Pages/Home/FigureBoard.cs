using System.Globalization;
using PaymentPortal.Core.Analytics;
using PaymentPortal.Core.Common;

namespace PaymentPortal.Pages.Home;

/// <summary>A span of time that the figures may be asked for.</summary>
public sealed record FigurePeriod(string Key, string Label, TimeSpan Length, TimeSpan Step)
{
    public static readonly IReadOnlyList<FigurePeriod> All =
    [
        new("24h", "24 hours", TimeSpan.FromHours(24), TimeSpan.FromHours(1)),
        new("7d", "7 days", TimeSpan.FromDays(7), TimeSpan.FromHours(6)),
        new("30d", "30 days", TimeSpan.FromDays(30), TimeSpan.FromDays(1)),
    ];

    public static FigurePeriod Of(string? key) => All.FirstOrDefault(period => period.Key == key) ?? All[0];

    public int Steps => (int)(Length / Step);
}

/// <summary>One currency: what was taken, how payments ended, the volume of each step, and the volume a week earlier.</summary>
public sealed record FigureLine(Currency Currency, Money Volume, Money Before, long Created, long Paid, long Ended, long Declined, IReadOnlyList<long> Steps);

/// <summary>How the payments of one step ended, over the currencies that are shown: counts may be added where amounts may not.</summary>
public sealed record FigureColumn(DateTimeOffset From, long Succeeded, long Failed, long Unpaid)
{
    public long Total => Succeeded + Failed + Unpaid;
}

/// <summary>The figures of Home, put together from sums. Pure, and without fractions: shares are told in tenths of a percent.</summary>
public sealed record FigureBoard(IReadOnlyList<FigureLine> Lines, IReadOnlyList<FigureColumn> Columns, IReadOnlyList<FigureReason> Reasons, string Finding)
{
    public static FigureBoard Of(FigureSpan now, FigureSpan before, FigurePeriod period, string? currency)
    {
        var lines = now.Steps.Select(step => step.Currency).Concat(before.Steps.Select(step => step.Currency)).Distinct().OrderBy(one => one.Code, StringComparer.Ordinal)
            .Select(one => Line(now, before, period, one)).ToList();
        var shown = now.Steps.Where(step => currency is null || step.Currency.Code == currency).ToList();
        var columns = Enumerable.Range(0, period.Steps).Select(at => Column(now.From + (at * period.Step), shown)).ToList();
        return new FigureBoard(lines, columns, now.Reasons, Find(columns, now.Reasons));
    }

    /// <summary>"81.5 %", cut and never rounded up: 99.96 % of success is not 100 %.</summary>
    public static string Share(long part, long whole) =>
        whole == 0 ? "–" : string.Create(CultureInfo.InvariantCulture, $"{part * 1000 / whole / 10}.{part * 1000 / whole % 10} %");

    /// <summary>"+12 %" against a week earlier; empty when there was nothing then.</summary>
    public static string Change(Money now, Money before)
    {
        if (before.IsZero) return "";
        var percent = ((Int128)now.Minor - before.Minor) * 100 / before.Minor;
        return string.Create(CultureInfo.InvariantCulture, $"{(percent < 0 ? "−" : "+")}{Int128.Abs(percent)} %");
    }

    private static FigureLine Line(FigureSpan now, FigureSpan before, FigurePeriod period, Currency currency)
    {
        var steps = now.Steps.Where(step => step.Currency.Equals(currency)).ToList();
        var volumes = Enumerable.Range(0, period.Steps).Select(at => steps.Where(step => step.From == now.From + (at * period.Step)).Sum(step => step.Volume.Minor));
        return new FigureLine(
            currency, Sum(steps, currency), Sum(before.Steps.Where(step => step.Currency.Equals(currency)), currency),
            steps.Sum(step => step.Created), steps.Sum(step => step.Succeeded), steps.Sum(step => step.Ended), steps.Sum(step => step.Declined), [.. volumes]);
    }

    private static Money Sum(IEnumerable<FigureStep> steps, Currency currency) => steps.Aggregate(Money.Zero(currency), (sum, step) => sum + step.Volume);

    private static FigureColumn Column(DateTimeOffset from, List<FigureStep> steps)
    {
        var here = steps.Where(step => step.From == from).ToList();
        return new FigureColumn(from, here.Sum(step => step.Succeeded), here.Sum(step => step.Failed), here.Sum(step => step.Unpaid));
    }

    private static string Find(List<FigureColumn> columns, IReadOnlyList<FigureReason> reasons)
    {
        var (succeeded, total) = (columns.Sum(column => column.Succeeded), columns.Sum(column => column.Total));
        if (total == 0) return "No payment has ended in this time.";
        var why = reasons.Count == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" Cards were declined mostly for {(reasons[0].Code.Length == 0 ? "no stated reason" : reasons[0].Code)} ({reasons[0].Count:N0}).");
        return string.Create(CultureInfo.InvariantCulture, $"{succeeded:N0} of {total:N0} payments that ended were paid, {Share(succeeded, total)}.{why}");
    }
}
