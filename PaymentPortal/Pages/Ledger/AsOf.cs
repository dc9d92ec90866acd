using System.Globalization;

namespace PaymentPortal.Pages.Ledger;

/// <summary>The moment of a balance in an address: a day or a minute of the viewer's zone. A day means its end, as people mean it.</summary>
public static class AsOf
{
    private const string Minute = "yyyy-MM-dd'T'HH:mm";

    /// <summary>False when the text is no moment; null for now.</summary>
    public static bool TryRead(string? text, TimeZoneInfo zone, out DateTimeOffset? moment)
    {
        moment = null;
        if (string.IsNullOrEmpty(text)) return true;
        if (DateTime.TryParseExact(text, Minute, CultureInfo.InvariantCulture, DateTimeStyles.None, out var minute)) moment = In(zone, minute);
        else if (DateTime.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year < 9990) moment = In(zone, day.AddDays(1)).AddTicks(-TimeSpan.TicksPerMicrosecond);
        return moment is not null;
    }

    /// <summary>As a field of minutes wants it.</summary>
    public static string Write(DateTimeOffset moment, TimeZoneInfo zone) => TimeZoneInfo.ConvertTime(moment, zone).ToString(Minute, CultureInfo.InvariantCulture);

    private static DateTimeOffset In(TimeZoneInfo zone, DateTime local)
    {
        var real = zone.IsInvalidTime(local) ? local.AddHours(1) : local;
        return new DateTimeOffset(real, zone.GetUtcOffset(real));
    }
}
