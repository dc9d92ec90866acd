using PaymentPortal.Core.Ledger;
using PaymentPortal.Pages.Payments;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Pages.Payments;

public sealed class PaymentSumsTests
{
    [Fact]
    public void Sums_OfAPaidPayment_ComeFromItsEntries()
    {
        var sums = PaymentSums.Of(MadeDetails.Paid()).ToDictionary(sum => sum.Label, sum => sum.Amount);

        Assert.Equal(MadeDetails.Usd(1250), sums["Paid"]);
        Assert.Equal(MadeDetails.Usd(66), sums["PSP fee"]);
        Assert.Equal(MadeDetails.Usd(31), sums["Platform fee"]);
        Assert.Equal(MadeDetails.Usd(1219), sums["To sellers"]);
        Assert.False(sums.ContainsKey("In suspense"));
    }

    [Fact]
    public void Sums_OfMoneyInSuspense_ShowItUntilItIsAccepted()
    {
        var suspense = MadeDetails.Entry("jrn_1", EntryKind.Suspense, "cs_1", ("psp:clearing", 1250), ("suspense", -1250));
        var accepted = MadeDetails.Entry("jrn_2", EntryKind.SuspenseAccepted, "ord_1", ("suspense", 1250), ("seller:seller-1:payable", -1250));

        Assert.Equal(MadeDetails.Usd(1250), PaymentSums.Of(MadeDetails.Open() with { Entries = [suspense] }).Single(sum => sum.Label == "In suspense").Amount);
        Assert.DoesNotContain(PaymentSums.Of(MadeDetails.Open() with { Entries = [suspense, accepted] }), sum => sum.Label == "In suspense");
    }

    [Fact]
    public void Sums_OfAnUnpaidPayment_AreNoneButWhatWasRequested() =>
        Assert.Equal(["Requested"], PaymentSums.Of(MadeDetails.Open()).Where(sum => sum.Amount is not null).Select(sum => sum.Label));

    [Fact]
    public void Difference_WhereBooksAndOrdersAgree_IsNone() => Assert.Null(PaymentSums.Difference(MadeDetails.Paid()));

    [Fact]
    public void Difference_OfAnOrderMarkedWithoutAnEntry_IsSaid() =>
        Assert.Equal("The orders' marks and the entries differ", PaymentSums.Difference(MadeDetails.Paid() with { Entries = [] }));

    [Fact]
    public void Difference_OfAnEntryThatDoesNotBalance_IsSaid() =>
        Assert.Equal("An entry does not balance", PaymentSums.Difference(MadeDetails.Open() with { Entries = [MadeDetails.Entry("jrn_1", EntryKind.PayIn, "ord_1", ("psp:clearing", 5), ("suspense", -4))] }));
}
