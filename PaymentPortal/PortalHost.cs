using System.Security.Authentication;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using PaymentPortal.Api;
using PaymentPortal.Checkout;
using PaymentPortal.Cli;
using PaymentPortal.Core;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Notifications;
using PaymentPortal.Core.Payments;
using PaymentPortal.Demo;
using PaymentPortal.Jobs;
using PaymentPortal.Pages;
using PaymentPortal.Sandbox;
using PaymentPortal.Security;
using PaymentPortal.Webhooks;

namespace PaymentPortal;

/// <summary>Puts the whole program together. Opening the store comes first, because it may refuse to start.</summary>
public static class PortalHost
{
    private const string DefaultUrl = "http://localhost:5080";

    /// <summary>
    /// Run from its sources, the program is in Development unless told otherwise, and keeps its data beside them, whatever folder it is started from.
    /// (No launchSettings.json: with one, "dotnet run" writes a line of its own to the standard output of every verb.)
    /// </summary>
    public static WebApplicationBuilder CreateBuilder(string[] arguments)
    {
        var sources = SourceFolder();
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = arguments,
            ApplicationName = "PaymentPortal",
            ContentRootPath = sources ?? AppContext.BaseDirectory,
            EnvironmentName = Environment.GetEnvironmentVariable("ASPNETCORE_ENVIRONMENT") ?? (sources is null ? Environments.Production : Environments.Development),
        });
        if (builder.Configuration["urls"] is null) builder.Configuration["urls"] = DefaultUrl;
        return builder;
    }

    /// <summary>For verbs, whose console is the answer: nothing below this level is logged, whatever the settings say of single parts.</summary>
    internal static void LogOnly(WebApplicationBuilder builder, LogLevel level)
    {
        builder.Logging.SetMinimumLevel(level);
        foreach (var part in builder.Configuration.GetSection("Logging:LogLevel").GetChildren()) part.Value = level.ToString();
    }

    /// <summary>Ready to run, and holding the store's lock until it is disposed.</summary>
    public static async Task<WebApplication> BuildAsync(WebApplicationBuilder builder, CancellationToken cancellationToken)
    {
        var options = PortalOptions.Read(builder.Configuration, builder.Environment);
        var store = await OpenStore.OpenAsync(options.DataDirectory, options.KeysDirectory, cancellationToken);
        try
        {
            AddServices(builder, options, store);
            var app = builder.Build();
            Map(app, options);
            return app;
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    private static void AddServices(WebApplicationBuilder builder, PortalOptions options, OpenStore store)
    {
        var services = builder.Services;
        var address = new ListeningAddress(options);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            SpeakTls(kestrel);
        });
        services.AddSingleton(options);
        // Registered by factory, so that the container closes it, after the lane that was made later.
        services.AddSingleton(_ => store);
        services.AddSingleton(address);
        var time = options is { IsSandboxEnabled: true, IsDevelopment: true } ? new MovableTimeProvider() : TimeProvider.System;
        services.AddSingleton(time);
        var sandbox = SandboxSetUp.For(options);
        var payments = new PaymentSettings
        {
            PublicBaseAddress = () => options.PublicBaseAddress ?? address.Value,
            PlatformFeeBasisPoints = options.PlatformFeeBasisPoints,
            MerchantName = options.MerchantName,
        };
        services.AddSingleton(new WebhookSettings { AllowsPrivateAddresses = options.AllowsPrivateWebhooks });
        services.AddSingleton(options.ApprovalLimits);
        services.AddSingleton(options.Disputes);
        services.AddPaymentCore(store.Dialect, store.Keys, options.DataDirectory, payments, sandbox.Psp);
        services.AddSingleton(new WebhookSecrets(sandbox.WebhookSecrets));
        if (sandbox.Options is { } sandboxOptions) services.AddSandbox(sandboxOptions);
        services.AddPortalSecurity(builder.Environment, options.KeysDirectory);
        services.AddPortalPages();
        services.AddCheckoutPages();
        services.AddPortalApi();
        services.AddPortalJobs(time);
        services.AddHostedService<ControlSocket>();
        if (!options.HasDemoShop) return;
        services.AddSingleton<DemoShopKey>();
        services.AddDemoShop(provider => new DemoShopOptions { BaseAddress = () => address.Value, ApiKey = provider.GetRequiredService<DemoShopKey>().ReadAsync });
    }

    /// <summary>Older versions are broken; nobody who pays needs them.</summary>
    internal static void SpeakTls(KestrelServerOptions kestrel) => kestrel.ConfigureHttpsDefaults(https => https.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13);

    private static void Map(WebApplication app, PortalOptions options)
    {
        // Resolved now, so that it lives and is disposed as long as the app.
        app.Services.GetRequiredService<OpenStore>();
        app.Services.GetRequiredService<ListeningAddress>().Attach(app.Services.GetRequiredService<Microsoft.AspNetCore.Hosting.Server.IServer>());
        app.UsePlainHttpRefusal(options.KnownProxies);
        UseForwardedHeaders(app, options);
        app.UsePortalErrorPages();
        app.UsePortalApiErrors();
        app.UsePortalSecurity();
        app.MapPortalPages();
        app.MapPortalApi();
        app.MapPspWebhook();
        app.MapCheckoutPages();
        if (options.IsSandboxEnabled) app.MapSandbox();
        if (options.HasDemoShop) app.MapDemoShop();
    }

    private static void UseForwardedHeaders(WebApplication app, PortalOptions options)
    {
        if (options.KnownProxies.Count == 0) return;
        var forwarded = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto };
        foreach (var proxy in options.KnownProxies) forwarded.KnownProxies.Add(System.Net.IPAddress.Parse(proxy));
        app.UseForwardedHeaders(forwarded);
    }

    private static string? SourceFolder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "PaymentPortal.csproj"))) return folder.FullName;
        }
        return null;
    }
}
