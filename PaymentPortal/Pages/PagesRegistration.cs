using Microsoft.AspNetCore.Diagnostics;
using PaymentPortal.Core.Events;
using PaymentPortal.Core.Storage;
using PaymentPortal.Pages.Disputes;
using PaymentPortal.Pages.Approvals;
using PaymentPortal.Pages.Health;
using PaymentPortal.Pages.Integrity;
using PaymentPortal.Pages.Ledger;
using PaymentPortal.Pages.Live;
using PaymentPortal.Pages.Parts;
using PaymentPortal.Pages.Operations;
using PaymentPortal.Pages.Payments;
using PaymentPortal.Pages.Payouts;
using PaymentPortal.Pages.Recon;
using PaymentPortal.Pages.Sellers;
using PaymentPortal.Pages.Webhooks;

namespace PaymentPortal.Pages;

/// <summary>The portal's pages. The host calls AddPortalPages, UsePortalErrorPages first in its pipeline, and MapPortalPages after UsePortalSecurity.</summary>
public static class PagesRegistration
{
    public static IServiceCollection AddPortalPages(this IServiceCollection services)
    {
        services.AddRazorComponents().AddInteractiveServerComponents();
        // A form without its token is the sender's fault in every environment: 400, never an exception page.
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = false);
        services.AddScoped<PageNonce>();
        services.AddScoped<ViewerClock>();
        services.AddMemoryCache();
        services.AddScoped<HandOver>();
        services.AddScoped<ViewerRights>();
        services.AddSingleton<ApprovalDesk>();
        services.AddSingleton<NavigationBadges>();
        services.AddSingleton(provider => new JobBoard(provider.GetKeyedService<Quartz.ISchedulerFactory>(JobBoard.Scheduler), provider.GetService<SteadyTime>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<LiveFeed>();
        services.AddSingleton<IEventSubscriber>(provider => provider.GetRequiredService<LiveFeed>());
        services.AddSingleton<PortalSetting>();
        services.AddSingleton<IHealthFact, DatabaseFact>();
        services.AddSingleton<IHealthFact, WriteLaneFact>();
        services.AddSingleton<IHealthFact, IntegrityFact>();
        services.AddSingleton<IHealthFact, DiskFact>();
        services.AddSingleton<IHealthFact, ClockFact>();
        services.AddSingleton<IHealthFact, DeadLettersFact>();
        services.AddSingleton<IHealthFact, PspLineFact>();
        services.AddSingleton<IHealthFact, SessionsFact>();
        services.AddSingleton<IHealthFact, StuckWorkFact>();
        services.AddSingleton<IHealthFact, EventLogFact>();
        services.AddSingleton<IHealthFact, QuarantineFact>();
        services.AddSingleton<IHealthFact, ThreadsFact>();
        services.AddSingleton<IHealthFact, TimersFact>();
        services.AddSingleton<IHealthFact, EndpointFact>();
        services.AddSingleton<IHealthFact, DisputesFact>();
        services.AddSingleton<IHealthFact, PayoutsFact>();
        services.AddSingleton<IHealthFact, OverdrawnFact>();
        services.AddSingleton<IHealthFact, MismatchesFact>();
        services.AddSingleton<IHealthFact, DayClosesFact>();
        services.AddSingleton<HealthReading>();
        return services;
    }

    /// <summary>
    /// Answers faults and empty refusals with a page. Programs' addresses keep their empty refusals, and an IExceptionHandler that another part
    /// registers is asked first: they speak problem+json.
    /// </summary>
    public static WebApplication UsePortalErrorPages(this WebApplication app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            ExceptionHandlingPath = "/error/500",
            CreateScopeForErrors = true,
            StatusCodeSelector = error => error is StoreUnavailableException ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status500InternalServerError,
        });
        app.UseStatusCodePagesWithReExecute("/error/{0}");
        app.Use((context, next) =>
        {
            if (!IsForPeople(context.Request.Path)) context.Features.Get<IStatusCodePagesFeature>()!.Enabled = false;
            return next(context);
        });
        return app;
    }

    public static WebApplication MapPortalPages(this WebApplication app)
    {
        app.MapStaticAssets().AllowAnonymous();
        PreferencesEndpoint.Map(app);
        HealthEndpoints.Map(app);
        LedgerDownloads.Map(app);
        PaymentDownloads.Map(app);
        OperationsDownloads.Map(app);
        StatementDownloads.Map(app);
        FeeDownloads.Map(app);
        EvidenceDownloads.Map(app);
        app.MapRazorComponents<App>()
            .AddInteractiveServerRenderMode(options => options.ContentSecurityFrameAncestorsPolicy = null)
            .RequireAuthorization();
        return app;
    }

    private static bool IsForPeople(PathString path) =>
        !path.StartsWithSegments("/api") && !path.StartsWithSegments("/webhooks") && !path.StartsWithSegments("/sandbox") && !path.StartsWithSegments("/health")
        && !path.StartsWithSegments("/_blazor") && !path.StartsWithSegments("/openapi");
}
