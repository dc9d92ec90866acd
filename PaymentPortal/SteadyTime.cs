namespace PaymentPortal;

/// <summary>
/// The clock of the timers: it follows the wall clock forwards and never back. A timer that waits for a moment of the wall clock would stand still for two
/// hours when that is set back by two.
/// </summary>
public sealed class SteadyTime(TimeProvider wall) : TimeProvider
{
    private readonly Lock _gate = new();
    private DateTimeOffset _wall = wall.GetUtcNow();
    private DateTimeOffset _now = wall.GetUtcNow();
    private long _stamp = wall.GetTimestamp();

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
        {
            var (wallNow, stamp) = (wall.GetUtcNow(), wall.GetTimestamp());
            // What passed by the clock that nobody can set is the least that passed.
            var passed = wall.GetElapsedTime(_stamp, stamp);
            _now += wallNow - _wall > passed ? wallNow - _wall : passed;
            (_wall, _stamp) = (wallNow, stamp);
            return _now;
        }
    }
}
