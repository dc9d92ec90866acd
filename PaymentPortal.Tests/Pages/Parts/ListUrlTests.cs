using PaymentPortal.Pages.Parts;

namespace PaymentPortal.Tests.Pages.Parts;

public sealed class ListUrlTests
{
    [Theory]
    [InlineData("http://x/payments?Status=failed&status=retrying&q=", "/payments?status=failed,retrying")]
    [InlineData("/payments?sort=-created&amount=gte:100.00&size=50", "/payments?amount=gte:100.00&size=50&sort=-created")]
    [InlineData("/payments?created.from=2026-11-01&created.to=2026-11-22", "/payments?created=2026-11-01..2026-11-22")]
    [InlineData("/payments?created.to=2026-11-22&created.from=", "/payments?created=..2026-11-22")]
    [InlineData("/payments#evt_1", "/payments")]
    [InlineData("http://x", "/")]
    public void Read_AnySpelling_GivesOneAddress(string uri, string address) => Assert.Equal(address, ListUrl.Read(uri).ToString());

    [Theory]
    [InlineData("status", "failed")]
    [InlineData("sort", "-amount")]
    [InlineData("size", "100")]
    public void With_AnyChange_DropsTheCursor(string key, string value)
    {
        var changed = ListUrl.Read("/payments?after=abc&q=anna").With(key, value);
        Assert.Null(changed[ListUrl.After]);
        Assert.Equal("anna", changed["q"]);
        Assert.Equal(value, changed[key]);
    }

    [Fact]
    public void With_NextCursor_KeepsTheFiltersAndLeavesThePreviousOne() =>
        Assert.Equal("/payments?after=def&q=anna", ListUrl.Read("/payments?before=abc&q=anna").With(ListUrl.After, "def").ToString());

    [Fact]
    public void Without_OneOfSeveralValues_KeepsTheOthers() =>
        Assert.Equal("/payments?status=retrying", ListUrl.Read("/payments?status=failed,retrying").Without("status", "failed").ToString());

    [Fact]
    public void Cleared_FilteredList_KeepsSortAndSize() =>
        Assert.Equal("/payments?size=50&sort=-created", ListUrl.Read("/payments?q=a&size=50&sort=-created&status=failed&after=x").Cleared().ToString());

    [Theory]
    [InlineData("?size=50", 50)]
    [InlineData("?size=7", 25)]
    [InlineData("?size=many", 25)]
    public void PageSize_OnlyOffersItsSizes(string query, int size) => Assert.Equal(size, ListUrl.Read("/payments" + query).PageSize);

    [Fact]
    public void Range_HalfOpen_GivesTheHalfThatIsThere() => Assert.Equal(("100.00", null), ListUrl.Read("/payments?amount=100.00..").Range("amount"));

    [Fact]
    public void ToString_HostileValue_StaysOneValue() =>
        Assert.Equal("a&b=c\"><script>", ListUrl.Read(ListUrl.Read("/payments").With("q", "a&b=c\"><script>").ToString())["q"]);
}
