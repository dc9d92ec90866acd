using System.Globalization;
using Microsoft.Data.Sqlite;
using PaymentPortal.Sandbox.Schedule;
using PaymentPortal.Sandbox.Storage;

namespace PaymentPortal.Sandbox.Control;

/// <summary>Moves the process's own clock, forwards, and remembers how far. What has become due is done before the mover is answered.</summary>
public sealed class SandboxClock(SandboxStore store, TimeProvider clock, DueWork dueWork)
{
    public const string Setting = "clock_offset_seconds";

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

    public async Task AdvanceAsync(TimeSpan by)
    {
        var movable = (MovableTimeProvider)clock;
        movable.Advance(by);
        var offset = ((long)movable.Offset.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        await store.WriteAsync(db => db.Execute("INSERT OR REPLACE INTO settings(name, value) VALUES(@0, @1)", Setting, offset));
        await dueWork.RunAsync();
    }
}
