using System.Net;
using Microsoft.Extensions.DependencyInjection;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Retries;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Pages;

/// <summary>The operations pages as plain HTML: who sees what, and what stands on them.</summary>
public sealed class OperationsPagesTests(SeededPortal portal) : IClassFixture<SeededPortal>
{
    [Theory]
    [InlineData("/ops/dead-letters")]
    [InlineData("/ops/dead-letters/items")]
    [InlineData("/ops/jobs")]
    [InlineData("/ops/retries")]
    public async Task Page_IsOpenToEveryRole(string path)
    {
        foreach (var role in StaffRoles.All)
        {
            using var visitor = await portal.VisitorAsync(role);
            Assert.Equal((role, HttpStatusCode.OK), (role, (await visitor.GetAsync(path)).Status));
        }
    }

    [Theory]
    [InlineData(StaffRoles.Auditor)]
    [InlineData(StaffRoles.Admin)]
    public async Task Redrive_ForWhoMayNot_IsRefusedByTheServer_AndItsButtonsSayWhy(string role)
    {
        await LetterSeed.AddAsync(portal.Server.Services, "closed" + role, 1);
        using var visitor = await portal.VisitorAsync(role);

        Assert.Equal(HttpStatusCode.Forbidden, (await visitor.GetAsync("/ops/dead-letters/redrive")).Status);
        var items = await visitor.GetAsync("/ops/dead-letters/items");
        Assert.Contains("Needs the role Support or Finance", items.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("data-testid=\"redrive-all\"", items.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Policies_AreForAdminsAndAuditors()
    {
        foreach (var (role, status) in new[] { (StaffRoles.Admin, HttpStatusCode.OK), (StaffRoles.Auditor, HttpStatusCode.OK), (StaffRoles.Support, HttpStatusCode.Forbidden), (StaffRoles.Finance, HttpStatusCode.Forbidden) })
        {
            using var visitor = await portal.VisitorAsync(role);
            Assert.Equal((role, status), (role, (await visitor.GetAsync("/admin/retry-policies/buyer.try/Declined")).Status));
        }
    }

    /// <summary>A step that died after the PSP had moved money must not say that none has moved.</summary>
    [Fact]
    public async Task Cause_OfLettersWhoseMoneyWasTaken_SaysSo()
    {
        await LetterSeed.AddAsync(portal.Server.Services, "taken", 3, taken: 2, cause: "psp_taken");
        using var visitor = await portal.VisitorAsync(StaffRoles.Support);

        var cause = await visitor.GetAsync("/ops/dead-letters/causes/Stripe%3Apsp_taken%3Aevent.apply");

        Assert.Contains("The PSP moved it for 2 of 3", cause.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("No money has moved", cause.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Causes_GroupTheLetters_AndNameCodeAndMeaning()
    {
        await LetterSeed.AddAsync(portal.Server.Services, "grouped", 6, unknown: 1);
        using var visitor = await portal.VisitorAsync(StaffRoles.Support);

        var page = await visitor.GetAsync("/ops/dead-letters");
        var cause = await visitor.GetAsync("/ops/dead-letters/causes/Stripe%3Aresource_missing%3Aevent.apply");

        Assert.Contains("resource_missing", page.Html, StringComparison.Ordinal);
        Assert.Contains("The PSP does not know the object", page.Html, StringComparison.Ordinal);
        Assert.Contains("New kind", page.Html, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, cause.Status);
        Assert.Contains("Check that test and live keys were not mixed up.", cause.Html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/ops/jobs/job_none")]
    [InlineData("/ops/dead-letters/causes/nothing")]
    [InlineData("/admin/retry-policies/nothing/Busy")]
    public async Task Page_OfWhatDoesNotExist_Is404(string path)
    {
        using var visitor = await portal.VisitorAsync(path.StartsWith("/admin", StringComparison.Ordinal) ? StaffRoles.Admin : StaffRoles.Support);

        Assert.Equal(HttpStatusCode.NotFound, (await visitor.GetAsync(path)).Status);
    }

    [Fact]
    public async Task Preview_SaysWhatWouldBeLeftAlone()
    {
        await LetterSeed.AddAsync(portal.Server.Services, "preview", 9, unknown: 2);
        using var visitor = await portal.VisitorAsync(StaffRoles.Support);
        var letters = await portal.Server.Services.GetRequiredService<DeadLetterQueries>().ListAsync(new DeadLetterFilter(), PagePlace.First, 9, CancellationToken.None);

        var page = await visitor.GetAsync("/ops/dead-letters/redrive?ids=" + string.Join(',', letters.Rows.Select(letter => letter.DeadLetterId)));

        Assert.Contains("<dd data-testid=\"eligible\">7</dd>", page.Html, StringComparison.Ordinal);
        Assert.Contains("2: What it did to money is not known: ask the PSP first", page.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Letters_AsAFile_AreThoseOfTheList_AndTheAuditLogSaysWhoTookThem()
    {
        await LetterSeed.AddAsync(portal.Server.Services, "file", 5, unknown: 2);
        var letters = await portal.Server.Services.GetRequiredService<DeadLetterQueries>().ListAsync(new DeadLetterFilter { Text = "evt_file_3" }, PagePlace.First, 9, CancellationToken.None);
        using var visitor = await portal.VisitorAsync(StaffRoles.Auditor);

        var all = CsvText.Read((await visitor.GetAsync("/ops/dead-letters/export/csv")).Html);
        var one = CsvText.Read((await visitor.GetAsync("/ops/dead-letters/export/csv?q=evt_file_3")).Html);

        Assert.Equal(await portal.Server.Services.GetRequiredService<DeadLetterQueries>().CountAsync(new DeadLetterFilter(), 1000, CancellationToken.None), all.Count);
        var letter = Assert.Single(one);
        Assert.Equal((letters.Rows[0].DeadLetterId, "Open", "Stripe:psp_bad_answer:event.apply", "None"), (letter["dead_letter_id"], letter["state"], letter["cause"], letter["effect"]));
        Assert.True(await portal.CountAuditAsync("dead-letters.export", "dead-letters") >= 2);
    }

    [Fact]
    public async Task Items_OfARedrive_AsAFile()
    {
        await LetterSeed.AddAsync(portal.Server.Services, "itemfile", 3);
        var services = portal.Server.Services;
        var ids = new List<string>();
        for (var number = 0; number < 3; number++)
            ids.Add(Assert.Single((await services.GetRequiredService<DeadLetterQueries>().ListAsync(new DeadLetterFilter { Text = $"evt_itemfile_{number}" }, PagePlace.First, 2, CancellationToken.None)).Rows).DeadLetterId);
        var job = (await services.GetRequiredService<RedriveDesk>().StartAsync(new RedriveRequest(new DeadLetterFilter { Ids = ids }, "3 chosen letters", "why not", 10, 10, 3), Actor.Program("test"), CancellationToken.None)).Value;
        using var visitor = await portal.VisitorAsync(StaffRoles.Support);

        var file = CsvText.Read((await visitor.GetAsync($"/ops/jobs/{job}/export/csv")).Html);

        Assert.Equal(ids.Order(StringComparer.Ordinal), file.Select(item => item["dead_letter_id"]).Order(StringComparer.Ordinal));
        Assert.All(file, item => Assert.Equal("Waiting", item["result"]));
        Assert.Equal(1, await portal.CountAuditAsync("redrive.export", job.Value));
        Assert.Equal(HttpStatusCode.NotFound, (await visitor.GetAsync("/ops/jobs/job_none/export/csv")).Status);
    }

    [Fact]
    public async Task Navigation_SaysHowManyLettersWait()
    {
        await LetterSeed.AddAsync(portal.Server.Services, "badge", 2);
        var open = await portal.Server.Services.GetRequiredService<DeadLetterQueries>().CountAsync(new DeadLetterFilter(), 1_000, CancellationToken.None);
        using var support = await portal.VisitorAsync(StaffRoles.Support);

        Assert.Contains($"title=\"{open} waiting\"", (await support.GetAsync("/help")).Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Retries_ListWhatIsTriedNext_WithItsPolicy()
    {
        await LetterSeed.AddRetryAsync(portal.Server.Services, "evt_listed");
        using var visitor = await portal.VisitorAsync(StaffRoles.Support);

        var page = await visitor.GetAsync("/ops/retries?q=evt_listed");

        Assert.Contains("The PSP did not answer in time.", page.Html, StringComparison.Ordinal);
        Assert.Contains("up to 1 s, doubling to 15 s; as long as it is open", page.Html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("error=Unanswered", true)]
    [InlineData("error=Busy", false)]
    [InlineData("due=day", true)]
    [InlineData("due=minute", false)]
    [InlineData("held=yes", false)]
    public async Task Retries_AreFilteredByWhatWentWrongAndWhenTheyAreDue(string filter, bool isListed)
    {
        await LetterSeed.AddRetryAsync(portal.Server.Services, "evt_" + filter);
        using var visitor = await portal.VisitorAsync(StaffRoles.Support);

        var page = await visitor.GetAsync($"/ops/retries?q={Uri.EscapeDataString("evt_" + filter)}&{filter}");

        Assert.Equal((isListed, !isListed), (page.Html.Contains("The PSP did not answer in time.", StringComparison.Ordinal), page.Html.Contains("No step matches", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Schedule_OfAPolicy_IsDrawn()
    {
        using var visitor = await portal.VisitorAsync(StaffRoles.Auditor);

        var page = await visitor.GetAsync("/admin/retry-policies/buyer.try/Declined");

        Assert.Contains("After try 5: the checkout ends as failed.", page.Html, StringComparison.Ordinal);
        Assert.Contains("Needs the role Admin", page.Html, StringComparison.Ordinal);
    }
}
