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
}
