using FsCheck;
using FsCheck.Fluent;
using PaymentPortal.Core.Retries;

namespace PaymentPortal.Tests.Retries;

public sealed class RetryPolicyTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    public static TheoryData<RetryPolicyKind, string> Schedules => new()
    {
        { RetryPolicyKind.Immediate, "0 0 over" },
        { RetryPolicyKind.FixedInterval, "2 2 2 2 2 over" },
        { RetryPolicyKind.IncrementalInterval, "2 5 8 9 9 over" },
        { RetryPolicyKind.ExponentialBackoff, "2 4 8 9 9 over" },
        { RetryPolicyKind.Cancel, "over" },
    };

    [Theory]
    [MemberData(nameof(Schedules))]
    public void Kind_WithTheLongestThrow_WaitsAsItsNameSays(RetryPolicyKind kind, string waits)
    {
        var policy = new RetryPolicy(kind, 2 * Second, 3 * Second, 9 * Second, kind == RetryPolicyKind.Immediate ? 3 : 6, null);

        var seen = Enumerable.Range(1, 6).Select(failed => policy.NextDelay(failed, TimeSpan.Zero, below => below - 1)).TakeWhile(wait => wait is not null);

        Assert.Equal(waits, string.Join(' ', [.. seen.Select(wait => $"{wait!.Value.TotalSeconds}"), "over"]));
    }

    [Fact]
    public void GivingUp_ComesByTimeToo()
    {
        var policy = RetryPolicy.Fixed(Second, giveUpAfter: TimeSpan.FromMinutes(1));

        Assert.Equal((Second, null), (policy.NextDelay(900, TimeSpan.FromSeconds(59), Low), policy.NextDelay(1, TimeSpan.FromMinutes(1), Low)));
    }

    [Fact]
    public void Delays_OfAnyPolicy_StayWithinTheirBound_AndAgreeWithASlowJudge() => Prop.ForAll(Policies(), Rolls(), (policy, roll) =>
    {
        var bound = NaiveBound(policy, roll.Failed);
        var wait = policy.NextDelay(roll.Failed, TimeSpan.Zero, below => roll.Chance % below);
        var isOver = policy.Kind == RetryPolicyKind.Cancel || roll.Failed >= policy.MaxTries;
        return isOver ? wait is null : policy.Bound(roll.Failed) == bound && wait >= TimeSpan.Zero && wait <= bound && (policy.Kind == RetryPolicyKind.ExponentialBackoff || wait == bound);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void FullJitter_ReachesFromNothingToTheBound() => Prop.ForAll(Policies(), Rolls(), (policy, roll) =>
    {
        var jittered = policy with { Kind = RetryPolicyKind.ExponentialBackoff, MaxTries = null };
        return jittered.NextDelay(roll.Failed, TimeSpan.Zero, Low) == TimeSpan.Zero && jittered.NextDelay(roll.Failed, TimeSpan.Zero, below => below - 1) == jittered.Bound(roll.Failed);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Defaults_AreValid_AndNeverTryACardOrARefusalAgain()
    {
        Assert.All(RetryOperations.All.SelectMany(operation => operation.Classes.Select(error => RetryDefaults.Of(operation.Name, error))), policy => Assert.Null(policy.WhyInvalid()));
        Assert.Equal(RetryPolicyKind.Cancel, RetryDefaults.Of(RetryOperations.CreateSession, ErrorClass.Declined).Kind);
        Assert.Equal(RetryPolicyKind.Cancel, RetryDefaults.Of(RetryOperations.CreateSession, ErrorClass.Rejected).Kind);
    }

    [Theory]
    [InlineData(RetryOperations.CreateSession)]
    [InlineData(RetryOperations.LookUp)]
    [InlineData(RetryOperations.EndCheckout)]
    public void OutcomeUnknown_IsNeverGivenUp_AndIsAskedForFourTimesAMinute(string operation)
    {
        var policy = RetryDefaults.Of(operation, ErrorClass.Unanswered);

        Assert.False(policy.IsOver(1_000_000, TimeSpan.FromDays(365)));
        Assert.True(policy.Bound(1_000_000) <= TimeSpan.FromSeconds(15));
    }

    [Theory]
    [InlineData(RetryPolicyKind.Immediate, 1, 0, 1, null)]
    [InlineData(RetryPolicyKind.Immediate, 1, 0, 1, 11)]
    [InlineData(RetryPolicyKind.FixedInterval, 0, 0, 0, null)]
    [InlineData(RetryPolicyKind.IncrementalInterval, 1, 0, 9, null)]
    [InlineData(RetryPolicyKind.ExponentialBackoff, 10, 0, 9, null)]
    [InlineData(RetryPolicyKind.ExponentialBackoff, 0, 0, 9, null)]
    [InlineData(RetryPolicyKind.FixedInterval, -1, 0, 9, null)]
    [InlineData(RetryPolicyKind.FixedInterval, 604801, 0, 9, null)]
    [InlineData(RetryPolicyKind.FixedInterval, 1, 0, 1, 0)]
    [InlineData(RetryPolicyKind.FixedInterval, 1, 0, 1, 1001)]
    public void Figures_ThatWouldStormOrStandStill_AreRefused(RetryPolicyKind kind, int first, int step, int longest, int? tries) =>
        Assert.NotNull(new RetryPolicy(kind, first * Second, step * Second, longest * Second, tries, null).WhyInvalid());

    private static long Low(long below) => 0;

    /// <summary>Adds and doubles one by one, where the real one multiplies and shifts.</summary>
    private static TimeSpan NaiveBound(RetryPolicy policy, int failed)
    {
        if (policy.Kind is RetryPolicyKind.Immediate or RetryPolicyKind.Cancel) return TimeSpan.Zero;
        var wait = policy.First;
        if (policy.Kind == RetryPolicyKind.FixedInterval) return wait;
        for (var turn = 1; turn < failed && wait < policy.Longest; turn++) wait = policy.Kind == RetryPolicyKind.IncrementalInterval ? wait + policy.Step : wait * 2;
        return wait < policy.Longest ? wait : policy.Longest;
    }

    private static Arbitrary<RetryPolicy> Policies() => (
        from kind in Gen.Elements(Enum.GetValues<RetryPolicyKind>())
        from first in Gen.Choose(1, 100_000)
        from step in Gen.Choose(1, 100_000)
        from more in Gen.Choose(0, 10_000_000)
        from tries in Gen.Choose(1, 50)
        select new RetryPolicy(kind, TimeSpan.FromMilliseconds(first), TimeSpan.FromMilliseconds(step), TimeSpan.FromMilliseconds(first + more), tries % 3 == 0 ? null : tries, null)).ToArbitrary();

    private static Arbitrary<Roll> Rolls() => (
        from failed in Gen.Choose(1, 200)
        from chance in Gen.Choose(0, int.MaxValue)
        select new Roll(failed, chance)).ToArbitrary();

    private sealed record Roll(int Failed, long Chance);
}
