using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Security;

namespace PaymentPortal.Tests.Support;

/// <summary>The whole program as "dotnet run" starts it in Development, sandbox and demo shop included, on a free port and with data of its own.</summary>
public sealed class WholePortal : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly string _directory;

    private WholePortal(WebApplication app, string directory, Uri address) => (_app, _directory, Address) = (app, directory, address);

    public Uri Address { get; }

    public string DataDirectory => _directory;

    public IServiceProvider Services => _app.Services;

    public SandboxControl Sandbox => new(new Uri(Address, "/sandbox/control/"), "sk_test_sandbox");

    public static Task<WholePortal> StartAsync(params string[] settings) => StartInAsync(Environments.Development, settings);

    public static async Task<WholePortal> StartInAsync(string environment, params string[] settings)
    {
        var directory = Directory.CreateTempSubdirectory("whole-portal-").FullName;
        var address = new Uri($"http://127.0.0.1:{FreePort()}");
        // The sandbox is reached by the configured address, so the port has to be known before it listens.
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = [$"--urls={address}", $"--Data:Directory={directory}", .. settings],
            ApplicationName = "PaymentPortal",
            ContentRootPath = AppContext.BaseDirectory,
            EnvironmentName = environment,
        });
        builder.WebHost.UseStaticWebAssets();
        builder.Logging.ClearProviders();
        var app = await PortalHost.BuildAsync(builder, CancellationToken.None);
        await app.StartAsync();
        return new WholePortal(app, directory, address);
    }

    public PortalClient Visitor() => new(Address);

    /// <summary>Somebody who signs in with the password that tests use.</summary>
    public async Task AddStaffAsync(string email, string role)
    {
        await using var scope = Services.CreateAsyncScope();
        Assert.False((await scope.ServiceProvider.GetRequiredService<StaffAccounts>().CreateAsync(email, role, PortalClient.Password, CancellationToken.None)).IsRefused);
    }

    /// <summary>A key that may do everything.</summary>
    public async Task<string> ApiKeyAsync() =>
        (await Services.GetRequiredService<ApiKeyService>().CreateAsync("test", [ApiScopes.Everything], null, Actor.Program("test"), CancellationToken.None)).Value.Key;

    /// <summary>A client of the API with such a key.</summary>
    public async Task<HttpClient> ApiClientAsync()
    {
        var key = await ApiKeyAsync();
        var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(Address, "/api/v1/") };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        using var hurry = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        await _app.StopAsync(hurry.Token).ContinueWith(_ => { }, TaskScheduler.Default);
        await _app.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_directory, recursive: true);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
