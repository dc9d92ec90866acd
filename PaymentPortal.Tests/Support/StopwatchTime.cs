namespace PaymentPortal.Tests.Support;

/// <summary>The system's clock and timers, with a stopwatch that a test moves on.</summary>
internal sealed class StopwatchTime : TimeProvider
{
    private long _passed;

    public override long GetTimestamp() => base.GetTimestamp() + Interlocked.Read(ref _passed);

    public void Pass(TimeSpan time) => Interlocked.Add(ref _passed, (long)(time.TotalSeconds * TimestampFrequency));
}
