using System.Diagnostics;

namespace PaymentPortal.Tests.Support;

/// <summary>Waits on a condition, not on time; the time limit only keeps a broken test from running for ever.</summary>
public static class Until
{
    /// <summary>Longer than work is held back when a busy machine makes so many calls late that the circuit to the PSP opens: 15 s, and 20 s over which it comes back.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(75);
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(20);

    public static async Task TrueAsync(Func<Task<bool>> condition, TimeSpan? patience = null, Func<string>? state = null)
    {
        var watch = Stopwatch.StartNew();
        using var pace = new PeriodicTimer(Pace);
        while (!await condition())
        {
            Assert.True(watch.Elapsed < (patience ?? Patience), $"The condition did not come true in time. {state?.Invoke()}");
            await pace.WaitForNextTickAsync();
        }
    }
}
