using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Storage;
using PaymentPortal.Pages.Health;

namespace PaymentPortal.Security;

/// <summary>Everything that decides who is at the door, registered in one place. The host calls both methods once.</summary>
public static class SecurityRegistration
{
    /// <param name="services">The host's services; AddPaymentCore and a TimeProvider are expected there.</param>
    /// <param name="environment">Development alone may use cookies without Secure.</param>
    /// <param name="keysDirectory">Where the keys of cookies are kept, in a folder of their own.</param>
    public static IServiceCollection AddPortalSecurity(this IServiceCollection services, IHostEnvironment environment, string keysDirectory)
    {
        var cookieKeys = Directory.CreateDirectory(Path.Combine(keysDirectory, "cookies"));
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(cookieKeys.FullName, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        services.AddDataProtection().SetApplicationName("PaymentPortal").PersistKeysToFileSystem(cookieKeys);
        services.AddScoped(provider => provider.GetRequiredService<IDbContextFactory<PortalDb>>().CreateDbContext());
        AddIdentity(services);
        AddCookies(services, environment);
        services.AddAuthorization(options =>
        {
            foreach (var right in Rights.All) options.AddPolicy(right.Name, policy => policy.RequireRole(right.Holders));
        });
        services.AddCascadingAuthenticationState();
        services.AddScoped<AuthenticationStateProvider, SessionAuthenticationState>();
        services.AddScoped<CircuitHandler, SessionActivity>();
        services.AddSingleton(SessionRules.Default);
        services.AddSingleton<StaffSessions>();
        services.AddScoped<StaffSignIn>();
        services.AddScoped<StaffAccounts>();
        services.AddSingleton<StaffDesk>();
        services.AddSingleton<IApprovalKind, RoleGrant>();
        services.AddSingleton<IHealthFact, AdminFact>();
        services.AddSingleton<SetupLink>();
        services.AddHostedService(provider => provider.GetRequiredService<SetupLink>());
        return services;
    }

    /// <summary>Headers, then who it is, then whether they may, then whether the form is ours. Comes before any endpoint is mapped.</summary>
    public static WebApplication UsePortalSecurity(this WebApplication app)
    {
        if (!app.Environment.IsDevelopment()) app.UseHsts();
        app.UseMiddleware<SecurityHeaders>();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseAntiforgery();
        return app;
    }

    private static void AddIdentity(IServiceCollection services)
    {
        services.AddIdentityCore<StaffUser>(options =>
            {
                options.User.RequireUniqueEmail = true;
                options.Password.RequiredLength = PasswordRules.MinLength;
                options.Password.RequireDigit = false;
                options.Password.RequireLowercase = false;
                options.Password.RequireUppercase = false;
                options.Password.RequireNonAlphanumeric = false;
                options.Lockout.MaxFailedAccessAttempts = StaffSignIn.MaxTries;
                options.Lockout.DefaultLockoutTimeSpan = StaffSignIn.LockTime;
            })
            .AddRoles<IdentityRole>()
            .AddEntityFrameworkStores<PortalDb>()
            .AddUserStore<StaffStore>()
            .AddPasswordValidator<PasswordRules>()
            .AddDefaultTokenProviders();
        services.Configure<PasswordHasherOptions>(options => options.IterationCount = PasswordRules.HashIterations);
    }

    private static void AddCookies(IServiceCollection services, IHostEnvironment environment)
    {
        services.AddAuthentication(IdentityConstants.ApplicationScheme)
            .AddCookie(IdentityConstants.ApplicationScheme, options => SessionCookie.Configure(options, environment));
        services.AddAntiforgery(options =>
        {
            options.Cookie.Name = SessionCookie.Name(environment, "form");
            options.Cookie.HttpOnly = true;
            options.Cookie.SameSite = SameSiteMode.Strict;
            options.Cookie.SecurePolicy = SessionCookie.Secure(environment);
            options.Cookie.Path = "/";
            options.SuppressXFrameOptionsHeader = true;
        });
        services.AddHsts(options =>
        {
            options.MaxAge = TimeSpan.FromDays(730);
            options.IncludeSubDomains = true;
        });
    }
}
