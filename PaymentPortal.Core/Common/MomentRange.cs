using System.Globalization;

namespace PaymentPortal.Core.Common;

/// <summary>A span of time with an inclusive start and an exclusive end; either may be open.</summary>
public readonly record struct MomentRange(DateTimeOffset? From, DateTimeOffset? To)
{
    public bool IsOpen => From is null && To is null;

    /// <summary>
    /// Reads what a person writes into a filter: <c>today</c>, <c>last_24h</c>, <c>last_7d</c>, <c>last_30d</c> or <c>2026-11-01..2026-11-22</c>,
    /// whose days are those of <paramref name="zone"/> and both inclusive.
    /// </summary>
    public static bool TryRead(string text, TimeZoneInfo zone, DateTimeOffset now, out MomentRange range)
    {
        range = default;
        if (text == "today")
        {
            var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, zone).DateTime);
            range = new MomentRange(StartOf(today, zone), StartOf(today.AddDays(1), zone));
            return true;
        }
        if (Length(text) is { } length)
        {
            range = new MomentRange(now - length, null);
            return true;
        }
        return TryReadDays(text, zone, out range);
    }

    private static TimeSpan? Length(string text) => text switch
    {
        "last_24h" => TimeSpan.FromHours(24),
        "last_7d" => TimeSpan.FromDays(7),
        "last_30d" => TimeSpan.FromDays(30),
        "last_90d" => TimeSpan.FromDays(90),
        _ => null,
    };

    private static bool TryReadDays(string text, TimeZoneInfo zone, out MomentRange range)
    {
        range = default;
        if (text.Split("..", 2) is not [var first, var last] || (first.Length == 0 && last.Length == 0)) return false;
        if (!TryReadDay(first, out var from) || !TryReadDay(last, out var to) || from > to) return false;
        range = new MomentRange(from is { } start ? StartOf(start, zone) : null, to is { } end ? StartOf(end.AddDays(1), zone) : null);
        return true;
    }

    private static bool TryReadDay(string text, out DateOnly? day)
    {
        day = null;
        if (text.Length == 0) return true;
        // 9999 would overflow when the day after it is asked for.
        if (!DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var read) || read.Year is < 1970 or > 9990) return false;
        day = read;
        return true;
    }

    private static DateTimeOffset StartOf(DateOnly day, TimeZoneInfo zone)
    {
        var midnight = day.ToDateTime(TimeOnly.MinValue);
        // Some zones start summer time at midnight: that day begins an hour later.
        if (zone.IsInvalidTime(midnight)) midnight = midnight.AddHours(1);
        return new DateTimeOffset(midnight, zone.GetUtcOffset(midnight));
    }
}
