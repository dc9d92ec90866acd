using PaymentPortal.Core.Retries;

namespace PaymentPortal.Tests.Retries;

/// <summary>A policy played over failures that happened.</summary>
public sealed class PolicyReplayTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 20, 8, 0, 0, TimeSpan.Zero);

    /// <summary>Failed at 0, 10 and 20 s, went well at 60 s: two failures more and one call that did it.</summary>
    private static readonly WorkTry[] AMinute = [Failed(0), Failed(10), Failed(20), new(Start.AddSeconds(60), null)];

    private static readonly WorkTry[] NeverWell = [Failed(0), Failed(100)];

    [Fact]
    public void Policy_ThatTriesLongEnough_Recovers_AndItsCallsAreCountedAgainstThoseMade()
    {
        Assert.Equal(new ReplayResult(1, Recovered: 1, Dead: 0, NotKnown: 0, ExtraCalls: 3), Replay(RetryPolicy.Fixed(TimeSpan.FromSeconds(10)), AMinute));
        Assert.Equal(new ReplayResult(1, Recovered: 1, Dead: 0, NotKnown: 0, ExtraCalls: -2), Replay(RetryPolicy.Fixed(TimeSpan.FromMinutes(5)), AMinute));
    }

    [Fact]
    public void Policy_ThatGivesUpBefore_IsDead()
    {
        Assert.Equal(new ReplayResult(1, Recovered: 0, Dead: 1, NotKnown: 0, ExtraCalls: -1), Replay(RetryPolicy.Immediate(3), AMinute));
        Assert.Equal(new ReplayResult(1, Recovered: 0, Dead: 1, NotKnown: 0, ExtraCalls: -3), Replay(RetryPolicy.Cancel, AMinute));
        Assert.Equal(new ReplayResult(1, Recovered: 0, Dead: 1, NotKnown: 0, ExtraCalls: 0), Replay(RetryPolicy.Fixed(TimeSpan.FromSeconds(10), giveUpAfter: TimeSpan.FromSeconds(30)), AMinute));
    }

    [Fact]
    public void Policy_OfDrawnWaits_IsPlayedWithTheirMean() =>
        // Bounds 4, 8, 16, 32, 64: halves end at 2, 6, 14, 30, 62.
        Assert.Equal(new ReplayResult(1, Recovered: 1, Dead: 0, NotKnown: 0, ExtraCalls: 2), Replay(RetryPolicy.Exponential(TimeSpan.FromSeconds(4), TimeSpan.FromHours(1)), AMinute));

    [Fact]
    public void Work_ThatNeverWentWell_IsDeadOrNotKnown()
    {
        Assert.Equal(new ReplayResult(1, Recovered: 0, Dead: 1, NotKnown: 0, ExtraCalls: 0), Replay(RetryPolicy.Fixed(TimeSpan.FromSeconds(10), maxTries: 2), NeverWell));
        Assert.Equal(new ReplayResult(1, Recovered: 0, Dead: 0, NotKnown: 1, ExtraCalls: 1), Replay(RetryPolicy.Fixed(TimeSpan.FromSeconds(40)), NeverWell));
    }

    [Fact]
    public void Work_OfAnotherError_OrWithoutAny_IsNoneOfIt() =>
        Assert.Equal(new ReplayResult(0, 0, 0, 0, 0), Replay(RetryPolicy.Cancel, [new(Start, null)], [new(Start, ErrorClass.Rejected), new(Start.AddSeconds(1), null)]));

    private static WorkTry Failed(int seconds) => new(Start.AddSeconds(seconds), ErrorClass.Unanswered);

    private static ReplayResult Replay(RetryPolicy policy, params WorkTry[][] works) => PolicyReplay.Of(policy, ErrorClass.Unanswered, works);
}
