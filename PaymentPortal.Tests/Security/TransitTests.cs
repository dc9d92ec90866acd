using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Storage;
using PaymentPortal.Tests.Psp;
using PaymentPortal.Tests.Support;

namespace PaymentPortal.Tests.Security;

/// <summary>What goes over a wire is encrypted, or refused.</summary>
public sealed class TransitTests
{
    private const byte ServerHello = 22;

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

    /// <summary>Over a socket, by hand: what our own side's library would refuse to say proves nothing about the server.</summary>
    [Fact]
    public async Task Portal_OverTls_RefusesTls11_AndAnswersTls12WithHsts()
    {
        await using var portal = await PortalServer.StartAsync(new PortalSettings
        {
            Environment = Environments.Production,
            Services = services => services.Configure<KestrelServerOptions>(kestrel =>
            {
                PortalHost.SpeakTls(kestrel);
                kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(SelfSigned()));
            }),
        });

        Assert.NotEqual(ServerHello, await GreetAsync(portal.Address.Port, minor: 2));
        Assert.Contains("strict-transport-security: max-age=63072000; includesubdomains", (await GetAsync(portal.Address.Port)).ToLowerInvariant(), StringComparison.Ordinal);
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

        var options = PortalOptions.Read(new ConfigurationBuilder().AddInMemoryCollection(values).Build(), new StubEnvironment(Environments.Production));

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

        var refused = Assert.Throws<StartRefusedException>(() => PortalOptions.Read(new ConfigurationBuilder().AddInMemoryCollection(values).Build(), new StubEnvironment(Environments.Production)));

        Assert.Contains($"The setting {key} ", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>The type of the record that the server answers to a greeting in TLS 1.(minor - 1); null when it just ends the connection.</summary>
    private static async Task<byte?> GreetAsync(int port, byte minor)
    {
        byte[] hello = [3, minor, .. new byte[32], 0, 0, 8, 0xC0, 0x09, 0xC0, 0x0A, 0xC0, 0x13, 0x00, 0x2F, 1, 0];
        byte[] record = [22, 3, 1, 0, (byte)(hello.Length + 4), 1, 0, 0, (byte)hello.Length, .. hello];
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port);
        var stream = client.GetStream();
        await stream.WriteAsync(record);
        var answer = new byte[1];
        try
        {
            return await stream.ReadAsync(answer) == 1 ? answer[0] : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static async Task<string> GetAsync(int port)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port);
        await using var tls = new SslStream(client.GetStream(), false, (_, _, _, _) => true);
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "portal.example", EnabledSslProtocols = SslProtocols.Tls12 });
        await tls.WriteAsync("GET /login HTTP/1.1\r\nHost: portal.example\r\nConnection: close\r\n\r\n"u8.ToArray());
        using var reader = new StreamReader(tls);
        return await reader.ReadToEndAsync();
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var made = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256).CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }

    private static async Task<WebApplication> SelfSignedAsync(Action onRequest)
    {
        var certificate = SelfSigned();
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
}
