using System.Net;
using PaymentPortal.Tests.Demo;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Sandbox;

/// <summary>The sandbox inside the whole program: where its console stands, and where it does not.</summary>
public sealed class SandboxInPortalTests(WholePortalFixture fixture) : IClassFixture<WholePortalFixture>
{
    [Fact]
    public async Task Console_InDevelopment_HasADoorOfItsOwn_AndThePortalLinksToIt()
    {
        using var visitor = fixture.Portal.Visitor();
        var door = await visitor.GetAsync("/sandbox");
        await visitor.PostAsync("/sandbox/enter", ("key", "sk_test_sandbox"));
        var console = await visitor.GetAsync("/sandbox");

        Assert.Contains("href=\"/sandbox\"", (await visitor.GetAsync("/login")).Html);
        Assert.Equal(HttpStatusCode.OK, door.Status);
        Assert.Contains("Open the sandbox console", door.Html);
        Assert.Contains("Put the fault in force", console.Html);
        Assert.Equal("default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'", console.Header("Content-Security-Policy"));
    }

    [Fact]
    public async Task Sandbox_InProduction_IsNotThereUnlessAskedFor()
    {
        await using var portal = await WholePortal.StartInAsync(
            "Production", "--Psp:ApiKey=sk_test_other", "--Psp:WebhookSecrets:0=whsec_other", "--Psp:BaseAddress=http://127.0.0.1:9", "--Proxy:Known:0=127.0.0.1");
        using var visitor = portal.Visitor();

        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(visitor, "/sandbox"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(visitor, "/sandbox/control/books"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(visitor, "/sandbox/psp/v1/balance"));
    }

    private static async Task<HttpStatusCode> StatusAsync(PortalClient visitor, string path)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("X-Forwarded-Proto", "https");
        return (await visitor.SendAsync(request)).Status;
    }
}
