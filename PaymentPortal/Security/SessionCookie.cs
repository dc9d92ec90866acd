using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.Extensions.Options;

namespace PaymentPortal.Security;

/// <summary>The cookie that names a session, and what happens at the door without one. Outside Development it is Secure and bound to this host by its name.</summary>
internal static class SessionCookie
{
    public static string Name(IHostEnvironment environment, string name) => environment.IsDevelopment() ? "pp_" + name : "__Host-pp_" + name;

    public static CookieSecurePolicy Secure(IHostEnvironment environment) => environment.IsDevelopment() ? CookieSecurePolicy.SameAsRequest : CookieSecurePolicy.Always;

    public static void Configure(CookieAuthenticationOptions options, IHostEnvironment environment)
    {
        options.Cookie.Name = Name(environment, "session");
        options.Cookie.HttpOnly = true;
        options.Cookie.SameSite = SameSiteMode.Lax;
        options.Cookie.SecurePolicy = Secure(environment);
        options.Cookie.Path = "/";
        // The session row decides how long it lives; the cookie's own sliding would count open pages as idle, because a circuit sends no cookie.
        options.SlidingExpiration = false;
        options.LoginPath = "/login";
        options.LogoutPath = "/logout";
        options.Events.OnValidatePrincipal = ValidateAsync;
        options.Events.OnRedirectToLogin = context => Answer(context, StatusCodes.Status401Unauthorized);
        options.Events.OnRedirectToAccessDenied = context =>
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return Task.CompletedTask;
        };
    }

    private static async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        var request = context.HttpContext;
        // A style sheet is the same for everybody: no look at the database for it.
        if (request.GetEndpoint()?.Metadata.GetMetadata<StaticAssetDescriptor>() is not null) return;
        var sessions = request.RequestServices.GetRequiredService<StaffSessions>();
        var stamp = request.RequestServices.GetRequiredService<IOptions<IdentityOptions>>().Value.ClaimsIdentity.SecurityStampClaimType;
        if (context.Principal is { } person && await sessions.IsAliveAsync(person, stamp, request.RequestAborted).ConfigureAwait(false))
        {
            await sessions.TouchAsync(person, request.RequestAborted).ConfigureAwait(false);
            return;
        }
        context.RejectPrincipal();
        await request.SignOutAsync(IdentityConstants.ApplicationScheme).ConfigureAwait(false);
    }

    /// <summary>A page sends people to sign in and back; anything a program calls gets the bare status.</summary>
    private static Task Answer(RedirectContext<CookieAuthenticationOptions> context, int status)
    {
        var isPage = HttpMethods.IsGet(context.Request.Method) && !context.Request.Path.StartsWithSegments("/_blazor", StringComparison.OrdinalIgnoreCase)
            && !context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase);
        if (isPage) context.Response.Redirect(context.RedirectUri);
        else context.Response.StatusCode = status;
        return Task.CompletedTask;
    }
}
