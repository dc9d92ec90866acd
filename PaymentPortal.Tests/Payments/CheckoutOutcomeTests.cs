using PaymentPortal.Core.Payments;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Psp;

namespace PaymentPortal.Tests.Payments;

public sealed class CheckoutOutcomeTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);
    private static readonly BuyerFacts Running = new(PaymentOrderStatus.Executing, null, 0, IsHeldForFinance: false, AtPsp(), null);

    public static TheoryData<BuyerState, BuyerFacts> Table => new()
    {
        { BuyerState.Payable, new BuyerFacts(PaymentOrderStatus.NotStarted, null, 0, false, null, null) },
        { BuyerState.Expired, new BuyerFacts(PaymentOrderStatus.NotStarted, MoveCause.CheckoutEnded, 0, false, null, null) },
        { BuyerState.Canceled, new BuyerFacts(PaymentOrderStatus.NotStarted, MoveCause.Canceled, 0, false, null, null) },
        { BuyerState.Payable, Running },
        { BuyerState.Declined, Running with { LastDecline = "generic_decline", Declines = 1 } },
        { BuyerState.Declined, Running with { LastDecline = "insufficient_funds", Declines = 4 } },
        { BuyerState.CardUnusable, Running with { LastDecline = "stolen_card" } },
        { BuyerState.BankCheckUnfinished, Running with { Newest = AtPsp() with { IsBankCheckOpen = true }, LastDecline = "generic_decline" } },
        { BuyerState.Declined, Running with { Newest = AtPsp() with { State = AttemptState.SessionExpired }, LastDecline = "generic_decline" } },
        { BuyerState.Payable, Running with { Newest = AtPsp() with { State = AttemptState.SessionExpired } } },
        { BuyerState.Starting, Running with { Newest = Unmade(TimeSpan.FromSeconds(9)) } },
        { BuyerState.CouldNotStart, Running with { Newest = Unmade(TimeSpan.FromSeconds(10)) } },
        { BuyerState.CouldNotStart, Running with { Newest = Unmade(TimeSpan.FromHours(2)) } },
        { BuyerState.CouldNotStart, Running with { Newest = Unmade(TimeSpan.Zero) with { State = AttemptState.Rejected } } },
        { BuyerState.Processing, Running with { Newest = Back(TimeSpan.FromSeconds(9)) } },
        { BuyerState.ProcessingLong, Running with { Newest = Back(TimeSpan.FromSeconds(10)) } },
        { BuyerState.Unknown, Running with { Newest = Back(TimeSpan.FromSeconds(60)) } },
        { BuyerState.Unknown, Running with { Newest = Back(TimeSpan.FromHours(1)), WantedEnd = MoveCause.CheckoutEnded } },
        { BuyerState.Payable, Running with { Newest = Back(TimeSpan.FromSeconds(60)) with { SeenAt = Now } } },
        { BuyerState.Processing, Running with { Newest = AtPsp() with { CompletedAt = Now, SeenAt = Now } } },
        { BuyerState.Unknown, Running with { Newest = Back(TimeSpan.FromSeconds(60)) with { CompletedAt = Now, SeenAt = Now } } },
        { BuyerState.Processing, Running with { Newest = AtPsp() with { State = AttemptState.Paid, CompletedAt = Now } } },
        { BuyerState.Closing, Running with { WantedEnd = MoveCause.Canceled } },
        { BuyerState.Closing, Running with { WantedEnd = MoveCause.TooManyDeclines, Declines = RetryDefaults.BuyerCap } },
        { BuyerState.Canceled, Running with { WantedEnd = MoveCause.Canceled, Newest = Unmade(TimeSpan.Zero) } },
        { BuyerState.TooManyDeclines, Running with { WantedEnd = MoveCause.TooManyDeclines, Newest = AtPsp() with { State = AttemptState.SessionExpired } } },
        { BuyerState.Held, Running with { IsHeldForFinance = true, Newest = AtPsp() with { State = AttemptState.Paid } } },
        { BuyerState.Held, Running with { Status = PaymentOrderStatus.Expired, IsHeldForFinance = true } },
        { BuyerState.Paid, Running with { Status = PaymentOrderStatus.Success, IsHeldForFinance = true } },
        { BuyerState.Expired, Running with { Status = PaymentOrderStatus.Expired } },
        { BuyerState.Canceled, Running with { Status = PaymentOrderStatus.Canceled } },
        { BuyerState.TooManyDeclines, Running with { Status = PaymentOrderStatus.Failed, Declines = RetryDefaults.BuyerCap } },
        { BuyerState.Failed, Running with { Status = PaymentOrderStatus.Failed, Declines = 1 } },
    };

    [Theory]
    [MemberData(nameof(Table), DisableDiscoveryEnumeration = true)]
    public void Of_Facts_PicksTheRow(BuyerState expected, BuyerFacts facts) => Assert.Equal(expected, CheckoutOutcome.Of(facts, Now));

    [Fact]
    public void Of_BuyerNeverSentToThePsp_NeverSaysUnknown()
    {
        var neverSent =
            from status in Enum.GetValues<PaymentOrderStatus>()
            from state in new[] { AttemptState.Open, AttemptState.Rejected, AttemptState.Abandoned }
            from seconds in new[] { 0, 9, 10, 60, 7200 }
            from wanted in new MoveCause?[] { null, MoveCause.CheckoutEnded, MoveCause.Canceled }
            select new BuyerFacts(status, wanted, 0, false, Unmade(TimeSpan.FromSeconds(seconds)) with { State = state }, null);
        Assert.DoesNotContain(neverSent, facts => CheckoutOutcome.Of(facts, Now) is BuyerState.Unknown or BuyerState.Processing or BuyerState.ProcessingLong or BuyerState.Closing);
    }

    [Fact]
    public void MayPay_WhileAPaymentMayBeUnderWay_IsFalse() =>
        Assert.DoesNotContain(Enum.GetValues<BuyerState>(), state => state.MayPay() && (state.IsWaiting() || state is BuyerState.Paid or BuyerState.Held));

    [Theory]
    [InlineData("lost_card")]
    [InlineData("stolen_card")]
    [InlineData("fraudulent")]
    [InlineData("something_new")]
    [InlineData(null)]
    public void Heading_CodeThatHintsAtTheftOrIsUnknown_StaysGeneral(string? code) => Assert.Equal("Your bank said no", PspErrorCatalogue.FindDecline(null, code).CustomerHeading);

    [Fact]
    public void Reference_SpokenBack_NamesTheEndOfTheId()
    {
        var checkout = new Core.Common.CheckoutId("chk_01JC8Q0000000000007Q4K92XD");
        Assert.Equal("PP-7Q4K-92XD", BuyerReference.Of(checkout));
        Assert.Equal("7Q4K92XD", BuyerReference.ToIdEnding(" pp-7q4k-92xd "));
        Assert.Null(BuyerReference.ToIdEnding("7Q4K92XD"));
    }

    private static AttemptFacts AtPsp() => new(AttemptState.Open, HasSession: true, IsBankCheckOpen: false, Now.AddMinutes(-5));

    private static AttemptFacts Unmade(TimeSpan age) => new(AttemptState.Open, HasSession: false, IsBankCheckOpen: false, Now - age);

    private static AttemptFacts Back(TimeSpan ago) => AtPsp() with { ReturnedAt = Now - ago, SeenAt = Now.AddMinutes(-3) < Now - ago ? Now.AddMinutes(-3) : Now - ago - TimeSpan.FromSeconds(1) };
}
