using System.Data.Common;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Events;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Analytics;

/// <summary>One step of time in one currency: how many checkouts came to which end, how many cards were declined, and what was taken.</summary>
public sealed record FigureStep(DateTimeOffset From, Currency Currency, long Created, long Succeeded, long Failed, long Unpaid, long Declined, Money Volume)
{
    /// <summary>Checkouts that came to an end, paid or not.</summary>
    public long Ended => Succeeded + Failed + Unpaid;
}

/// <summary>Why payments did not come about, most frequent first.</summary>
public sealed record FigureReason(string Code, long Count);

/// <summary>The figures of a span of time: its steps in order of time and currency, and the reasons of declines in it.</summary>
public sealed record FigureSpan(DateTimeOffset From, DateTimeOffset To, TimeSpan Step, IReadOnlyList<FigureStep> Steps, IReadOnlyList<FigureReason> Reasons);

/// <summary>Reads the hourly figures in steps of whole hours. Currencies are never added to each other.</summary>
public sealed class FigureQueries(SqlDialect dialect)
{
    private const long HourMicroseconds = 3_600_000_000;
    private const int MostReasons = 8;

    /// <summary>From and step are cut to whole hours.</summary>
    public async Task<FigureSpan> ReadAsync(DateTimeOffset from, DateTimeOffset to, TimeSpan step, CancellationToken cancellationToken)
    {
        var width = Math.Max(1, step.Ticks / TimeSpan.TicksPerHour) * HourMicroseconds;
        var start = from.ToMicroseconds() / HourMicroseconds * HourMicroseconds;
        await using var connection = dialect.OpenReader();
        var rows = await connection.ReadAsync(
            "SELECT (hour - $1) / $3, currency, type, SUM(count), SUM(amount) FROM hourly_figures WHERE hour >= $1 AND hour < $2 GROUP BY 1, 2, 3 ORDER BY 1, 2",
            [start, to, width], Read, cancellationToken).ConfigureAwait(false);
        var reasons = await connection.ReadAsync(
            "SELECT reason, SUM(count) FROM hourly_figures WHERE hour >= $1 AND hour < $2 AND type = $3 GROUP BY reason ORDER BY 2 DESC, 1 LIMIT $4",
            [start, to, EventTypes.AttemptDeclined, MostReasons], row => new FigureReason(row.GetString(0), row.GetInt64(1)), cancellationToken).ConfigureAwait(false);
        var steps = rows.GroupBy(row => (row.Step, row.Currency)).Select(group => Fold(Instants.FromMicroseconds(start + (group.Key.Step * width)), group.Key.Currency, [.. group]));
        return new FigureSpan(Instants.FromMicroseconds(start), to, TimeSpan.FromTicks(width * TimeSpan.TicksPerMicrosecond), [.. steps], reasons);
    }

    private static FigureStep Fold(DateTimeOffset from, string code, IReadOnlyList<Row> rows)
    {
        var currency = Currency.Of(code);
        long Count(params ReadOnlySpan<string> types)
        {
            long sum = 0;
            foreach (var type in types) sum += rows.FirstOrDefault(row => row.Type == type)?.Count ?? 0;
            return sum;
        }

        var volume = rows.FirstOrDefault(row => row.Type == EventTypes.CheckoutSucceeded)?.Amount ?? 0;
        return new FigureStep(
            from, currency, Count(EventTypes.CheckoutCreated), Count(EventTypes.CheckoutSucceeded), Count(EventTypes.CheckoutFailed),
            Count(EventTypes.CheckoutExpired, EventTypes.CheckoutCanceled), Count(EventTypes.AttemptDeclined), new Money(volume, currency));
    }

    private static Row Read(DbDataReader row) => new(row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetInt64(3), row.GetInt64(4));

    private sealed record Row(long Step, string Currency, string Type, long Count, long Amount);
}
