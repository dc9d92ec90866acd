using PaymentPortal.Core.Psp;

namespace PaymentPortal.Tests.Psp;

public sealed class StripeFetchTests
{
    private const string Error = """{"code":"card_declined","message":"No."}""";

    [Fact]
    public async Task PaidSession_WithoutItsFee_IsPending()
    {
        var answer = await FetchAsync(Paid(StripeJsonSamples.Charge()));

        Assert.Equal((PspVerdict.Pending, SessionPayment.Paid), (answer.Verdict, answer.Value!.Payment));
    }

    [Fact]
    public async Task PaidSession_WithItsFee_Succeeded() =>
        Assert.Equal(PspVerdict.Succeeded, (await FetchAsync(Paid(StripeJsonSamples.Charge(StripeJsonSamples.BalanceTransaction)))).Verdict);

    [Fact]
    public async Task PaidSession_WhoseIntentWasNotExpanded_IsPending() =>
        Assert.Equal(PspVerdict.Pending, (await FetchAsync(StripeJsonSamples.Session(status: "complete", payment: "paid", intent: "\"pi_1\""))).Verdict);

    [Theory]
    [InlineData("complete", "requires_payment_method", Error, true)]
    [InlineData("complete", "requires_payment_method", "null", false)]
    [InlineData("complete", "processing", "null", false)]
    [InlineData("complete", "processing", Error, false)]
    [InlineData("open", "requires_payment_method", Error, false)]
    public async Task UnpaidSession_HasFailed_OnlyWhenCompleteAndItsIntentFellBack(string status, string intent, string error, bool hasFailed)
    {
        var answer = await FetchAsync(StripeJsonSamples.Session(status: status, intent: StripeJsonSamples.Intent(intent, error)));

        Assert.Equal((PspVerdict.Succeeded, hasFailed, intent), (answer.Verdict, answer.Value!.IsAsyncFailed, answer.Value.IntentStatus));
    }

    [Fact]
    public async Task AnotherSession_IsNotBelieved() =>
        Assert.Equal((PspVerdict.Unknown, PspErrorCodes.BadAnswer), await VerdictAsync(StripeJsonSamples.Session(id: "cs_test_2")));

    [Fact]
    public async Task SessionOfTheOtherMode_IsNotBelieved() =>
        Assert.Equal((PspVerdict.Unknown, PspErrorCodes.BadAnswer), await VerdictAsync(StripeJsonSamples.Session().Replace("\"livemode\":false", "\"livemode\":true", StringComparison.Ordinal)));

    [Fact]
    public async Task ListThatHasMoreAfterNothing_IsNotBelieved()
    {
        await using var psp = new FakePsp(FakePsp.Answer(200, """{"object":"list","data":[],"has_more":true}"""));
        using var line = new PspLine(psp.Address);

        var answer = await line.Client.ListChargesAsync("pi_1", CancellationToken.None);

        Assert.Equal((PspVerdict.Unknown, 1), (answer.Verdict, psp.Requests));
    }

    [Fact]
    public async Task ListThatNeverEnds_IsGivenUp()
    {
        await using var psp = new FakePsp(FakePsp.Answer(200, $$"""{"object":"list","data":[{{StripeJsonSamples.Charge()}}],"has_more":true}"""));
        using var line = new PspLine(psp.Address);

        var answer = await line.Client.ListChargesAsync("pi_1", CancellationToken.None);

        Assert.Equal((PspVerdict.Unknown, 100), (answer.Verdict, psp.Requests));
        Assert.Contains("starting_after=ch_1", psp.LastRequest);
    }

    private static string Paid(string charge) =>
        StripeJsonSamples.Session(status: "complete", payment: "paid", intent: StripeJsonSamples.Intent("succeeded", latestCharge: charge));

    private static async Task<(PspVerdict, string?)> VerdictAsync(string json)
    {
        var answer = await FetchAsync(json);
        return (answer.Verdict, answer.Error?.Code);
    }

    private static async Task<PspAnswer<PspSession>> FetchAsync(string json)
    {
        await using var psp = new FakePsp(FakePsp.Answer(200, json));
        using var line = new PspLine(psp.Address);
        return await line.Client.FetchSessionAsync("cs_test_1", CancellationToken.None);
    }
}
