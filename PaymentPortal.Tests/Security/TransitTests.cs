using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Storage;
using PaymentPortal.Tests.Psp;

namespace PaymentPortal.Tests.Security;

/// <summary>What goes over a wire is encrypted, or refused.</summary>
public sealed class TransitTests
{
    [Fact]
    public async Task Psp_WithACertificateOfItsOwn_IsRefusedBeforeAnythingIsSent_AndItIsSaid()
    {
        var requests = 0;
        await using var server = await SelfSignedAsync(() => requests++);
        var address = server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        using var line = new PspLine(address.Replace("127.0.0.1", "localhost", StringComparison.Ordinal));
        var key = PspLine.NewKey();

        var answer = await line.SendAsync(line.Client.CreateSession(PspLine.Session(key)), key);

        Assert.Equal(PspVerdict.NotSent, answer.Verdict);
        Assert.Contains("certificate", answer.Error!.Message, StringComparison.Ordinal);
        Assert.Equal(0, requests);
    }

    [Theory]
    [InlineData(true, "203.0.113.9", false)]
    [InlineData(false, "10.0.0.1", false)]
    [InlineData(false, "::ffff:10.0.0.1", false)]
    [InlineData(false, "203.0.113.9", true)]
    [InlineData(false, "127.0.0.1", false)]
    public void PlainHttp_FromAnybodyButAKnownProxy_IsRefused(bool isHttps, string remote, bool isRefused) =>
        Assert.Equal(isRefused, PlainHttp.IsRefused(isHttps, IPAddress.Parse(remote), new HashSet<IPAddress> { IPAddress.Parse("10.0.0.1") }));

    /// <summary>The README says 15 s and why not the 30 that were asked for; both ends of the setting must mean it.</summary>
    [Theory]
    [InlineData(null, 15)]
    [InlineData("30", 30)]
    public void PspCall_UnlessSetOtherwise_HangsFor15Seconds(string? set, int seconds)
    {
        var values = new Dictionary<string, string?> { ["urls"] = "https://0.0.0.0:5443", ["Psp:ApiKey"] = "sk_live_x", ["Psp:WebhookSecrets:0"] = "whsec_x", ["Psp:TimeoutSeconds"] = set };

        var options = PortalOptions.Read(new ConfigurationBuilder().AddInMemoryCollection(values).Build(), new Place());

        Assert.Equal(TimeSpan.FromSeconds(seconds), SandboxSetUp.For(options).Psp.Guard.Timeout);
        Assert.Equal(TimeSpan.FromSeconds(15), new PspGuardSettings().Timeout);
    }

    [Theory]
    [InlineData("urls=http://0.0.0.0:5080", "Proxy:Known")]
    [InlineData("urls=https://0.0.0.0:5443;Psp:BaseAddress=http://psp.example", "Psp:BaseAddress")]
    [InlineData("urls=http://0.0.0.0:5080;Sandbox:Enabled=true;Sandbox:ApiKey=sk_test_x", "Proxy:Known")]
    public void Start_OutsideDevelopment_WithoutEncryption_IsRefusedNamingTheSetting(string settings, string key)
    {
        var values = settings.Split(';').Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => (string?)pair[1]);
        values.TryAdd("Psp:ApiKey", "sk_live_x");
        values.TryAdd("Psp:WebhookSecrets:0", "whsec_x");

        var refused = Assert.Throws<StartRefusedException>(() => PortalOptions.Read(new ConfigurationBuilder().AddInMemoryCollection(values).Build(), new Place()));

        Assert.Contains($"The setting {key} ", refused.Message, StringComparison.Ordinal);
    }

    private static async Task<WebApplication> SelfSignedAsync(Action onRequest)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var made = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256).CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        var certificate = X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate)));
        var app = builder.Build();
        app.Run(context =>
        {
            onRequest();
            return context.Response.WriteAsync("{}");
        });
        await app.StartAsync();
        return app;
    }

    private sealed class Place : IHostEnvironment
    {
        public string EnvironmentName { get; set; } = Environments.Production;

        public string ApplicationName { get; set; } = "PaymentPortal";

        public string ContentRootPath { get; set; } = Path.GetTempPath();

        public Microsoft.Extensions.FileProviders.IFileProvider ContentRootFileProvider { get; set; } = new Microsoft.Extensions.FileProviders.NullFileProvider();
    }
}
