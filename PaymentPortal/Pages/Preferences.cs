namespace PaymentPortal.Pages;

/// <summary>How one person wants to see the portal. Lives in cookies that any page may set, signed in or not; it never holds anything personal.</summary>
public sealed record Preferences(string Theme = Preferences.System, bool HasSingleKeys = true, string Zone = "UTC")
{
    public const string System = "system";
    public const string Light = "light";
    public const string Dark = "dark";
    public const string ThemeCookie = "pp_theme";
    public const string KeysCookie = "pp_keys";
    public const string ZoneCookie = "pp_zone";

    public static IReadOnlyList<string> Themes { get; } = [System, Light, Dark];

    /// <summary>The class on &lt;html&gt;; none means that the device decides.</summary>
    public string? CssClass => Theme switch { Light => "pp-light", Dark => "pp-dark", _ => null };

    /// <summary>Reads the cookies; a value that is not one of ours counts as not set.</summary>
    public static Preferences Read(IRequestCookieCollection cookies)
    {
        var theme = cookies[ThemeCookie] ?? System;
        var zone = cookies[ZoneCookie] ?? "UTC";
        return new Preferences(Themes.Contains(theme, StringComparer.Ordinal) ? theme : System, cookies[KeysCookie] != "off", TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _) ? zone : "UTC");
    }
}
