namespace PaymentPortal.Core.Common;

/// <summary>Moments are stored as UTC microseconds in a 64-bit integer: both stores order and compare that alike, which they do not for dates.</summary>
public static class Instants
{
    public static long ToMicroseconds(this DateTimeOffset moment) => (moment.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    public static DateTimeOffset FromMicroseconds(long microseconds) => DateTimeOffset.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond);

    public static long NowMicroseconds(this TimeProvider time) => time.GetUtcNow().ToMicroseconds();
}
