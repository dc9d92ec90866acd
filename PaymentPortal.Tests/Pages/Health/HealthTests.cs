using System.Net;
using Microsoft.Extensions.DependencyInjection;
using PaymentPortal.Pages.Health;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Pages.Health;

public sealed class HealthTests
{
    [Fact]
    public async Task Live_Always_AnswersAStranger()
    {
        await using var portal = await PortalServer.StartAsync();
        using var visitor = portal.Visitor();
        Assert.Equal("""{"status":"live","down":[]}""", (await visitor.GetAsync("/health/live")).Html);
        Assert.Equal("""{"status":"ready","down":[]}""", (await visitor.GetAsync("/health/ready")).Html);
    }

    [Fact]
    public async Task Ready_NeededPartIsDown_Answers503NamingIt()
    {
        await using var portal = await PortalServer.StartAsync(new PortalSettings { Services = services => services.AddSingleton<IHealthFact>(new FixedFact("Store", HealthLevel.Down, true)) });
        using var visitor = portal.Visitor();
        var answer = await visitor.GetAsync("/health/ready");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.Status);
        Assert.Contains("Store", answer.Html);
        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync("/health/live")).Status);
    }

    [Fact]
    public async Task Ready_SharedPartIsDown_KeepsItsTraffic()
    {
        await using var portal = await PortalServer.StartAsync(new PortalSettings { Services = services => services.AddSingleton<IHealthFact>(new FixedFact("PSP", HealthLevel.Down, false)) });
        using var visitor = portal.Visitor();
        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync("/health/ready")).Status);
    }

    [Fact]
    public async Task Page_PartThrows_ShowsItDownAndTheOthersToo()
    {
        await using var portal = await PortalServer.StartAsync(new PortalSettings { Services = services => services.AddSingleton<IHealthFact>(new FixedFact("Broken", null, false)) });
        await portal.AddStaffAsync("anna@portal.example", StaffRoles.Auditor);
        using var visitor = portal.Visitor();
        await visitor.SignInAsync("anna@portal.example");
        var page = (await visitor.GetAsync("/admin/health")).Html;
        Assert.Contains("Can&#x27;t be read; the log says why.", page);
        Assert.Contains("Write lane", page);
        Assert.DoesNotContain("secret detail", page);
        Assert.Contains(portal.Log, line => line.Contains("secret detail", StringComparison.Ordinal));
    }

    private sealed class FixedFact(string name, HealthLevel? level, bool holdsTraffic) : IHealthFact
    {
        public string Name => name;

        public bool HoldsTraffic => holdsTraffic;

        public Task<HealthFactResult> ReadAsync(CancellationToken cancellationToken) =>
            level is { } known ? Task.FromResult(new HealthFactResult(known, "As told.", [])) : throw new InvalidOperationException("secret detail");
    }
}
