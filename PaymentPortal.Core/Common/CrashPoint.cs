using System.Diagnostics;

namespace PaymentPortal.Core.Common;

/// <summary>
/// Named places where a test may kill the process with SIGKILL (PP_CRASH=name:nth), one before and one after every commit and every
/// PSP call of a flow. Without the variable a point costs one comparison.
/// </summary>
public static class CrashPoint
{
    private static readonly string? Armed = Environment.GetEnvironmentVariable("PP_CRASH");
    private static readonly string Name = Armed?.Split(':')[0] ?? "";
    private static int _left = Armed?.Split(':') is [_, var nth] ? int.Parse(nth, System.Globalization.CultureInfo.InvariantCulture) : 1;

    /// <summary>The point of a flow that several steps share.</summary>
    public static void Hit(string step, string place)
    {
        if (Armed is not null) Hit($"{step}-{place}");
    }

    public static void Hit(string name)
    {
        if (Armed is null || name != Name || Interlocked.Decrement(ref _left) != 0) return;
        using var self = Process.GetCurrentProcess();
        self.Kill();
        // The signal may reach another thread first: this one must not go one step further.
        using var never = new ManualResetEvent(false);
        never.WaitOne();
    }
}
