using Bunit;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Psp;
using PaymentPortal.Pages.Parts;

namespace PaymentPortal.Tests.Pages.Parts;

public sealed class AnswerPartTests : PartsContext
{
    [Fact]
    public void Answer_CodeNotInTheCatalogue_ShowsTheCodeAndIsNeverBlank() =>
        Assert.Equal("ledger_post_failed – not in the catalogue", Render<PpAnswer>(part => part
            .Add(p => p.What, null).Add(p => p.Effect, MoneyEffect.None).Add(p => p.Code, "ledger_post_failed")).Find(".pp-answer-what").TextContent);

    [Theory]
    [InlineData(MoneyEffect.None, "No money has moved")]
    [InlineData(MoneyEffect.Taken, "12.50 USD taken")]
    [InlineData(MoneyEffect.Unknown, "Unknown – do not redrive before asking the PSP")]
    public void Answer_EachEffect_SaysWhatHappenedToMoney(MoneyEffect effect, string text)
    {
        var money = Render<PpAnswer>(part => part.Add(p => p.What, "x").Add(p => p.Effect, effect).Add(p => p.Amount, new Money(1250, Currency.Of("USD"))))
            .Find("[data-testid=answer-money]");
        Assert.Equal(text, money.TextContent);
        Assert.Equal(effect.ToString().ToLowerInvariant(), money.GetAttribute("data-effect"));
    }

    [Theory]
    [InlineData("refund", 1, null, "whether the PSP has taken the refund's money.", "repeated by itself under the same key")]
    [InlineData("transfer-2", 1, 1, "whether the money has reached the seller's account at the PSP.", "when it says so again a minute later")]
    [InlineData("transfer-back", 1, null, "whether the money is back from the seller's account.", "repeated by itself under the same key")]
    [InlineData("payout-cancel", 1, null, "whether the PSP has cancelled the payout.", "repeated by itself under the same key")]
    [InlineData("payout", 24, null, "whether the PSP has sent the payout to the bank.", "its key is too old to be sent again")]
    public void UnknownCall_SaysWhatSinceWhenAndWhatIsSafe(string step, int sentHoursAgo, int? absentHoursAgo, string what, string settles)
    {
        var call = new UnknownCall("out_1", step, Now.AddHours(-sentHoursAgo), absentHoursAgo is { } hours ? Now.AddHours(-hours) : null);

        var text = Render<PpUnknownCalls>(part => part.Add(p => p.Calls, [call])).Find(".pp-banner").TextContent;

        Assert.Contains($"Not known: {what}", text, StringComparison.Ordinal);
        Assert.Contains(settles, text, StringComparison.Ordinal);
        Assert.Contains("Do it no other way before it is known", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Error_Always_SaysWhatWasSafeAndOffersAWayOn()
    {
        var part = Render<PpError>(p => p.Add(error => error.Text, "The payments could not be read.").Add(error => error.RetryHref, "/payments?q=a"));
        Assert.Equal("alert", part.Find(".pp-banner").GetAttribute("role"));
        Assert.Contains("Nothing was changed.", part.Markup);
        Assert.Equal("/payments?q=a", part.Find("a").GetAttribute("href"));
    }

    [Fact]
    public void Timeline_GapsAndTheFuture_AreMarked()
    {
        var part = Render<PpTimeline>(p => p.Add(timeline => timeline.Items,
        [
            new TimelineItem("evt_1", Now.AddMinutes(-10), "card", "Created"),
            new TimelineItem("evt_2", Now.AddMinutes(-10).AddSeconds(3.2), "alert", "Timed out") { Times = 7 },
            new TimelineItem("evt_3", Now.AddMinutes(4), "clock", "Attempt 4 of 8"),
        ]));
        var items = part.FindAll("li");
        Assert.Contains("+3.2 s", items[1].TextContent);
        Assert.Contains("7 times", items[1].TextContent);
        Assert.Contains("+13 min", items[2].QuerySelector(".pp-gap-long")!.TextContent);
        Assert.Contains("pp-future", items[2].ClassName);
        Assert.Equal("evt_2", items[1].Id);
    }
}
