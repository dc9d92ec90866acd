using Bunit;
using Microsoft.Extensions.DependencyInjection;
using PaymentPortal.Core.Common;
using PaymentPortal.Pages;
using PaymentPortal.Pages.Parts;

namespace PaymentPortal.Tests.Pages.Parts;

public sealed class ValuePartTests : PartsContext
{
    [Fact]
    public void Money_Known_CarriesMinorUnitsAndCode()
    {
        var money = Render<PpMoney>(part => part.Add(p => p.Value, new Money(-1250, Currency.Of("USD")))).Find("[data-testid=money]");
        Assert.Equal("-1250", money.GetAttribute("data-minor"));
        Assert.Equal("\u221212.50 USD", money.TextContent);
    }

    [Fact]
    public void Money_Unknown_IsADashAndNeverZero()
    {
        var part = Render<PpMoney>(p => p.Add(money => money.Value, null));
        Assert.DoesNotContain("0", part.Find(".pp-money").TextContent);
        Assert.Contains("not known", part.Find(".pp-sr").TextContent);
    }

    [Fact]
    public void Time_InAList_NamesZoneAndDistanceForEverybody()
    {
        var time = Render<PpTime>(part => part.Add(p => p.At, Now.AddMinutes(-41))).Find("time");
        Assert.Equal("2026-11-22T09:19:00.000Z", time.GetAttribute("datetime"));
        Assert.Equal("22 Nov 09:19 UTC, 41 min ago", time.TextContent);
        Assert.Equal("22 Nov 2026 09:19:00 UTC · 2026-11-22T09:19:00Z · 41 min ago", time.GetAttribute("title"));
    }

    [Fact]
    public void Time_OtherZone_ChangesTheTextAndNotTheMoment()
    {
        Services.GetRequiredService<ViewerClock>().UseZone("Asia/Tokyo");
        var time = Render<PpTime>(part => part.Add(p => p.At, Now).Add(p => p.Detail, true)).Find("time");
        Assert.Equal("2026-11-22T10:00:00.000Z", time.GetAttribute("datetime"));
        Assert.Contains("22 Nov 2026 19:00:00 Asia/Tokyo", time.TextContent);
    }

    [Theory]
    [InlineData(0, "just now")]
    [InlineData(-42, "42 s ago")]
    [InlineData(240, "in 4 min")]
    [InlineData(-7200, "2 h ago")]
    [InlineData(-864000, "10 d ago")]
    public void Time_AnyDistance_ReadsAsAPersonSaysIt(int seconds, string text) =>
        Assert.Equal(text, Services.GetRequiredService<ViewerClock>().Relative(Now.AddSeconds(seconds)));

    [Fact]
    public void Id_Long_IsShortenedButCopiedWhole()
    {
        const string id = "chk_01JC8QZK5N7V9X3W2T4R6M8P7Q";
        var part = Render<PpId>(p => p.Add(one => one.Value, id).Add(one => one.Kind, "payment id").Add(one => one.Href, "/payments/" + id));
        Assert.Equal("chk_01JC…8P7Q", part.Find("a").TextContent);
        Assert.Equal(id, part.Find("button").GetAttribute("data-pp-copy"));
        Assert.Equal("Copy payment id " + id, part.Find("button").GetAttribute("aria-label"));
    }

    [Theory]
    [InlineData(ChipState.DeadLettered, "dead-lettered", "Dead-lettered")]
    [InlineData(ChipState.RequiresAction, "requires-action", "Needs customer")]
    [InlineData(ChipState.PartlyRefunded, "partly-refunded", "Partly refunded")]
    public void State_Always_SaysTheWordBesideTheColour(ChipState state, string word, string label)
    {
        var chip = Render<PpState>(part => part.Add(p => p.State, state)).Find(".pp-chip");
        Assert.Equal(word, chip.GetAttribute("data-state"));
        Assert.Equal(label, chip.TextContent);
    }
}
