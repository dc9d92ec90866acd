using PaymentPortal.Core.Payments;
using PaymentPortal.Core.Psp;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Payments;

public sealed class UnknownOutcomeTextTests
{
    private static readonly DateTimeOffset Failing = MadeDetails.Start.AddMinutes(7);

    [Fact]
    public void CreateWithoutAnswer_SaysThatAPageMayExist_AndThatAClickIsSafe()
    {
        var unknown = Assert.Single(UnknownOutcomes.Of(Made(token: null, calls: new UnknownCall("att_1", PaymentSteps.CreateSession, MadeDetails.Start, null))));

        Assert.Equal(("Whether the PSP has made the payment page.", Failing), (unknown.What, unknown.Since));
        Assert.Contains("under the same key", unknown.Safe, StringComparison.Ordinal);
        Assert.Contains("nothing is made twice", unknown.Safe, StringComparison.Ordinal);
    }

    [Fact]
    public void AbsentOnce_AndOldKeys_SaySo()
    {
        var once = Assert.Single(UnknownOutcomes.Of(Made(null, calls: new UnknownCall("att_1", PaymentSteps.CreateSession, MadeDetails.Start, MadeDetails.Start))));
        var old = Assert.Single(UnknownOutcomes.Of(Made("cs_1", error: null, calls: new UnknownCall("att_1", PaymentSteps.ExpireSession, MadeDetails.Start.AddHours(-23), null))));

        Assert.Contains("a minute later", once.Safe, StringComparison.Ordinal);
        Assert.Equal("Whether the PSP has closed the payment page.", old.What);
        Assert.Contains("too old", old.Safe, StringComparison.Ordinal);
    }

    [Fact]
    public void LookUpsThatFail_SayThatItIsNotKnownWhetherTheCustomerPaid()
    {
        var unknown = Assert.Single(UnknownOutcomes.Of(Made("cs_1")));

        Assert.Equal(("Whether the customer has paid.", Failing), (unknown.What, unknown.Since));
    }

    [Fact]
    public void WhatGoesWell_OrIsKnown_HasNoLine()
    {
        Assert.Empty(UnknownOutcomes.Of(Made("cs_1", error: null)));
        Assert.Empty(UnknownOutcomes.Of(Made("cs_1", error: null, calls: new UnknownCall("att_1", PaymentSteps.CreateSession, MadeDetails.Start, null))));
        Assert.Null(PaymentAnswers.Of(MadeDetails.Paid(), money => money.ToString()).Unknown);
    }

    private static PaymentDetails Made(string? token, string? error = "The PSP did not answer in time.", params UnknownCall[] calls)
    {
        var details = MadeDetails.Unknown(Failing, token, error);
        return details with { UnknownCalls = calls };
    }
}
