using PaymentPortal.Core.Common;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Retries;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Psp;

public sealed class PspGuardTests
{
    private static readonly PspGuardSettings Quick = new() { Timeout = TimeSpan.FromSeconds(2), CircuitThroughput = 4 };
    private static readonly string Balance = """{"object":"balance","available":[{"amount":5,"currency":"usd"},{"amount":7,"currency":"zzz"}],"pending":[]}""";

    [Fact]
    public async Task Circuit_AfterManyFailures_HoldsCallsBack_ThenTriesOne()
    {
        var time = new ManualTime();
        Func<System.Net.Sockets.Socket, CancellationToken, Task> bad = FakePsp.Answer(503, ""), good = FakePsp.Answer(200, Balance);
        await using var psp = new FakePsp(bad, bad, bad, bad, good);
        using var line = new PspLine(psp.Address, guard: Quick, time: time);

        for (var call = 0; call < 4; call++) Assert.Equal(PspVerdict.Unknown, await CallAsync(line));
        var held = await CallAsync(line);
        var open = line.Health.Report;
        time.Advance(Quick.CircuitBreak);
        var tried = await CallAsync(line);

        Assert.Equal((PspVerdict.NotSent, PspCircuit.Open, false), (held, open.Circuit, open.IsSending));
        Assert.Equal((PspVerdict.Succeeded, 5), (tried, psp.Requests));
        Assert.Equal((PspCircuit.Closed, true, time.GetUtcNow()), (line.Health.Report.Circuit, line.Health.Report.IsSending, line.Health.Report.LastSuccessAt));
    }

    [Fact]
    public async Task Circuit_WhileItIsOpen_SaysForHowLongWorkIsHeld()
    {
        var time = new ManualTime();
        await using var psp = new FakePsp(FakePsp.Answer(503, ""));
        using var line = new PspLine(psp.Address, guard: Quick, time: time, dice: below => below - 1);
        Assert.Null(line.Health.Hold());

        for (var call = 0; call < 4; call++) await CallAsync(line);
        var (hold, held) = (line.Health.Hold()!, await line.Client.FetchBalanceAsync(CancellationToken.None));
        time.Advance(Quick.CircuitBreak);

        // The break, and a spread after it, so that those who wait do not come back as one.
        Assert.Equal(Quick.CircuitBreak + TimeSpan.FromSeconds(4), hold.For);
        Assert.Equal((true, PspVerdict.NotSent, (TimeSpan?)hold.For), (held.IsHeld, held.Verdict, held.RetryAfter));
        Assert.Null(line.Health.Hold());
        Assert.Equal(4, psp.Requests);
    }

    [Fact]
    public async Task RefusedKey_HoldsEveryCall_AndNoneIsSpentOnIt()
    {
        var time = new ManualTime();
        await using var psp = new FakePsp(FakePsp.Answer(401, StripeJsonSamples.Error("invalid_request_error")));
        using var line = new PspLine(psp.Address, guard: Quick, time: time, dice: _ => 0);

        var first = PspTrouble.Of("Stripe", RetryOperations.LookUp, await line.Client.FetchBalanceAsync(CancellationToken.None));
        var second = PspTrouble.Of("Stripe", RetryOperations.LookUp, await line.Client.FetchBalanceAsync(CancellationToken.None));

        Assert.Equal((PspHealth.Pause, PspHealth.Pause), (Assert.IsType<TaskEnd.Held>(first).For, Assert.IsType<TaskEnd.Held>(second).For));
        Assert.Equal(1, psp.Requests);
    }

    /// <summary>A seller who closed his account, or took his permission back, is no reason to stop paying the others.</summary>
    [Fact]
    public async Task RefusedAccount_OfOneSeller_HoldsNobodyElse()
    {
        await using var psp = new FakePsp(FakePsp.Answer(403, StripeJsonSamples.Error("invalid_request_error", "account_invalid")), FakePsp.Answer(200, Balance));
        using var line = new PspLine(psp.Address, guard: Quick);

        var end = PspTrouble.Of("Stripe", RetryOperations.LookUp, await line.Client.FetchBalanceAsync(CancellationToken.None));
        var next = await CallAsync(line);

        var failure = Assert.IsType<TaskEnd.Again>(end).Failure;
        Assert.Equal(("account_invalid", ErrorClass.Rejected, MoneyEffect.None), (failure.Code, failure.Class, failure.Effect));
        Assert.Equal((PspVerdict.Succeeded, 2), (next, psp.Requests));
        Assert.Null(line.Health.Hold());
    }

    [Fact]
    public async Task TooManyCalls_AreObeyedAsTold()
    {
        await using var psp = new FakePsp(FakePsp.Answer(429, StripeJsonSamples.Error("invalid_request_error", "rate_limit"), "Retry-After: 17"));
        using var line = new PspLine(psp.Address, guard: Quick);

        var end = PspTrouble.Of("Stripe", RetryOperations.LookUp, await line.Client.FetchBalanceAsync(CancellationToken.None));

        var failure = Assert.IsType<TaskEnd.Again>(end).Failure;
        Assert.Equal((ErrorClass.RateLimited, (TimeSpan?)TimeSpan.FromSeconds(17), MoneyEffect.None), (failure.Class, failure.RetryAfter, failure.Effect));
    }

    [Fact]
    public async Task DefiniteRefusals_NeverOpenTheCircuit()
    {
        await using var psp = new FakePsp(FakePsp.Answer(404, StripeJsonSamples.Error("invalid_request_error", "resource_missing")));
        using var line = new PspLine(psp.Address, guard: Quick);

        for (var call = 0; call < 10; call++) Assert.Equal(PspVerdict.Rejected, await CallAsync(line));

        Assert.Equal(PspCircuit.Closed, line.Health.Report.Circuit);
    }

    [Fact]
    public async Task FullBulkhead_RefusesWithoutSending_AndFreesItsSlotAfterTheTimeout()
    {
        await using var psp = new FakePsp(FakePsp.Drip(), FakePsp.Answer(200, Balance));
        using var line = new PspLine(psp.Address, guard: Quick with { Concurrency = 1, Queue = 0 });

        var slow = CallAsync(line);
        var refused = await CallAsync(line);
        var cut = await slow;
        var next = await CallAsync(line);

        Assert.Equal((PspVerdict.NotSent, PspVerdict.Unknown, PspVerdict.Succeeded), (refused, cut, next));
        Assert.Equal(2, psp.Requests);
    }

    [Fact]
    public async Task CallThatWaitsTooLongForItsTurn_IsNotSent()
    {
        await using var psp = new FakePsp(FakePsp.Silence());
        using var line = new PspLine(psp.Address, guard: Quick with { Concurrency = 1, QueueTimeout = TimeSpan.FromMilliseconds(50) });

        var slow = CallAsync(line);
        var waited = await CallAsync(line);

        Assert.Equal((PspVerdict.NotSent, PspVerdict.Unknown), (waited, await slow));
        Assert.Equal(1, psp.Requests);
    }

    [Fact]
    public async Task Balance_InACurrencyWeDoNotKnow_HidesNoOther()
    {
        await using var psp = new FakePsp(FakePsp.Answer(200, Balance));
        using var line = new PspLine(psp.Address);

        var answer = await line.Client.FetchBalanceAsync(CancellationToken.None);

        Assert.Equal("0.05", Assert.Single(answer.Value!.Available).ToString());
    }

    private static async Task<PspVerdict> CallAsync(PspLine line) => (await line.Client.FetchBalanceAsync(CancellationToken.None)).Verdict;
}
