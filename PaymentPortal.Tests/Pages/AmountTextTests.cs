using PaymentPortal.Pages.Parts;

namespace PaymentPortal.Tests.Pages;

public sealed class AmountTextTests
{
    [Theory]
    [InlineData("2000", "USD", "2000.00")]
    [InlineData(" 12.5 ", "USD", "12.50")]
    [InlineData("12.", "USD", "12.00")]
    [InlineData("12.5", "KWD", "12.500")]
    [InlineData("2000", "JPY", "2000")]
    [InlineData("12.505", "USD", "12.505")]
    [InlineData("1,000", "USD", "1,000")]
    [InlineData("-5", "USD", "-5")]
    [InlineData("1.2.3", "USD", "1.2.3")]
    [InlineData("", "USD", "")]
    [InlineData("12", "dollars", "12")]
    public void Amount_AsTyped_GetsTheDecimalsThatWereLeftOutAndNoOthers(string typed, string currency, string completed) => Assert.Equal(completed, AmountText.Complete(typed, currency));
}
