using PaymentPortal.Core.Analytics;
using PaymentPortal.Core.Common;
using PaymentPortal.Pages.Home;

namespace PaymentPortal.Tests.Pages.Home;

/// <summary>Home's figures: currencies apart, shares cut and never rounded up, a week compared with the one before.</summary>
public sealed class FigureBoardTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 22, 0, 0, 0, TimeSpan.Zero);
    private static readonly FigurePeriod Day = FigurePeriod.Of("24h");

    [Theory]
    [InlineData(0, 0, "–")]
    [InlineData(0, 3, "0.0 %")]
    [InlineData(2, 3, "66.6 %")]
    [InlineData(9996, 10000, "99.9 %")]
    [InlineData(5, 5, "100.0 %")]
    public void Share_IsCut(long part, long whole, string text) => Assert.Equal(text, FigureBoard.Share(part, whole));

    [Theory]
    [InlineData(150, 100, "+50 %")]
    [InlineData(50, 100, "−50 %")]
    [InlineData(100, 100, "+0 %")]
    [InlineData(100, 0, "")]
    public void Change_AgainstAWeekEarlier_IsInPercent(long now, long before, string text) => Assert.Equal(text, FigureBoard.Change(Usd(now), Usd(before)));

    [Fact]
    public void Board_OfTwoCurrencies_KeepsAmountsApartAndAddsCounts()
    {
        var now = Span([Step(0, "USD", 3, 1, 1000), Step(0, "JPY", 1, 0, 500), Step(5, "USD", 1, 0, 200)], [new FigureReason("insufficient_funds", 4)]);

        var board = FigureBoard.Of(now, Span([Step(0, "USD", 1, 0, 600)], []), Day, null);

        Assert.Equal(["JPY 500", "USD 12.00"], board.Lines.Select(line => $"{line.Currency} {line.Volume}"));
        Assert.Equal(24, board.Columns.Count);
        Assert.Equal((4L, 1L), (board.Columns[0].Succeeded, board.Columns[0].Failed));
        Assert.Equal(1200, board.Lines[1].Steps.Sum());
        Assert.Equal("6.00", board.Lines[1].Before.ToString());
        Assert.Equal("5 of 6 payments that ended were paid, 83.3 %. Cards were declined mostly for insufficient_funds (4).", board.Finding);
    }

    [Fact]
    public void Board_OfOneCurrency_DrawsOnlyIt()
    {
        var now = Span([Step(0, "USD", 3, 1, 1000), Step(0, "JPY", 1, 0, 500)], []);

        var board = FigureBoard.Of(now, Span([], []), Day, "JPY");

        Assert.Equal(1, board.Columns.Sum(column => column.Total));
        Assert.Equal(2, board.Lines.Count);
    }

    [Fact]
    public void Board_WithNothingInIt_SaysSo()
    {
        var board = FigureBoard.Of(Span([], []), Span([], []), Day, null);

        Assert.Empty(board.Lines);
        Assert.Equal("No payment has ended in this time.", board.Finding);
    }

    private static FigureSpan Span(IReadOnlyList<FigureStep> steps, IReadOnlyList<FigureReason> reasons) => new(Start, Start + Day.Length, Day.Step, steps, reasons);

    private static FigureStep Step(int hour, string code, long succeeded, long failed, long volume) =>
        new(Start.AddHours(hour), Currency.Of(code), succeeded + failed, succeeded, failed, 0, 0, new Money(volume, Currency.Of(code)));

    private static Money Usd(long minor) => new(minor, Currency.Of("USD"));
}
