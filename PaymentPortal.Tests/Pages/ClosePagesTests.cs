using System.IO.Compression;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using PaymentPortal.Core.Storage;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Pages;

/// <summary>Daily close and Exports as plain HTML, and their files.</summary>
public sealed class ClosePagesTests(SeededPortal portal) : IClassFixture<SeededPortal>
{
    [Fact]
    public async Task Day_FromItsProofToItsEvidence()
    {
        await CloseSeed.FillAsync(portal.Server.Services);
        using var finance = await portal.VisitorAsync(StaffRoles.Finance);
        var open = (await finance.GetAsync(CloseSeed.Path)).Html;
        Assert.Contains("One difference, with its name", open, StringComparison.Ordinal);
        Assert.Contains("""data-category="charge" data-equal="false""", open, StringComparison.Ordinal);
        Assert.Contains("/recon/mismatches/mm_", open, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Conflict, (await finance.GetAsync(CloseSeed.Path + "/evidence")).Status);

        await CloseSeed.CloseAsync(portal.Server.Services);
        await CloseSeed.PaidAsync(portal.Server.Services, "seedlate", SettlementRig.Day.AddHours(9));

        Assert.Contains("Closed and locked", (await finance.GetAsync(CloseSeed.Path)).Html, StringComparison.Ordinal);
        Assert.Contains("evidence-2026-11-20.zip", (await finance.GetAsync("/exports")).Html, StringComparison.Ordinal);
        var entry = await portal.Server.Services.GetRequiredService<WriteLane>().RunAsync(unit => unit.QueryFirst("SELECT entry_id FROM journal_entries WHERE source_id = 'ord_seedlate'", row => row.GetString(0)), CancellationToken.None);
        Assert.Contains("""<a href="/recon/close/2026-11-20">""", (await finance.GetAsync("/ledger/entries/" + entry)).Html, StringComparison.Ordinal);
        var file = await finance.GetAsync(CloseSeed.Path + "/evidence");
        using var zip = new ZipArchive(new MemoryStream(await file.Response.Content.ReadAsByteArrayAsync()));
        Assert.NotNull(zip.GetEntry("2026-11-20/manifest.sha256"));
        Assert.Equal(1, await portal.CountAuditAsync("evidence.export", "2026-11-20"));
        Assert.Contains(">Evidence<", (await finance.GetAsync("/exports")).Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_ForThoseWhoMayNotSeeTheLedger_ShowNothingOfIt()
    {
        using var support = await portal.VisitorAsync(StaffRoles.Support);
        var exports = (await support.GetAsync("/exports")).Html;
        Assert.Contains("/payments/export/csv", exports, StringComparison.Ordinal);
        Assert.DoesNotContain("/ledger/export", exports, StringComparison.Ordinal);
        foreach (var path in new[] { "/exports/statement?seller=seller-1&currency=USD", CloseSeed.Path + "/evidence" }) Assert.Equal(HttpStatusCode.Forbidden, (await support.GetAsync(path)).Status);
    }

    [Fact]
    public async Task Addresses_ThatMeanNothing_SayWhat()
    {
        using var auditor = await portal.VisitorAsync(StaffRoles.Auditor);
        Assert.Equal(HttpStatusCode.NotFound, (await auditor.GetAsync("/recon/close/2026-02-30")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await auditor.GetAsync("/recon/close/9999-01-01")).Status);
        Assert.Contains("is no day", (await auditor.GetAsync("/recon/close?until=yesterday")).Html, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await auditor.GetAsync("/recon/close?until=0001-01-01")).Status);
        Assert.Equal("/sellers/seller-1/statement/csv?currency=USD", (await auditor.GetAsync("/exports/statement?seller=seller-1&currency=usd&from=&to=")).Location);
        Assert.Equal(HttpStatusCode.BadRequest, (await auditor.GetAsync("/exports/statement?seller=a%20b&currency=USD")).Status);
    }
}
