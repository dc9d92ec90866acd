using System.Diagnostics.Metrics;
using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using PaymentPortal.Core.Payments;
using PaymentPortal.Core.Storage;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Pages;

/// <summary>The operator's pages as plain HTML: what a reader without scripts, a crawler of links or a test of rights sees.</summary>
public sealed partial class PaymentPagesTests(SeededPortal portal) : IClassFixture<SeededPortal>
{
    [Fact]
    public async Task List_WithoutScripts_HasTwentyFiveRowsAndTheCount()
    {
        using var visitor = await portal.VisitorAsync(StaffRoles.Support);

        var page = await visitor.GetAsync("/payments");

        Assert.Equal(25, TableRow().Count(page.Html));
        Assert.Contains("240 <span class=\"pp-sr\">payments</span>", page.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_NextLink_LeadsToTheRowsThatFollow()
    {
        using var visitor = await portal.VisitorAsync(StaffRoles.Support);

        var first = await visitor.GetAsync("/payments?status=succeeded");
        var second = await visitor.GetAsync(WebUtility.HtmlDecode(NextLink().Match(first.Html).Groups["href"].Value));

        var paid = portal.Payments.Reverse().Where(payment => payment.Shape == SeedShape.Paid).Select(payment => payment.Id.Value).ToList();
        Assert.Empty(Ids(second.Html));
        Assert.Equal(paid, Ids(first.Html));
    }

    [Fact]
    public async Task List_ByFiltersTogether_ShowsWhatMatchesAll()
    {
        using var visitor = await portal.VisitorAsync(StaffRoles.Auditor);

        var page = await visitor.GetAsync("/payments?amount=100..&created=last_30d&currency=USD&status=succeeded,failed");

        var expected = portal.Payments.Reverse().Where(payment => payment.Total.Currency.Code == "USD" && payment.Total.Minor >= 10_000 && payment.Shape is SeedShape.Paid or SeedShape.Failed && payment.Total.Currency.Code == "USD" && payment.Total.Minor >= 10_000);
        Assert.Equal(expected.Select(payment => payment.Id.Value), Ids(page.Html));
    }

    [Theory]
    [InlineData("/payments?colour=red", "“colour” is no filter")]
    [InlineData("/payments?amount=5..", "choose one")]
    [InlineData("/payments?status=happy", "“happy” is no status")]
    [InlineData("/payments?created=yesterday", "no span of time")]
    public async Task List_OfAnAddressItCantRead_SaysWhat(string path, string notice)
    {
        using var visitor = await portal.VisitorAsync(StaffRoles.Support);

        Assert.Contains(notice, WebUtility.HtmlDecode((await visitor.GetAsync(path)).Html), StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_WithoutAMatch_NamesTheFiltersAndKeepsThePager()
    {
        using var visitor = await portal.VisitorAsync(StaffRoles.Support);

        var page = await visitor.GetAsync("/payments?ref=nobody&status=failed");

        var html = WebUtility.HtmlDecode(page.Html);
        Assert.Contains("No payment matches status “Failed”, reference “nobody”", html, StringComparison.Ordinal);
        Assert.Contains("Remove reference", html, StringComparison.Ordinal);
        Assert.Contains("class=\"pp-pager\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_OneVisit_ReadsOneList()
    {
        using var visitor = await portal.VisitorAsync(StaffRoles.Support);
        using var lists = new ListCounter();

        await visitor.GetAsync("/payments?buyer=buyer-1");

        Assert.Equal(1, lists.Count);
    }

    [Theory]
    [InlineData("/payments", "Support Finance Auditor Admin")]
    [InlineData("/payments/export/csv", "Support Finance Auditor Admin")]
    [InlineData("/ledger", "Finance Auditor")]
    [InlineData("/ledger/entries", "Finance Auditor")]
    [InlineData("/recon", "Finance Auditor")]
    [InlineData("/recon/mismatches", "Finance Auditor")]
    [InlineData("/recon/fees", "Finance Auditor")]
    [InlineData("/recon/fees/export/csv?month=2026-11", "Finance Auditor")]
    [InlineData("/recon/mismatches/act", "Finance")]
    [InlineData("/recon/close", "Finance Auditor")]
    [InlineData("/exports", "Support Finance Auditor Admin")]
    [InlineData("/ledger/export/csv", "Finance Auditor")]
    [InlineData("/admin/api-keys", "Auditor Admin")]
    public async Task Page_ByRole_OpensForItsHoldersOnly(string path, string holders)
    {
        foreach (var role in StaffRoles.All)
        {
            using var visitor = await portal.VisitorAsync(role);
            var page = await visitor.GetAsync(path);
            var isOpen = page.Status == HttpStatusCode.OK && !page.Html.Contains("data-kind=\"notallowed\"", StringComparison.Ordinal);
            Assert.True(isOpen == holders.Split(' ').Contains(role), $"{role} at {path}: {page.Status}");
        }
    }

    [Theory]
    [InlineData("?status=succeeded")]
    [InlineData("?currency=JPY&size=100&sort=-amount")]
    public async Task Export_OfAList_HoldsAllItsRowsInItsOrder(string query)
    {
        using var visitor = await portal.VisitorAsync(StaffRoles.Support);

        var list = await visitor.GetAsync("/payments" + query);
        var file = await visitor.GetAsync("/payments/export/csv" + query);

        Assert.Equal(Ids(list.Html), file.Html.Split("\r\n")[1..^1].Select(line => line.Split(',')[0]));
        Assert.StartsWith("payment_id,created_at,", file.Html, StringComparison.Ordinal);
        Assert.DoesNotContain(portal.Payments[0].Email, file.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_Taken_IsInTheAuditLogWithoutWhomItWasAbout()
    {
        using var visitor = await portal.VisitorAsync(StaffRoles.Auditor);
        var before = await portal.CountAuditAsync("payments.export", "payments");

        await visitor.GetAsync("/payments/export/csv?q=anna.7%40example.com&status=failed");

        Assert.Equal(before + 1, await portal.CountAuditAsync("payments.export", "payments"));
        Assert.Equal(0, await portal.Server.Services.GetRequiredService<WriteLane>().RunAsync(unit => unit.Scalar("SELECT COUNT(*) FROM audit_log WHERE after LIKE '%anna.7%'"), CancellationToken.None));
    }

    [Fact]
    public async Task Export_OfAFilterItCantRead_IsRefusedRatherThanTooMuch()
    {
        using var visitor = await portal.VisitorAsync(StaffRoles.Support);

        var file = await visitor.GetAsync("/payments/export/csv?status=happy");

        Assert.Equal(HttpStatusCode.BadRequest, file.Status);
        Assert.Contains("“happy” is no status", file.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Payment_WithoutScripts_ShowsAnswerMoneyAndTimeline()
    {
        using var visitor = await portal.VisitorAsync(StaffRoles.Support);
        var payment = portal.Of(SeedShape.Failed);

        var html = WebUtility.HtmlDecode((await visitor.GetAsync($"/payments/{payment.Id}")).Html);

        Assert.Contains("data-effect=\"none\">No money has moved", html, StringComparison.Ordinal);
        Assert.Contains("It was the last of 1 tries.", html, StringComparison.Ordinal);
        Assert.Contains("data-testid=\"timeline\"", html, StringComparison.Ordinal);
        Assert.Contains("a***@example.com", html, StringComparison.Ordinal);
        Assert.DoesNotContain(payment.Email, html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("attempts", "cs_test_")]
    [InlineData("ledger", "psp:clearing")]
    [InlineData("raw", "\"state\": \"succeeded\"")]
    public async Task Payment_Tab_IsAnAddress(string tab, string shows)
    {
        using var visitor = await portal.VisitorAsync(StaffRoles.Finance);

        var page = await visitor.GetAsync($"/payments/{portal.Of(SeedShape.Paid).Id}?tab={tab}");

        Assert.Contains(shows, WebUtility.HtmlDecode(page.Html), StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_WithARowBesideIt_ShowsThatPaymentAndReadsOneList()
    {
        using var visitor = await portal.VisitorAsync(StaffRoles.Support);
        using var lists = new ListCounter();
        var paid = portal.Of(SeedShape.Paid);

        var html = WebUtility.HtmlDecode((await visitor.GetAsync($"/payments?peek={paid.Id}&status=succeeded")).Html);

        Assert.Contains("data-testid=\"peek\"", html, StringComparison.Ordinal);
        Assert.Contains($"href=\"/payments/{paid.Id}?list=status%3Dsucceeded\"", html, StringComparison.Ordinal);
        Assert.Contains("href=\"/payments?status=succeeded\" data-pp-peek-close", html, StringComparison.Ordinal);
        Assert.DoesNotContain("is no filter", html, StringComparison.Ordinal);
        Assert.Equal(1, lists.Count);
    }

    [Fact]
    public async Task Payment_Unknown_Is404WithAWayOn()
    {
        using var visitor = await portal.VisitorAsync(StaffRoles.Support);

        var page = await visitor.GetAsync("/payments/chk_nothing");

        Assert.True(page.Status == HttpStatusCode.NotFound, string.Join('\n', portal.Server.Log.Where(line => line.StartsWith("Error", StringComparison.Ordinal))));
        Assert.Contains("/payments?q=chk_nothing", page.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Payment_ForAnAuditor_HasNoOpenControl()
    {
        using var visitor = await portal.VisitorAsync(StaffRoles.Auditor);

        var html = (await visitor.GetAsync($"/payments/{portal.Of(SeedShape.PaidLate).Id}")).Html;

        Assert.DoesNotContain("data-testid=\"confirm\"", html, StringComparison.Ordinal);
        Assert.Contains("Needs the role Finance", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Go_ByAnyIdOfAPayment_LeadsToIt()
    {
        using var visitor = await portal.VisitorAsync(StaffRoles.Finance);
        var paid = portal.Of(SeedShape.Paid);

        foreach (var id in new[] { paid.Id.Value, paid.Order.Value, paid.Attempt!.Value.Value, paid.Session!, paid.Intent!, paid.Charge!, paid.Reference })
        {
            var page = await visitor.GetAsync("/go?q=" + Uri.EscapeDataString(id));
            Assert.EndsWith($"/payments/{paid.Id}", page.Location, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Go_ByAnEmailOfSeveral_LeadsToTheList()
    {
        using var visitor = await portal.VisitorAsync(StaffRoles.Support);

        var page = await visitor.GetAsync("/go?q=anna.7@example.com");

        Assert.EndsWith("/payments?q=anna.7%40example.com", page.Location, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ledger_Now_IsBalancedInEveryCurrency()
    {
        using var visitor = await portal.VisitorAsync(StaffRoles.Finance);

        var page = await visitor.GetAsync("/ledger");

        Assert.Equal(PaymentSeed.Currencies.Count + 1, Balanced().Count(page.Html));
        Assert.DoesNotContain("data-state=\"differs\"", page.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ledger_AsOfAMomentBeforeAll_IsEmpty()
    {
        using var visitor = await portal.VisitorAsync(StaffRoles.Finance);

        Assert.Contains("Nothing was booked up to then", (await visitor.GetAsync("/ledger?as_of=2020-01-01T00:00")).Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ledger_EntriesOfAnAccount_LeadToAnEntryAndItsPayment()
    {
        using var visitor = await portal.VisitorAsync(StaffRoles.Auditor);

        var list = await visitor.GetAsync("/ledger/entries?account=suspense");
        var id = Ids(list.Html)[0];
        var entry = WebUtility.HtmlDecode((await visitor.GetAsync($"/ledger/entries/{id}")).Html);

        Assert.Equal(portal.Payments.Count(payment => payment.Shape == SeedShape.PaidLate), Ids(list.Html).Count);
        Assert.Contains("/payments/" + portal.Of(SeedShape.PaidLate).Id, entry, StringComparison.Ordinal);
        Assert.Contains("paid after the orders had ended", entry, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("csv", "text/csv")]
    [InlineData("hledger", "text/plain")]
    public async Task Ledger_Export_IsAFileAndInTheAuditLog(string format, string type)
    {
        using var visitor = await portal.VisitorAsync(StaffRoles.Finance);
        var before = await portal.CountAuditAsync("ledger.export", "journal");

        var file = await visitor.GetAsync("/ledger/export/" + format);

        Assert.Equal(type, file.Response.Content.Headers.ContentType?.MediaType);
        Assert.StartsWith("attachment; filename=ledger-", file.Response.Content.Headers.ContentDisposition?.ToString(), StringComparison.Ordinal);
        Assert.Contains("psp:clearing", file.Html, StringComparison.Ordinal);
        Assert.Equal(before + 1, await portal.CountAuditAsync("ledger.export", "journal"));
    }

    private static List<string> Ids(string html) => [.. TableRow().Matches(html).Select(match => match.Groups["id"].Value)];

    [GeneratedRegex("<tr data-pp-row data-id=\"(?<id>[^\"]+)\"")]
    private static partial Regex TableRow();

    [GeneratedRegex("href=\"(?<href>[^\"]+)\" data-pp-page=\"\\]\"")]
    private static partial Regex NextLink();

    [GeneratedRegex("data-state=\"balanced\"")]
    private static partial Regex Balanced();

    /// <summary>How many lists were read since it was made, in this program.</summary>
    private sealed class ListCounter : IDisposable
    {
        private readonly MeterListener _listener = new();
        private int _count;

        public ListCounter()
        {
            _listener.InstrumentPublished = (instrument, listener) => { if (instrument.Meter.Name == PaymentQueries.MeterName) listener.EnableMeasurementEvents(instrument); };
            _listener.SetMeasurementEventCallback<long>((_, measurement, _, _) => Interlocked.Add(ref _count, (int)measurement));
            _listener.Start();
        }

        public int Count => _count;

        public void Dispose() => _listener.Dispose();
    }
}
