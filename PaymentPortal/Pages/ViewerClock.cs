using System.Globalization;

namespace PaymentPortal.Pages;

/// <summary>Turns stored moments into the viewer's zone and words. Every time on a page goes through it, so that no page forgets to name the zone.</summary>
public sealed class ViewerClock(TimeProvider time)
{
    private TimeZoneInfo _zone = TimeZoneInfo.Utc;

    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>For reading what the viewer typed: his "today" is a day of his zone.</summary>
    public TimeZoneInfo Zone => _zone;

    public string ZoneName => _zone.Equals(TimeZoneInfo.Utc) ? "UTC" : _zone.Id;

    public void UseZone(string id) => _zone = TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone) ? zone : TimeZoneInfo.Utc;

    public DateTimeOffset Local(DateTimeOffset moment) => TimeZoneInfo.ConvertTime(moment, _zone);

    /// <summary>"22 Nov 10:42"; with the year when it is another one.</summary>
    public string Short(DateTimeOffset moment)
    {
        var local = Local(moment);
        return local.ToString(local.Year == Local(Now).Year ? "d MMM HH:mm" : "d MMM yyyy HH:mm", CultureInfo.InvariantCulture);
    }

    /// <summary>"22 Nov 2026 10:42:07 UTC".</summary>
    public string Long(DateTimeOffset moment) => Local(moment).ToString("d MMM yyyy HH:mm:ss ", CultureInfo.InvariantCulture) + ZoneName;

    /// <summary>"41 min ago", "in 4 min", "just now".</summary>
    public string Relative(DateTimeOffset moment)
    {
        var distance = Now - moment;
        var span = distance.Duration();
        if (span < TimeSpan.FromSeconds(5)) return "just now";
        var text = span switch
        {
            _ when span < TimeSpan.FromMinutes(1) => $"{span.Seconds} s",
            _ when span < TimeSpan.FromHours(1) => $"{span.Minutes} min",
            _ when span < TimeSpan.FromDays(1) => $"{span.Hours} h",
            _ when span < TimeSpan.FromDays(60) => $"{span.Days} d",
            _ => $"{span.Days / 30} months",
        };
        return distance > TimeSpan.Zero ? text + " ago" : "in " + text;
    }
}
