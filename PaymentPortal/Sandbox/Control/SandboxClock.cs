using System.Globalization;
using Microsoft.Data.Sqlite;
using PaymentPortal.Sandbox.Schedule;
using PaymentPortal.Sandbox.Storage;
using PaymentPortal.Sandbox.Wire;

namespace PaymentPortal.Sandbox.Control;

/// <summary>Moves the process's own clock, forwards, and remembers how far. What has become due is done before the mover is answered.</summary>
public sealed class SandboxClock(SandboxStore store, TimeProvider clock, DueWork dueWork)
{
    public const string Setting = "clock_offset_seconds";
    private const long LongestMoveSeconds = 366L * 86_400;

    public DateTimeOffset Now => clock.GetUtcNow();

    public bool IsMovable => clock is MovableTimeProvider;

    /// <summary>How far the clock of a sandbox's file was moved, read beside its process; zero when it never was.</summary>
    public static TimeSpan StoredOffset(string dataFile)
    {
        if (!File.Exists(dataFile)) return TimeSpan.Zero;
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = dataFile, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT value FROM settings WHERE name = '{Setting}'";
        return command.ExecuteScalar() is string seconds ? TimeSpan.FromSeconds(long.Parse(seconds, CultureInfo.InvariantCulture)) : TimeSpan.Zero;
    }

    public async Task MoveAsync(long seconds)
    {
        if (seconds is < 0 or > LongestMoveSeconds)
        {
            throw StripeError.Invalid($"advance_seconds is 0 to {LongestMoveSeconds}: the clock only moves forwards", "advance_seconds");
        }

        if (clock is not MovableTimeProvider movable)
        {
            throw new StripeError(409, "This process runs on the system clock, which cannot be moved. Only Development starts with a movable clock.");
        }

        movable.Advance(TimeSpan.FromSeconds(seconds));
        var offset = ((long)movable.Offset.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        await store.WriteAsync(db => db.Execute("INSERT OR REPLACE INTO settings(name, value) VALUES(@0, @1)", Setting, offset));
        await dueWork.RunAsync();
    }
}
