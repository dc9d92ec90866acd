using System.Net;
using Microsoft.Extensions.DependencyInjection;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Payments.Refunds;
using PaymentPortal.Pages.Parts;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Pages;

/// <summary>Refunds and disputes as plain HTML: who sees what, and what stands on the pages.</summary>
public sealed class ReturnPagesTests(SeededPortal portal) : IClassFixture<SeededPortal>
{
    [Theory]
    [InlineData("/refunds")]
    [InlineData("/disputes")]
    public async Task List_IsOpenToEveryRole(string path)
    {
        foreach (var role in StaffRoles.All)
        {
            using var visitor = await portal.VisitorAsync(role);
            Assert.Equal((role, HttpStatusCode.OK), (role, (await visitor.GetAsync(path)).Status));
        }
    }

    [Fact]
    public async Task Payment_ThatIsRefunded_SaysSoAndOffersNoMore()
    {
        var payment = await ReturnSeed.PaidAsync(portal);
        var refund = await ReturnSeed.RefundAsync(portal.Server.Services, payment);
        using var visitor = await portal.VisitorAsync(StaffRoles.Finance);

        var page = await visitor.GetAsync($"/payments/{payment.Id}?tab=refunds");

        Assert.Contains("data-state=\"refunded\"", page.Html, StringComparison.Ordinal);
        Assert.Contains(refund.Value, page.Html, StringComparison.Ordinal);
        Assert.Contains("Nothing is left: all of it is refunded or about to be.", page.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Payments_AreFoundByTheRefundOrDisputeThatTheyHave()
    {
        var (refunded, disputed) = (await ReturnSeed.PaidAsync(portal), await ReturnSeed.PaidAsync(portal));
        await ReturnSeed.RefundAsync(portal.Server.Services, refunded);
        await ReturnSeed.DisputeAsync(portal.Server.Services, disputed);
        using var visitor = await portal.VisitorAsync(StaffRoles.Support);

        foreach (var (has, isRefunded, isDisputed) in new[] { ("refund", true, false), ("dispute", false, true), ("refund,dispute", true, true) })
        {
            var html = (await visitor.GetAsync("/payments?has=" + has)).Html;
            Assert.Equal((has, isRefunded, isDisputed), (has, html.Contains($"data-id=\"{refunded.Id}\"", StringComparison.Ordinal), html.Contains($"data-id=\"{disputed.Id}\"", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public async Task Refunds_SayWhoAskedForThem_AndAreFoundByHimAndByTheirAmount()
    {
        var payment = await ReturnSeed.PaidAsync(portal);
        var refund = await ReturnSeed.RefundAsync(portal.Server.Services, payment);
        var row = Assert.Single((await portal.Server.Services.GetRequiredService<RefundQueries>().ListAsync(new RefundFilter(About: refund.Value), new PagePlace(), 2, CancellationToken.None)).Rows);
        var (amount, above) = (new Money(row.Amount, Currency.Of(row.Currency)), new Money(row.Amount + 1, Currency.Of(row.Currency)));
        using var visitor = await portal.VisitorAsync(StaffRoles.Auditor);

        foreach (var (query, isThere) in new[] { ("", true), ($"&by={row.MadeBy}", true), ("&by=user:somebody", false), ($"&currency={row.Currency}&amount={amount}..{amount}", true), ($"&currency={row.Currency}&amount={above}..", false) })
        {
            var html = WebUtility.HtmlDecode((await visitor.GetAsync($"/refunds?q={refund}{query}")).Html);
            Assert.Equal((query, isThere), (query, html.Contains($"data-id=\"{refund}\"", StringComparison.Ordinal)));
            if (isThere) Assert.Contains("staff " + PpId.Shorten("seed-" + payment.Reference), html, StringComparison.Ordinal);
        }
        Assert.Contains("choose one", (await visitor.GetAsync("/refunds?amount=1..2")).Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dispute_ShowsTheSharesAndWarnsWhereItsTimeRunsOut()
    {
        var payment = await ReturnSeed.PaidAsync(portal);
        var dispute = await ReturnSeed.DisputeAsync(portal.Server.Services, payment);
        using var visitor = await portal.VisitorAsync(StaffRoles.Finance);

        var page = await visitor.GetAsync($"/disputes/{dispute}");
        var home = await visitor.GetAsync("/");
        var shown = await visitor.GetAsync($"/payments/{payment.Id}");

        Assert.Contains(payment.Seller, page.Html, StringComparison.Ordinal);
        Assert.Contains("held back", page.Html, StringComparison.Ordinal);
        Assert.Contains("out of time for evidence", home.Html, StringComparison.Ordinal);
        Assert.Contains("data-state=\"disputed\"", shown.Html, StringComparison.Ordinal);
        Assert.Contains("In dispute: the bank decides", shown.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dispute_ForWhoMayNotAct_HasItsActsClosedWithTheReason()
    {
        var dispute = await ReturnSeed.DisputeAsync(portal.Server.Services, await ReturnSeed.PaidAsync(portal));
        using var visitor = await portal.VisitorAsync(StaffRoles.Auditor);

        var page = await visitor.GetAsync($"/disputes/{dispute}");

        Assert.Contains("Needs the role Finance", page.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("data-testid=\"evidence-form\"", page.Html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/refunds/rfd_none")]
    [InlineData("/disputes/dsp_none")]
    public async Task Page_OfWhatIsNotThere_Is404(string path)
    {
        using var visitor = await portal.VisitorAsync(StaffRoles.Finance);

        Assert.Equal(HttpStatusCode.NotFound, (await visitor.GetAsync(path)).Status);
    }
}
