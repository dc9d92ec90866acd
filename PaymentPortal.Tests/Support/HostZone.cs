namespace PaymentPortal.Tests.Support;

/// <summary>The host stands in another time zone while this lives. The zone is the process's: tests that use it have their collection, which runs beside no other.</summary>
internal sealed class HostZone : IDisposable
{
    public const string Collection = "host zone";
    private const string Variable = "TZ";
    private readonly string? _before = Environment.GetEnvironmentVariable(Variable);

    private readonly TimeZoneInfo _zone;

    public HostZone(string zone)
    {
        _zone = TimeZoneInfo.FindSystemTimeZoneById(zone);
        Set(zone);
        // A host that kept its own zone would prove nothing.
        var noon = new DateTime(2027, 6, 1, 12, 0, 0, DateTimeKind.Local);
        Assert.Equal(_zone.GetUtcOffset(noon), new DateTimeOffset(noon).Offset);
    }

    /// <summary>How far the host's own clocks are from UTC at a moment.</summary>
    public TimeSpan OffsetAt(DateTimeOffset moment) => _zone.GetUtcOffset(moment);

    public void Dispose() => Set(_before);

    private static void Set(string? zone)
    {
        Environment.SetEnvironmentVariable(Variable, zone);
        TimeZoneInfo.ClearCachedData();
    }
}

[CollectionDefinition(HostZone.Collection, DisableParallelization = true)]
public sealed class HostZoneCollection;
