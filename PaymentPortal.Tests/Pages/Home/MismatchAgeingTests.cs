using System.Net;
using PaymentPortal.Core.Reconciliation;
using PaymentPortal.Pages.Home;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Pages.Home;

/// <summary>How old the mismatches are, on Home: a sentence, bars that lead to the list, and a table.</summary>
public sealed class MismatchAgeingTests(SeededPortal portal) : IClassFixture<SeededPortal>
{
    [Theory]
    [InlineData(0, 0, "Every mismatch is closed.")]
    [InlineData(1, 0, "1 mismatch is not closed, for less than 8 days.")]
    [InlineData(0, 1, "1 mismatch is not closed, for 8 days or more.")]
    [InlineData(3, 0, "3 mismatches are not closed, none of them for 8 days or more.")]
    [InlineData(0, 2, "2 mismatches are not closed, all of them for 8 days or more.")]
    [InlineData(1200, 34, "1,234 mismatches are not closed, 34 of them for 8 days or more.")]
    public void Finding_SaysHowManyAreOld(int young, int old, string sentence) =>
        Assert.Equal(sentence, AgeingWords.Finding(new Dictionary<MismatchAge, int> { [MismatchAge.TwoToThree] = young, [MismatchAge.EightAndMore] = old }));

    [Fact]
    public async Task Home_ShowsTheAges_LeadingToTheList_AndToThoseWhoMaySeeTheLedgerAlone()
    {
        await ReconSeed.AcceptedAsync(portal.Server.Services);
        using var finance = await portal.VisitorAsync(StaffRoles.Finance);
        using var support = await portal.VisitorAsync(StaffRoles.Support);

        var home = WebUtility.HtmlDecode((await finance.GetAsync("/")).Html);

        Assert.Contains(" not closed", home, StringComparison.Ordinal);
        Assert.Contains("href=\"/recon/mismatches?age=eightandmore\"", home, StringComparison.Ordinal);
        Assert.Contains("aria-label=\"Mismatches by age, table\"", home, StringComparison.Ordinal);
        Assert.DoesNotContain("data-testid=\"ageing\"", (await support.GetAsync("/")).Html, StringComparison.Ordinal);
    }
}
