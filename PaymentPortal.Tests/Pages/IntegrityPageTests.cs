using System.Net;
using Microsoft.Extensions.DependencyInjection;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Pages;

/// <summary>The Integrity page as plain HTML, and where red shows besides.</summary>
public sealed class IntegrityPageTests
{
    [Fact]
    public async Task BrokenRule_ShowsOnThePageWithItsRowsAndOnHomeAndHealth()
    {
        await using var portal = await PortalServer.StartAsync();
        foreach (var role in new[] { StaffRoles.Auditor, StaffRoles.Support }) await portal.AddStaffAsync(SeededPortal.Email(role), role);
        var watch = portal.Services.GetRequiredService<IntegrityWatch>();
        await watch.PassAsync(CancellationToken.None);
        using var auditor = portal.Visitor();
        await auditor.SignInAsync(SeededPortal.Email(StaffRoles.Auditor));
        var green = (await auditor.GetAsync("/integrity")).Html;
        Assert.Contains("The books prove themselves", green, StringComparison.Ordinal);
        foreach (var (code, why) in new[] { ("psp-books", "it asks the PSP for its balance"), ("quiet-01", "work may be under way"), ("quiet-05", "work may be under way") })
            Assert.Matches($"<tr data-id=\"{code}\">(?:(?!</tr>).)*Not checked(?:(?!</tr>).)*{why}", green.ReplaceLineEndings(" "));

        await portal.BreakBooksAsync();

        var page = (await auditor.GetAsync("/integrity")).Html;
        Assert.Contains("The books do not prove themselves", page, StringComparison.Ordinal);
        Assert.Contains("""<a href="/ledger/entries/jrn_lonely01">jrn_lonely01</a>""", page, StringComparison.Ordinal);
        Assert.Contains("What to do", page, StringComparison.Ordinal);
        Assert.Contains("""href="/integrity">Integrity</a>""", (await auditor.GetAsync("/")).Html, StringComparison.Ordinal);
        Assert.Contains("The books do not prove themselves: ", (await auditor.GetAsync("/admin/health")).Html, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await auditor.GetAsync("/health/ready")).Status);
        Assert.Contains(portal.Log, line => line.Contains("ALARM: the books no longer prove themselves: ledger-01", StringComparison.Ordinal));
        using var support = portal.Visitor();
        await support.SignInAsync(SeededPortal.Email(StaffRoles.Support));
        Assert.Equal(HttpStatusCode.OK, (await support.GetAsync("/integrity")).Status);
    }
}
