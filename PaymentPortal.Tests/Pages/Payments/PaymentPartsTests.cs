using Bunit;
using PaymentPortal.Core.Psp;
using PaymentPortal.Pages.Parts;
using PaymentPortal.Pages.Payments;
using PaymentPortal.Tests.Pages.Parts;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Pages.Payments;

public sealed class PaymentPartsTests : PartsContext
{
    [Fact]
    public void MoneyStrip_OfABookedPayment_LinksItsFiguresAndSaysBalanced()
    {
        var strip = Render<PaymentMoneyStrip>(set => set.Add(part => part.Details, MadeDetails.Paid()));

        Assert.Equal("balanced", strip.Find("[data-testid=balanced]").GetAttribute("data-state"));
        Assert.Contains(strip.FindAll("a"), link => link.GetAttribute("href") == "/ledger/entries/jrn_2" && link.TextContent.Contains("0.66", StringComparison.Ordinal));
    }

    [Fact]
    public void MoneyStrip_OfADifference_ShowsItInsteadOfTheGoodNews()
    {
        var strip = Render<PaymentMoneyStrip>(set => set.Add(part => part.Details, MadeDetails.Paid() with { Entries = [] }));

        Assert.Equal("differs", strip.Find("[data-testid=balanced]").GetAttribute("data-state"));
    }

    [Fact]
    public void Raw_OfAPayment_HoldsNoLinkAndNoPersonalData()
    {
        var raw = PaymentRaw.Of(MadeDetails.Paid());

        Assert.Contains("\"checkout_id\": \"" + MadeDetails.Id.Value, raw, StringComparison.Ordinal);
        Assert.DoesNotContain("/pay/", raw, StringComparison.Ordinal);
        Assert.DoesNotContain("link_key", raw, StringComparison.Ordinal);
        Assert.DoesNotContain("a***@", raw, StringComparison.Ordinal);
    }

    [Fact]
    public void Empty_OfFilters_OffersToTakeEachAway()
    {
        var empty = Render<PaymentsEmpty>(set => set.Add(part => part.Url, ListUrl.Read("/payments?created=today&status=failed")).Add(part => part.IsFiltered, true));

        Assert.Equal(["/payments?created=today", "/payments?status=failed", "/payments?created=last_90d&status=failed", "/payments"], empty.FindAll("a").Select(link => link.GetAttribute("href")));
    }

    [Fact]
    public void Attempts_WithAnUnknownOutcome_SayWhatSinceWhenAndWhatIsSafe()
    {
        var since = MadeDetails.Start.AddMinutes(7);
        var tab = Render<PaymentAttemptsTab>(set => set.Add(part => part.Details, MadeDetails.Unknown(since, "cs_1")));
        var answer = Render<PpAnswer>(set => set.Add(part => part.What, "x").Add(part => part.Effect, PaymentPortal.Core.Common.MoneyEffect.Unknown)
            .Add(part => part.Unknown, "Whether the customer has paid.").Add(part => part.Since, since).Add(part => part.Safe, "Wait."));

        foreach (var unknown in new[] { tab.Find("[data-testid=unknown]"), answer.Find("[data-testid=answer-unknown]") })
        {
            Assert.Contains("Whether the customer has paid.", unknown.TextContent, StringComparison.Ordinal);
            Assert.Contains("Wait", unknown.TextContent, StringComparison.Ordinal);
            Assert.Equal("2026-11-22T09:07:00.000Z", unknown.QuerySelector("time")!.GetAttribute("datetime"));
        }
    }

    [Fact]
    public void Call_InDetail_ShowsBothBodiesAndTheTimeItTook()
    {
        var call = Render<PspTalkDetail>(set => set.Add(part => part.Line, MadeDetails.Call(1, PspVerdict.Succeeded)));

        Assert.Contains("200 after 120 ms", call.Markup, StringComparison.Ordinal);
        Assert.Single(call.FindAll("pre"));
    }
}
