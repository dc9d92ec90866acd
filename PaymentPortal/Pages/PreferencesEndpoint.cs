using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace PaymentPortal.Pages;

/// <summary>Sets preferences by a plain form post, so that the switch works before, without and beside any script. Only what is sent changes.</summary>
internal static class PreferencesEndpoint
{
    public const string Path = "/preferences";

    private static readonly TimeSpan Kept = TimeSpan.FromDays(400);

    public static void Map(IEndpointRouteBuilder app) => app.MapPost(Path, Set).AllowAnonymous();

    private static RedirectHttpResult Set(
        HttpContext context, IHostEnvironment environment, [FromForm] string? theme, [FromForm] string? keys, [FromForm] string? zone, [FromForm] string? returnUrl)
    {
        var wished = Preferences.Read(context.Request.Cookies);
        if (theme is not null && Preferences.Themes.Contains(theme, StringComparer.Ordinal)) Keep(context, environment, Preferences.ThemeCookie, theme);
        if (keys is "on" or "off") Keep(context, environment, Preferences.KeysCookie, keys);
        if (zone is not null && zone != wished.Zone && TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _)) Keep(context, environment, Preferences.ZoneCookie, zone);
        return TypedResults.LocalRedirect(LocalUrl.Or(returnUrl, "/"));
    }

    private static void Keep(HttpContext context, IHostEnvironment environment, string name, string value) => context.Response.Cookies.Append(name, value, new CookieOptions
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Lax,
        Secure = !environment.IsDevelopment(),
        Path = "/",
        MaxAge = Kept,
        IsEssential = true,
    });
}
