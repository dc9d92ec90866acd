using System.Net;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Security;

/// <summary>Headers, cookies, forged forms and foreign origins, on every address that exists.</summary>
public sealed class DoorTests : IAsyncLifetime
{
    private const string Anna = "anna@portal.example";

    private PortalServer _portal = null!;

    public async Task InitializeAsync()
    {
        _portal = await PortalServer.StartAsync();
        await _portal.AddStaffAsync(Anna, StaffRoles.Support);
    }

    public async Task DisposeAsync() => await _portal.DisposeAsync();

    [Theory]
    [InlineData("/login")]
    [InlineData("/")]
    [InlineData("/no-such-page")]
    [InlineData("/health/live")]
    [InlineData("/css/portal.css")]
    public async Task AnyAnswer_Carries_ThePolicy(string path)
    {
        using var visitor = _portal.Visitor();
        var (first, second) = (await visitor.GetAsync(path), await visitor.GetAsync(path));
        var policy = first.Header("Content-Security-Policy");
        Assert.NotEqual(policy, second.Header("Content-Security-Policy"));
        Assert.DoesNotContain("unsafe-eval", policy);
        Assert.DoesNotContain("unsafe-inline", policy);
        string[] wanted = ["default-src 'self'", "object-src 'none'", "base-uri 'self'", "frame-ancestors 'none'", "form-action 'self'"];
        Assert.All(wanted, part => Assert.Contains(part, policy));
        Assert.Equal("nosniff", first.Header("X-Content-Type-Options"));
        Assert.Equal("same-origin", first.Header("Referrer-Policy"));
        Assert.Equal("same-origin", first.Header("Cross-Origin-Opener-Policy"));
    }

    [Fact]
    public async Task Page_EveryScript_CarriesTheNonceOfItsResponse()
    {
        using var visitor = _portal.Visitor();
        await visitor.SignInAsync(Anna);
        var page = await visitor.GetAsync("/");
        var nonce = page.Header("Content-Security-Policy").Split("'nonce-")[1].Split('\'')[0];
        var scripts = System.Text.RegularExpressions.Regex.Matches(page.Html, "<script[^>]*>");
        Assert.NotEmpty(scripts);
        Assert.All(scripts, script => Assert.Contains($"nonce=\"{nonce}\"", script.Value));
        Assert.DoesNotContain("<style", page.Html);
    }

    [Theory]
    [InlineData("/login")]
    [InlineData("/logout")]
    [InlineData("/setup")]
    [InlineData("/preferences")]
    public async Task Form_PostedWithoutItsToken_IsRefused(string path)
    {
        using var visitor = _portal.Visitor();
        await visitor.SignInAsync(Anna);
        var answer = await visitor.PostAsync(path, ("_handler", "sign-in"), ("theme", "dark"));
        Assert.True(HttpStatusCode.BadRequest == answer.Status, $"{answer.Status}: {string.Join('\n', _portal.Log.Where(line => line.StartsWith("Error", StringComparison.Ordinal)))}");
        Assert.DoesNotContain("   at ", answer.Html);
    }

    [Fact]
    public void EveryEndpoint_Says_WhoMayUseIt()
    {
        var silent = _portal.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            // Style sheets and scripts are for everybody; {**path:file} is the development server's way to find ones added since the build.
            .Where(endpoint => endpoint.Metadata.GetMetadata<StaticAssetDescriptor>() is null && endpoint.RoutePattern.RawText != "{**path:file}")
            .Where(endpoint => endpoint.Metadata.GetMetadata<IAuthorizeData>() is null && endpoint.Metadata.GetMetadata<IAllowAnonymous>() is null)
            .Select(endpoint => endpoint.RoutePattern.RawText);
        Assert.Empty(silent);
    }

    [Fact]
    public async Task Circuit_WithoutSession_IsRefused()
    {
        using var visitor = _portal.Visitor();
        Assert.Equal(HttpStatusCode.Unauthorized, (await visitor.PostAsync("/_blazor/negotiate?negotiateVersion=1")).Status);
    }

    [Fact]
    public async Task Circuit_FromAnotherOrigin_IsRefused()
    {
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Origin", "https://evil.example");
        var address = new UriBuilder(_portal.Address) { Scheme = "ws", Path = "/_blazor" }.Uri;
        await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(address, CancellationToken.None));
        Assert.Equal(HttpStatusCode.Forbidden, socket.HttpStatusCode == 0 ? HttpStatusCode.Forbidden : socket.HttpStatusCode);
        Assert.Contains(_portal.Log, line => line.Contains("https://evil.example", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Page_ThatDoesNotExist_Answers404WithAPage()
    {
        using var visitor = _portal.Visitor();
        var answer = await visitor.GetAsync("/no-such-page");
        Assert.Equal(HttpStatusCode.NotFound, answer.Status);
        Assert.Contains("There is no such page", answer.Html);
    }

    [Fact]
    public async Task Cookies_OutsideDevelopment_AreBoundToTheHostAndSecure()
    {
        await using var portal = await PortalServer.StartAsync(new PortalSettings { Environment = Environments.Production });
        await portal.AddStaffAsync(Anna, StaffRoles.Support);
        using var visitor = portal.Visitor();
        var form = await visitor.GetAsync("/login");
        var signedIn = await visitor.SignInAsync(Anna);
        // By its name: HSTS leaves 127.0.0.1 out.
        using var named = new HttpRequestMessage(HttpMethod.Get, "/login");
        named.Headers.Host = "portal.example";
        var secure = await visitor.SendAsync(named);
        string[] cookies = [.. form.SetCookies, .. signedIn.SetCookies];
        Assert.Contains(cookies, cookie => cookie.StartsWith("__Host-pp_session=", StringComparison.Ordinal));
        Assert.All(cookies, cookie =>
        {
            Assert.StartsWith("__Host-", cookie);
            Assert.Contains("; secure", cookie);
            Assert.Contains("; httponly", cookie);
            Assert.Contains("; samesite=", cookie);
            Assert.Contains("; path=/", cookie);
            Assert.DoesNotContain("domain=", cookie);
        });
        Assert.Contains("max-age=63072000; includeSubDomains", secure.Header("Strict-Transport-Security"));
        Assert.Equal(HttpStatusCode.NotFound, (await visitor.GetAsync("/parts")).Status);
    }
}
