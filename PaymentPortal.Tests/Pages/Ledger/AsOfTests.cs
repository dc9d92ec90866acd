using PaymentPortal.Pages.Ledger;

namespace PaymentPortal.Tests.Pages.Ledger;

public sealed class AsOfTests
{
    private static readonly TimeZoneInfo Ahead = TimeZoneInfo.CreateCustomTimeZone("ahead", TimeSpan.FromHours(9), "ahead", "ahead");

    [Fact]
    public void Minute_IsOfTheViewersZone()
    {
        Assert.True(AsOf.TryRead("2026-11-22T10:30", Ahead, out var moment));

        Assert.Equal(new DateTimeOffset(2026, 11, 22, 1, 30, 0, TimeSpan.Zero), moment);
        Assert.Equal("2026-11-22T10:30", AsOf.Write(moment!.Value, Ahead));
    }

    [Fact]
    public void Day_MeansItsEnd()
    {
        Assert.True(AsOf.TryRead("2026-11-22", TimeZoneInfo.Utc, out var moment));

        Assert.Equal(new DateTimeOffset(2026, 11, 23, 0, 0, 0, TimeSpan.Zero).AddMicroseconds(-1), moment);
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData("", true)]
    [InlineData("last tuesday", false)]
    public void Text_ThatIsNoMoment_IsSaid(string? text, bool isRead)
    {
        Assert.Equal(isRead, AsOf.TryRead(text, TimeZoneInfo.Utc, out var moment));
        Assert.Null(moment);
    }
}
