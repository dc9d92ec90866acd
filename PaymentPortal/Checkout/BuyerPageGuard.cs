using System.Data.Common;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Checkout;

/// <summary>
/// Around every buyer's page: headers that keep it out of caches, search engines, frames and referrers, and a page instead of a fault when the
/// store can't be reached. The policy replaces the portal's, because these pages need less.
/// </summary>
internal sealed class BuyerPageGuard : IEndpointFilter
{
    private const int RetryAfterSeconds = 5;

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        SetHeaders(context.HttpContext);
        try
        {
            return await next(context);
        }
        catch (Exception error) when (error is StoreUnavailableException or DbException)
        {
            var http = context.HttpContext;
            Log.StoreUnavailable(http.RequestServices.GetRequiredService<ILogger<BuyerPageGuard>>(), error, http.Request.Method);
            http.Response.Headers.RetryAfter = RetryAfterSeconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
            return BuyerPages.Unavailable();
        }
    }

    private static void SetHeaders(HttpContext http)
    {
        var headers = http.Response.Headers;
        headers.ContentSecurityPolicy = Policy(http.Request.IsHttps);
        headers.CacheControl = "no-store";
        headers["X-Robots-Tag"] = "noindex, nofollow";
        headers["Referrer-Policy"] = "no-referrer";
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=()";
    }

    /// <summary>
    /// Browsers hold the redirect after a form to form-action too, and where the PSP's page will be is only known then: so any https address,
    /// and in Development, where these pages and the sandbox are plain HTTP, any at all.
    /// </summary>
    private static string Policy(bool isHttps) =>
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self' https:"
        + (isHttps ? "" : " http:");
}
