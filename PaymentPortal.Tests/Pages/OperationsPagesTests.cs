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

    [Fact]
    public async Task Causes_GroupTheLetters_AndNameCodeAndMeaning()
    {
        await LetterSeed.AddAsync(portal.Server.Services, "grouped", 6, unknown: 1);
        using var visitor = await portal.VisitorAsync(StaffRoles.Support);

        var page = await visitor.GetAsync("/ops/dead-letters");
        var cause = await visitor.GetAsync("/ops/dead-letters/causes/Stripe%3Aresource_missing%3Aevent.apply");

        Assert.Contains("resource_missing", page.Html, StringComparison.Ordinal);
        Assert.Contains("The PSP does not know the object", page.Html, StringComparison.Ordinal);
        Assert.Contains("New kind of trouble", page.Html, StringComparison.Ordinal);
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
    public async Task Retries_ListWhatIsTriedNext_WithItsPolicy()
    {
        await LetterSeed.AddRetryAsync(portal.Server.Services, "evt_listed");
        using var visitor = await portal.VisitorAsync(StaffRoles.Support);

        var page = await visitor.GetAsync("/ops/retries?q=evt_listed");

        Assert.Contains("The PSP did not answer in time.", page.Html, StringComparison.Ordinal);
        Assert.Contains("up to 1 s, doubling to 15 s; as long as it is open", page.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Schedule_OfAPolicy_IsDrawn()
    {
        using var visitor = await portal.VisitorAsync(StaffRoles.Auditor);

        var page = await visitor.GetAsync("/admin/retry-policies/buyer.try/Declined");

        Assert.Contains("After try 5: a dead letter.", page.Html, StringComparison.Ordinal);
        Assert.Contains("Needs the role Admin", page.Html, StringComparison.Ordinal);
    }
}
