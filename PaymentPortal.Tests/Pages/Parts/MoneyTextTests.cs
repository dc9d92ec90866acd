using PaymentPortal.Core.Common;
using PaymentPortal.Pages.Parts;

namespace PaymentPortal.Tests.Pages.Parts;

public sealed class MoneyTextTests
{
    [Theory]
    [InlineData(123450, "USD", "1,234.50 USD")]
    [InlineData(-1250, "USD", "\u221212.50 USD")]
    [InlineData(1235, "JPY", "1,235 JPY")]
    [InlineData(1234, "KWD", "1.234 KWD")]
    [InlineData(0, "USD", "0.00 USD")]
    [InlineData(99999999999, "EUR", "999,999,999.99 EUR")]
    public void Of_AnyExponent_GroupsAndNamesTheCurrency(long minor, string currency, string text) =>
        Assert.Equal(text, MoneyText.Of(new Money(minor, Currency.Of(currency))));

    [Fact]
    public void Digits_MixedColumn_PutsThePointsAboveEachOther()
    {
        var column = new[] { ("KWD", 1234L), ("USD", 1250L), ("JPY", 12L) }.Select(row => MoneyText.Digits(new Money(row.Item2, Currency.Of(row.Item1)), 3)).ToArray();
        Assert.Equal(["1.234", "12.50\u2007", "12\u2008\u2007\u2007\u2007"], column);
    }
}
