using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using PaymentPortal.Core.Storage;
using PaymentPortal.Security;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Security;

public sealed class SignInTests : IAsyncLifetime
{
    private const string Anna = "anna@portal.example";

    private PortalServer _portal = null!;

    public async Task InitializeAsync()
    {
        _portal = await PortalServer.StartAsync();
        await _portal.AddStaffAsync(Anna, StaffRoles.Admin);
    }

    public async Task DisposeAsync() => await _portal.DisposeAsync();

    [Fact]
    public async Task Page_Anonymous_AsksToSignInAndComesBack()
    {
        using var visitor = _portal.Visitor();
        var refused = await visitor.GetAsync("/admin/health?x=1");
        Assert.Equal(HttpStatusCode.Redirect, refused.Status);
        Assert.EndsWith("/login?ReturnUrl=%2Fadmin%2Fhealth%3Fx%3D1", refused.Location);

        var signedIn = await visitor.SignInAsync(Anna, returnUrl: "/admin/health?x=1");
        Assert.EndsWith("/admin/health?x=1", signedIn.Location);
        Assert.Contains("Write lane", (await visitor.GetAsync("/admin/health?x=1")).Html);
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example/")]
    [InlineData("/\\evil.example")]
    [InlineData("javascript:alert(1)")]
    public async Task SignIn_ReturnUrlElsewhere_GoesHome(string returnUrl)
    {
        using var visitor = _portal.Visitor();
        var answer = await visitor.SignInAsync(Anna, returnUrl: returnUrl);
        Assert.Equal("/", new Uri(_portal.Address, answer.Location).AbsolutePath);
        Assert.Equal(_portal.Address.Authority, new Uri(_portal.Address, answer.Location).Authority);
    }

    [Fact]
    public async Task SignIn_WrongPasswordAndUnknownAddress_GetTheSameAnswer()
    {
        using var visitor = _portal.Visitor();
        var wrong = await visitor.SignInAsync(Anna, "not the password at all");
        var unknown = await visitor.SignInAsync("nobody@portal.example", "not the password at all");
        Assert.Equal(HttpStatusCode.Unauthorized, wrong.Status);
        Assert.Equal(HttpStatusCode.Unauthorized, unknown.Status);
        Assert.Equal(Comparable(wrong.Html, Anna), Comparable(unknown.Html, "nobody@portal.example"));
    }

    [Fact]
    public async Task ChangePassword_WithTheOldOne_EndsEverySessionButThisOne()
    {
        const string next = "copper lantern over six bridges";
        using var visitor = _portal.Visitor();
        using var elsewhere = _portal.Visitor();
        await visitor.SignInAsync(Anna);
        await elsewhere.SignInAsync(Anna);

        var changed = await visitor.SubmitAsync("/me/password", "change-password", ("Form.Current", PortalClient.Password), ("Form.Password", next), ("Form.Again", next));

        Assert.EndsWith("/me?done=password", changed.Location, StringComparison.Ordinal);
        Assert.Contains("Your password is changed", (await visitor.GetAsync("/me?done=password")).Html, StringComparison.Ordinal);
        Assert.Contains("/login", (await elsewhere.GetAsync("/")).Location, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, (await elsewhere.SignInAsync(Anna)).Status);
        Assert.Equal(HttpStatusCode.Redirect, (await elsewhere.SignInAsync(Anna, next)).Status);
    }

    [Theory]
    [InlineData("wrong wrong wrong", "copper lantern over six bridges", "copper lantern over six bridges", "is not this one")]
    [InlineData(PortalClient.Password, "short", "short", "at least 12")]
    [InlineData(PortalClient.Password, "copper lantern over six bridges", "another lantern over six bridges", "not the same")]
    public async Task ChangePassword_WrongValue_ChangesNothingAndSaysWhy(string current, string next, string again, string why)
    {
        using var visitor = _portal.Visitor();
        await visitor.SignInAsync(Anna);

        var refused = await visitor.SubmitAsync("/me/password", "change-password", ("Form.Current", current), ("Form.Password", next), ("Form.Again", again));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains(why, refused.Html, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await visitor.SignInAsync(Anna)).Status);
    }

    [Fact]
    public async Task SignIn_AfterTenWrongTries_IsLockedForHalfAnHour()
    {
        using var visitor = _portal.Visitor();
        for (var count = 0; count < 10; count++) await visitor.SignInAsync(Anna, "wrong wrong wrong");
        Assert.Equal(HttpStatusCode.Unauthorized, (await visitor.SignInAsync(Anna)).Status);
        _portal.Time.Advance(TimeSpan.FromMinutes(31));
        Assert.Equal(HttpStatusCode.Redirect, (await visitor.SignInAsync(Anna)).Status);
    }

    [Fact]
    public async Task SignIn_TriesSideBySide_PassNoMoreThanTheLimit()
    {
        await using var scope = _portal.Services.CreateAsyncScope();
        using var visitor = _portal.Visitor();
        var page = await visitor.GetAsync("/login");
        var fields = new[] { ("_handler", "sign-in"), ("__RequestVerificationToken", PortalClient.Token(page.Html)), ("Form.Email", Anna), ("Form.Password", "wrong wrong wrong") };
        await Task.WhenAll(Enumerable.Range(0, 14).Select(_ => visitor.PostAsync("/login", fields)));
        var user = await scope.ServiceProvider.GetRequiredService<PortalDb>().Users.AsNoTracking().SingleAsync();
        Assert.Equal(StaffSignIn.MaxTries, user.AccessFailedCount);
        Assert.Equal(4, _portal.Log.Count(line => line.EndsWith(": locked ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task SignIn_DisabledPerson_IsRefusedWithTheSameWords()
    {
        await DisableAsync();
        using var visitor = _portal.Visitor();
        Assert.Contains(StaffSignIn.Refused.Text, (await visitor.SignInAsync(Anna)).Html);
    }

    [Fact]
    public async Task Session_PersonIsDisabled_EndsWithTheNextRequest()
    {
        using var visitor = await SignedInAsync();
        await DisableAsync();
        Assert.Equal(HttpStatusCode.Redirect, (await visitor.GetAsync("/")).Status);
    }

    [Fact]
    public async Task Session_CookieCopiedBeforeSignOut_IsWorthNothingAfter()
    {
        using var visitor = await SignedInAsync();
        using var thief = _portal.Visitor();
        foreach (var (name, value) in visitor.Cookies) thief.Cookies[name] = value;
        Assert.Equal(HttpStatusCode.OK, (await thief.GetAsync("/")).Status);
        Assert.Contains("signed-out", (await visitor.SubmitAsync("/logout", "sign-out")).Location);
        Assert.Equal(HttpStatusCode.Redirect, (await thief.GetAsync("/")).Status);
    }

    [Fact]
    public async Task Session_IdleForAQuarterHour_Ends()
    {
        using var visitor = await SignedInAsync();
        _portal.Time.Advance(TimeSpan.FromMinutes(14));
        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync("/")).Status);
        _portal.Time.Advance(TimeSpan.FromMinutes(14));
        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync("/")).Status);
        _portal.Time.Advance(TimeSpan.FromMinutes(15));
        Assert.Equal(HttpStatusCode.Redirect, (await visitor.GetAsync("/")).Status);
    }

    [Fact]
    public async Task Session_BusyForTwelveHours_EndsAllTheSame()
    {
        using var visitor = await SignedInAsync();
        for (var minutes = 0; minutes < 12 * 60 - 10; minutes += 10)
        {
            _portal.Time.Advance(TimeSpan.FromMinutes(10));
            Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync("/help")).Status);
        }
        _portal.Time.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal(HttpStatusCode.Redirect, (await visitor.GetAsync("/help")).Status);
    }

    [Fact]
    public async Task AuditLog_EachDoing_HasItsLine()
    {
        using var visitor = await SignedInAsync();
        await visitor.SubmitAsync("/logout", "sign-out");
        for (var count = 0; count < StaffSignIn.MaxTries; count++) await visitor.SignInAsync(Anna, "wrong wrong wrong");
        var lines = await _portal.Services.GetRequiredService<WriteLane>()
            .RunAsync(unit => unit.Query("SELECT action FROM audit_log ORDER BY seq", row => row.GetString(0)), CancellationToken.None);
        Assert.Equal(["staff.create", "staff.sign-in", "staff.sign-out", "staff.lock"], lines);
    }

    [Fact]
    public async Task Home_OnlyOneAdmin_SaysSo()
    {
        using var visitor = await SignedInAsync();
        Assert.Contains("Only one person can grant roles", (await visitor.GetAsync("/")).Html);
        await _portal.AddStaffAsync("second@portal.example", StaffRoles.Admin);
        Assert.Contains("All clear", (await visitor.GetAsync("/")).Html);
    }

    private async Task<PortalClient> SignedInAsync()
    {
        var visitor = _portal.Visitor();
        Assert.Equal(HttpStatusCode.Redirect, (await visitor.SignInAsync(Anna)).Status);
        return visitor;
    }

    private Task DisableAsync() => _portal.Services.GetRequiredService<WriteLane>().RunAsync(unit => unit.Execute("UPDATE staff_users SET is_disabled = 1"), CancellationToken.None);

    private static string Comparable(string html, string email) => System.Text.RegularExpressions.Regex.Replace(
        html.Replace(email, "", StringComparison.Ordinal), "(nonce|value)=\"[^\"]*\"|<!--.*?-->", "");
}
