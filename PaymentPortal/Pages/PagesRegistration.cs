using PaymentPortal.Pages.Health;
using Radzen;

namespace PaymentPortal.Pages;

/// <summary>The portal's pages. The host calls AddPortalPages, UsePortalErrorPages first in its pipeline, and MapPortalPages after UsePortalSecurity.</summary>
public static class PagesRegistration
{
    public static IServiceCollection AddPortalPages(this IServiceCollection services)
    {
        services.AddRazorComponents().AddInteractiveServerComponents();
        services.AddRadzenComponents();
        services.AddHttpContextAccessor();
        services.AddScoped<PageNonce>();
        services.AddScoped<ViewerClock>();
        services.AddSingleton<PortalSetting>();
        services.AddSingleton<IHealthFact, DatabaseFact>();
        services.AddSingleton<IHealthFact, WriteLaneFact>();
        services.AddSingleton<IHealthFact, DiskFact>();
        services.AddSingleton<IHealthFact, ClockFact>();
        services.AddSingleton<HealthReading>();
        return services;
    }

    /// <summary>Answers faults and empty refusals of pages with a page. Programs' addresses are left alone: they speak problem+json.</summary>
    public static WebApplication UsePortalErrorPages(this WebApplication app)
    {
        app.UseWhen(context => IsForPeople(context.Request.Path), branch =>
        {
            branch.UseExceptionHandler("/error/500", createScopeForErrors: true);
            branch.UseStatusCodePagesWithReExecute("/error/{0}");
        });
        return app;
    }

    public static WebApplication MapPortalPages(this WebApplication app)
    {
        app.MapStaticAssets().AllowAnonymous();
        PreferencesEndpoint.Map(app);
        HealthEndpoints.Map(app);
        app.MapRazorComponents<App>()
            .AddInteractiveServerRenderMode(options => options.ContentSecurityFrameAncestorsPolicy = null)
            .RequireAuthorization();
        return app;
    }

    private static bool IsForPeople(PathString path) =>
        !path.StartsWithSegments("/api") && !path.StartsWithSegments("/webhooks") && !path.StartsWithSegments("/sandbox") && !path.StartsWithSegments("/health")
        && !path.StartsWithSegments("/_blazor") && !path.StartsWithSegments("/openapi");
}
