using PaymentPortal.Core.Common;

namespace PaymentPortal.Tests.Common;

public sealed class MomentRangeTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 23, 30, 0, TimeSpan.Zero);
    private static readonly TimeZoneInfo Tokyo = TimeZoneInfo.CreateCustomTimeZone("test", TimeSpan.FromHours(9), "test", "test");

    [Fact]
    public void Today_InAZoneAhead_IsTheViewersDay()
    {
        Assert.True(MomentRange.TryRead("today", Tokyo, Now, out var range));

        Assert.Equal(new DateTimeOffset(2026, 11, 23, 0, 0, 0, TimeSpan.FromHours(9)), range.From);
        Assert.Equal(new DateTimeOffset(2026, 11, 24, 0, 0, 0, TimeSpan.FromHours(9)), range.To);
    }

    [Theory]
    [InlineData("last_24h", 24)]
    [InlineData("last_7d", 168)]
    public void Last_CountsBackFromNow(string text, int hours)
    {
        Assert.True(MomentRange.TryRead(text, Tokyo, Now, out var range));

        Assert.Equal(new MomentRange(Now.AddHours(-hours), null), range);
    }

    [Fact]
    public void Days_AreInclusiveAtBothEnds()
    {
        Assert.True(MomentRange.TryRead("2026-11-01..2026-11-02", TimeZoneInfo.Utc, Now, out var range));

        Assert.Equal(new MomentRange(new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2026, 11, 3, 0, 0, 0, TimeSpan.Zero)), range);
    }

    [Theory]
    [InlineData("2026-11-05..", true)]
    [InlineData("..2026-11-05", true)]
    [InlineData("..", false)]
    [InlineData("2026-11-05..2026-11-01", false)]
    [InlineData("2026-13-01..", false)]
    [InlineData("9999-12-31..9999-12-31", false)]
    [InlineData("yesterday", false)]
    public void Text_ThatIsNoRange_IsNotRead(string text, bool isRead) => Assert.Equal(isRead, MomentRange.TryRead(text, TimeZoneInfo.Utc, Now, out _));

    [Fact]
    public void Floor_OfAMoment_SortsBelowItsIdsAndAboveEarlierOnes()
    {
        var before = Ids.New<CheckoutId>(new Support.ManualTime(Now.AddMilliseconds(-1))).Value;
        var at = Ids.New<CheckoutId>(new Support.ManualTime(Now)).Value;

        Assert.InRange(string.CompareOrdinal(Ids.Floor<CheckoutId>(Now), before), 1, int.MaxValue);
        Assert.InRange(string.CompareOrdinal(Ids.Floor<CheckoutId>(Now), at), int.MinValue, 0);
    }
}
