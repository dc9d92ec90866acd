using System.Security.Cryptography;
using System.Text;
using PaymentPortal.Sandbox.Wire;

namespace PaymentPortal.Sandbox.Console;

/// <summary>
/// Who may use the console: whoever knows the sandbox's key. The cookie is made from the key, so another key shuts out all who came in with the
/// old one, and it is of no use as a key itself.
/// </summary>
public static class ConsoleDoor
{
    private const string Cookie = "pp_sandbox_console";

    public static bool IsOpen(HttpRequest request, SandboxOptions options) =>
        request.Cookies[Cookie] is { } pass && FixedEquals(pass, PassOf(options.ApiKey));

    /// <returns>False: that is not the key, and nothing was set.</returns>
    public static bool Enter(HttpContext http, SandboxOptions options, string key)
    {
        if (!FixedEquals(key, options.ApiKey))
        {
            return false;
        }

        http.Response.Cookies.Append(Cookie, PassOf(options.ApiKey), CookieOptions(http));
        return true;
    }

    public static void Leave(HttpContext http) => http.Response.Cookies.Delete(Cookie, CookieOptions(http));

    /// <summary>A strict cookie still travels from another port of the same host, so a post must come from this very origin.</summary>
    public static bool IsOurForm(HttpRequest request) => request.Headers["Sec-Fetch-Site"].ToString() switch
    {
        "same-origin" => true,
        "" => request.Headers.Origin.ToString() is var origin && (origin.Length == 0 || origin == $"{request.Scheme}://{request.Host}"),
        _ => false,
    };

    private static CookieOptions CookieOptions(HttpContext http) => new()
    {
        HttpOnly = true, SameSite = SameSiteMode.Strict, Secure = http.Request.IsHttps, Path = ApiPaths.Console, IsEssential = true,
    };

    private static string PassOf(string key) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), "sandbox console"u8));

    private static bool FixedEquals(string one, string other) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(one), Encoding.UTF8.GetBytes(other));
}
