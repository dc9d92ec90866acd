using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PaymentPortal.Core;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Psp.Stripe;
using PaymentPortal.Core.Storage;
using PaymentPortal.Pages;
using PaymentPortal.Security;
using PaymentSettings = PaymentPortal.Core.Payments.PaymentSettings;

namespace PaymentPortal.Tests.Support;

/// <summary>What a test may want otherwise than usual.</summary>
public sealed record PortalSettings
{
    public string Environment { get; init; } = Environments.Development;

    public SessionRules Sessions { get; init; } = SessionRules.Default;

    /// <summary>Where the PSP is; by default nobody listens there.</summary>
    public Uri Psp { get; init; } = new("http://127.0.0.1:9/");

    public Action<IServiceCollection>? Services { get; init; }
}

/// <summary>The portal over real HTTP on a free port, with a store, keys and a clock of its own.</summary>
public sealed class PortalServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly string _directory;
    private readonly LogLines _log;

    private PortalServer(WebApplication app, string directory, ManualTime time, LogLines log) => (_app, _directory, Time, _log) = (app, directory, time, log);

    public ManualTime Time { get; }

    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    public IServiceProvider Services => _app.Services;

    /// <summary>Every line the program logged so far.</summary>
    public IReadOnlyCollection<string> Log => _log.Lines;

    public static async Task<PortalServer> StartAsync(PortalSettings? wanted = null)
    {
        var settings = wanted ?? new PortalSettings();
        var directory = Directory.CreateTempSubdirectory("portal-").FullName;
        var dialect = new SqliteDialect(Path.Combine(directory, "portal.db"));
        await StoreMigrator.MigrateAsync(dialect, CancellationToken.None);
        var (time, log) = (new ManualTime(TimeProvider.System.GetUtcNow()), new LogLines());
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = settings.Environment, ApplicationName = "PaymentPortal", ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseStaticWebAssets().UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders().AddProvider(log);
        builder.Services.AddSingleton<TimeProvider>(time);
        var payments = new PaymentSettings { PublicBaseAddress = () => "https://pay.example" };
        builder.Services.AddPaymentCore(dialect, KeyRing.OpenOrCreate(Path.Combine(directory, "keys")), directory, payments, new StripeOptions { BaseAddress = settings.Psp, ApiKey = "sk_test_sandbox" });
        builder.Services.AddPortalSecurity(builder.Environment, Path.Combine(directory, "keys"));
        builder.Services.AddPortalPages();
        builder.Services.Replace(ServiceDescriptor.Singleton(settings.Sessions));
        settings.Services?.Invoke(builder.Services);
        var app = builder.Build();
        // Behind the proxy that ends TLS: outside Development cookies are only given out over HTTPS.
        if (!app.Environment.IsDevelopment()) app.Use((context, next) => { context.Request.Scheme = "https"; return next(context); });
        app.UsePortalErrorPages();
        app.UsePortalSecurity();
        app.MapPortalPages();
        await app.StartAsync();
        return new PortalServer(app, directory, time, log);
    }

    public async Task<StaffUser> AddStaffAsync(string email, string role, string password = PortalClient.Password)
    {
        await using var scope = Services.CreateAsyncScope();
        return (await scope.ServiceProvider.GetRequiredService<StaffAccounts>().CreateAsync(email, role, password, CancellationToken.None)).Value;
    }

    /// <summary>The set-up link that the program printed at its start.</summary>
    public async Task<string> SetUpLinkAsync()
    {
        string? line = null;
        await Until.TrueAsync(() => Task.FromResult((line = Log.FirstOrDefault(text => text.Contains("/setup?token=", StringComparison.Ordinal))) is not null));
        return line![line!.IndexOf("/setup?", StringComparison.Ordinal)..].Trim();
    }

    /// <summary>A browser without scripts.</summary>
    public PortalClient Visitor() => new(Address);

    /// <summary>Cuts every connection, as a crash would.</summary>
    public async Task StopAsync()
    {
        using var hurry = new CancellationTokenSource(TimeSpan.Zero);
        await _app.StopAsync(hurry.Token).ContinueWith(_ => { }, TaskScheduler.Default);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _app.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        // It was stopped in a hurry: a worker may still be writing its last file.
        await Until.TrueAsync(() => Task.FromResult(TryDelete()));
    }

    private bool TryDelete()
    {
        try
        {
            Directory.Delete(_directory, recursive: true);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private sealed class LogLines : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> _lines = new();

        public IReadOnlyCollection<string> Lines => _lines;

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            _lines.Enqueue($"{logLevel}: {formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}
