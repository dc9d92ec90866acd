using PaymentPortal.Core.Common;
using PaymentPortal.Core.Payments;
using PaymentPortal.Pages.Parts;
using PaymentPortal.Pages.Payments;

namespace PaymentPortal.Tests.Pages.Payments;

public sealed class PaymentListAddressTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Address_OfEveryFilter_IsReadInFull()
    {
        var asked = Read("/payments?after=chk_1&amount=100..250.5&buyer=buyer-1&created=last_7d&currency=usd&has=dispute,refund&q=anna&ref=r-1&seller=s-1&size=50&sort=-amount&status=failed,needs_attention");

        Assert.Empty(asked.Notices);
        Assert.Equal((10_000L, 25_050L), (asked.Filter.AtLeast!.Value, asked.Filter.AtMost!.Value));
        Assert.Equal([PaymentState.Failed, PaymentState.NeedsAttention], asked.Filter.States);
        Assert.Equal(("buyer-1", "s-1", "r-1", "anna", "USD"), (asked.Filter.BuyerAccount, asked.Filter.Seller, asked.Filter.Reference, asked.Filter.Search, asked.Filter.Currency!.Code));
        Assert.Equal([PaymentSequel.Dispute, PaymentSequel.Refund], asked.Filter.Has);
        Assert.Equal(Now.AddDays(-7), asked.Filter.Created.From);
        Assert.Equal((PaymentSort.LargestFirst, new PagePlace(After: "chk_1"), 50), (asked.Sort, asked.Place, asked.Size));
    }

    [Fact]
    public void Address_WithoutAnything_FiltersNothing()
    {
        var asked = Read("/payments");

        Assert.True(asked.Filter.IsEmpty);
        Assert.Equal((PaymentSort.NewestFirst, PagePlace.First, 25), (asked.Sort, asked.Place, asked.Size));
    }

    [Theory]
    [InlineData("amount=gte:100.00&currency=USD", 10_000L, null)]
    [InlineData("amount=lte:100&currency=JPY", null, 100L)]
    [InlineData("amount=..1.5&currency=KWD", null, 1_500L)]
    [InlineData("amount=20&currency=USD", 2_000L, 2_000L)]
    public void Amounts_InAnySpelling_AreReadInTheirCurrency(string query, long? least, long? most)
    {
        var asked = Read("/payments?" + query);

        Assert.Empty(asked.Notices);
        Assert.Equal((least, most), (asked.Filter.AtLeast, asked.Filter.AtMost));
    }

    [Theory]
    [InlineData("amount=1.234..&currency=USD")]
    [InlineData("amount=abc..&currency=USD")]
    [InlineData("amount=-5..&currency=USD")]
    [InlineData("amount=5..")]
    [InlineData("sort=amount")]
    [InlineData("currency=XXY")]
    [InlineData("vendor=x")]
    [InlineData("has=luck")]
    public void Words_ThatCantBeRead_AreSaidAndDoNotFilter(string query)
    {
        var asked = Read("/payments?" + query);

        Assert.Single(asked.Notices);
        Assert.Null(asked.Filter.AtLeast);
        Assert.Equal(PaymentSort.NewestFirst, asked.Sort);
    }

    [Fact]
    public void End_AsTheCursorBefore_MeansTheLastPage() => Assert.True(Read("/payments?before=end").Place.IsLast);

    private static PaymentListAddress Read(string address) => PaymentListAddress.Read(ListUrl.Read(address), TimeZoneInfo.Utc, Now);
}
