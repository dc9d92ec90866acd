using PaymentPortal.Core.Common;
using PaymentPortal.Core.Payments.Disputes;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Retries;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Psp;

public sealed class PspPostsTests
{
    /// <summary>
    /// The item moved between the look of its step and the unit that stores the call: evidence was added, another bank was given. Ending the step there
    /// lost the newer wish for good.
    /// </summary>
    [Fact]
    public async Task Post_NoLongerWanted_IsNotSentAndItsStepIsDueAtOnce()
    {
        await using var engine = await StubEngine.StartAsync();
        var task = await engine.Lane.RunAsync(unit => RetryQueue.AddClaimed(unit, DisputeSteps.Answer, "dsp_1"), CancellationToken.None);
        var post = new PspPost<PspDispute>("dsp_1", "stage-1", RetryOperations.AnswerDispute, MoneyEffect.Taken)
        {
            IsWanted = _ => false,
            Build = (_, _) => throw new InvalidOperationException("It must not be built."),
            Send = (_, _, _) => throw new InvalidOperationException("It must not be sent."),
            List = (_, _) => throw new InvalidOperationException("It must not be looked for."),
            KeyOf = theirs => theirs.PspKey,
            Made = (_, _, _) => throw new InvalidOperationException("It was not made."),
        };

        Assert.IsType<TaskEnd.Settled>(await engine.Get<PspPosts>().RunAsync(task, post, CancellationToken.None));

        Assert.Equal("dsp_1", Assert.Single(await engine.Lane.RunAsync(unit => RetryQueue.ClaimDue(unit, 10), CancellationToken.None)).SubjectId);
    }

    /// <summary>Somebody else holds the step by now: nothing is stored for it, and nothing sent.</summary>
    [Fact]
    public async Task Post_OfAWorkerThatWokeAfterItsLease_IsNeitherStoredNorSent()
    {
        await using var engine = await StubEngine.StartAsync();
        var late = await engine.Lane.RunAsync(unit => RetryQueue.AddClaimed(unit, DisputeSteps.Answer, "dsp_2"), CancellationToken.None);
        engine.Time.Advance(RetryQueue.Lease);
        Assert.Single(await engine.Lane.RunAsync(unit => RetryQueue.ClaimDue(unit, 10), CancellationToken.None));

        await Assert.ThrowsAsync<LeaseLostException>(() => engine.Get<PspPosts>().RunAsync(late, Unsent("dsp_2", () => { }), CancellationToken.None));

        Assert.Equal(0, await CallsAsync(engine));
    }

    /// <summary>It slept between the commit and the send: the key may be too old by now, so whoever takes the step next asks the key rule again.</summary>
    [Fact]
    public async Task Post_OfAWorkerThatSleptBetweenStoringAndSending_IsNotSent_AndItsStepIsTakenAgain()
    {
        await using var engine = await StubEngine.StartAsync();
        var task = await engine.Lane.RunAsync(unit => RetryQueue.AddClaimed(unit, DisputeSteps.Answer, "dsp_3"), CancellationToken.None);
        var time = new StopwatchTime();
        var posts = new PspPosts(engine.Lane, engine.Psp, engine.Get<PspCallLog>(), engine.Get<PspTalk>(), engine.Get<DeadLetters>(), time);

        Assert.IsType<TaskEnd.Settled>(await posts.RunAsync(task, Unsent("dsp_3", () => time.Pass(RetryQueue.Lease)), CancellationToken.None));

        Assert.Equal(1, await CallsAsync(engine));
        engine.Time.Advance(RetryQueue.Lease);
        Assert.Equal("dsp_3", Assert.Single(await engine.Lane.RunAsync(unit => RetryQueue.ClaimDue(unit, 10), CancellationToken.None)).SubjectId);
    }

    private static PspPost<PspDispute> Unsent(string item, Action building) => new(item, "stage-1", RetryOperations.AnswerDispute, MoneyEffect.Taken)
    {
        IsWanted = _ => true,
        Build = (_, _) =>
        {
            building();
            return new PspRequest("/v1/disputes/dp_1", "a=1");
        },
        Send = (_, _, _) => throw new InvalidOperationException("It must not be sent."),
        List = (_, _) => throw new InvalidOperationException("It must not be looked for."),
        KeyOf = theirs => theirs.PspKey,
        Made = (_, _, _) => throw new InvalidOperationException("It was not made."),
    };

    private static Task<long> CallsAsync(StubEngine engine) => engine.Lane.RunAsync(unit => unit.Scalar("SELECT COUNT(*) FROM psp_calls"), CancellationToken.None);
}
