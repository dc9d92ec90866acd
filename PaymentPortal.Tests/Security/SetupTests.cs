using System.Net;
using Microsoft.Extensions.DependencyInjection;
using PaymentPortal.Core.Storage;
using PaymentPortal.Security;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Security;

public sealed class SetupTests : IAsyncLifetime
{
    private static readonly (string, string)[] Filled =
        [("Form.Email", "first@portal.example"), ("Form.Password", PortalClient.Password), ("Form.Again", PortalClient.Password)];

    private PortalServer _portal = null!;

    public async Task InitializeAsync() => _portal = await PortalServer.StartAsync();

    public async Task DisposeAsync() => await _portal.DisposeAsync();

    [Fact]
    public async Task SetUp_FreshPortal_LetsNobodyInButThroughTheLink()
    {
        using var visitor = _portal.Visitor();
        Assert.Equal(HttpStatusCode.Unauthorized, (await visitor.SignInAsync("admin@portal.example", "admin")).Status);
        Assert.Equal(HttpStatusCode.Gone, (await visitor.GetAsync("/setup")).Status);
        Assert.Equal(HttpStatusCode.Gone, (await visitor.GetAsync("/setup?token=" + new string('0', 32))).Status);
    }

    [Fact]
    public async Task SetUp_PrintedLink_MakesTheFirstAdminAndSignsIn()
    {
        using var visitor = _portal.Visitor();
        var made = await visitor.SubmitAsync(await _portal.SetUpLinkAsync(), "set-up", Filled);
        Assert.Equal(HttpStatusCode.Redirect, made.Status);
        Assert.Contains("first@portal.example", (await visitor.GetAsync("/")).Html);
    }

    [Fact]
    public async Task SetUp_LinkUsedOnce_IsGoneWithAPageThatSaysSo()
    {
        using var visitor = _portal.Visitor();
        var link = await _portal.SetUpLinkAsync();
        await visitor.SubmitAsync(link, "set-up", Filled);
        var again = await visitor.GetAsync(link);
        Assert.Equal(HttpStatusCode.Gone, again.Status);
        Assert.Contains("does not open anything", again.Html);
        Assert.Null(await _portal.Services.GetRequiredService<SetupLink>().IssueAsync(CancellationToken.None));
    }

    [Fact]
    public async Task SetUp_TwoPeopleAtOnce_MakeOneAdmin()
    {
        using var visitor = _portal.Visitor();
        var link = await _portal.SetUpLinkAsync();
        var token = PortalClient.Token((await visitor.GetAsync(link)).Html);
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(number => visitor.PostAsync(
            link, ("_handler", "set-up"), ("__RequestVerificationToken", token), ("Form.Email", $"admin{number}@portal.example"), Filled[1], Filled[2])));
        Assert.Single(answers, answer => answer.Status == HttpStatusCode.Redirect);
        Assert.Equal(1, await _portal.Services.GetRequiredService<StaffDirectory>().CountAsync(StaffRoles.Admin, CancellationToken.None));
    }

    [Theory]
    [InlineData("short one", "short one", "at least 12 characters")]
    [InlineData("password2026!", "password2026!", "attackers try first")]
    [InlineData(PortalClient.Password, "something else entirely", "not the same")]
    public async Task SetUp_BadPassword_SaysWhyAndKeepsTheLink(string password, string again, string why)
    {
        using var visitor = _portal.Visitor();
        var link = await _portal.SetUpLinkAsync();
        var refused = await visitor.SubmitAsync(link, "set-up", Filled[0], ("Form.Password", password), ("Form.Again", again));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains(why, refused.Html);
        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync(link)).Status);
    }
}
