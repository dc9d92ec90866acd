using System.Globalization;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Pages.Health;

/// <summary>Room on the disk that holds the data; a full one stops every write.</summary>
internal sealed class DiskFact(SqlDialect dialect, IHostEnvironment environment) : IHealthFact
{
    private const long Low = 1L << 30;
    private const long Empty = 100L << 20;

    public string Name => "Disk";

    public Task<HealthFactResult> ReadAsync(CancellationToken cancellationToken)
    {
        var path = dialect is SqliteDialect sqlite ? Path.GetDirectoryName(Path.GetFullPath(sqlite.File))! : environment.ContentRootPath;
        var drive = new DriveInfo(path);
        var free = drive.AvailableFreeSpace;
        var (level, text) = free switch
        {
            < Empty => (HealthLevel.Down, "Nearly full: writes will be refused within minutes. Make room."),
            < Low => (HealthLevel.Attention, "Less than 1 GiB is free. Make room."),
            _ => (HealthLevel.Good, "There is room."),
        };
        return Task.FromResult(new HealthFactResult(level, text, [new("Free", Size(free)), new("Of", Size(drive.TotalSize)), new("Where", path)]));
    }

    private static string Size(long bytes) => (bytes >> 20).ToString("N0", CultureInfo.InvariantCulture) + " MiB";
}

/// <summary>The clock that signatures, leases and expiry are judged by, and how long this process runs.</summary>
internal sealed class ClockFact(TimeProvider time) : IHealthFact
{
    private readonly DateTimeOffset _started = time.GetUtcNow();
    private readonly long _startedAt = time.GetTimestamp();

    public string Name => "Clock";

    public Task<HealthFactResult> ReadAsync(CancellationToken cancellationToken)
    {
        // The monotonic clock can't be set: what the wall clock gained or lost against it since the start was somebody's doing.
        var drift = time.GetUtcNow() - _started - time.GetElapsedTime(_startedAt);
        var isSteady = drift.Duration() < TimeSpan.FromSeconds(5);
        return Task.FromResult(new HealthFactResult(
            isSteady ? HealthLevel.Good : HealthLevel.Attention,
            isSteady ? "Runs evenly." : "Was set while the program ran: check the time service of this machine.",
            [
                new("Now", time.GetUtcNow().ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture)),
                new("Set by, since start", drift.TotalSeconds.ToString("0.0;-0.0;0.0", CultureInfo.InvariantCulture) + " s"),
                new("Process started", _started.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture)),
            ]));
    }
}
