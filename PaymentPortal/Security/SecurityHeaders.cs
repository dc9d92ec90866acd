using PaymentPortal.Pages;

namespace PaymentPortal.Security;

/// <summary>
/// Sets the security headers of every response. No script of ours stands inside a page, and no style of ours, sheet or attribute, so the
/// policy needs no unsafe-inline (docs/decisions/content-security-policy.md).
/// </summary>
internal sealed class SecurityHeaders(RequestDelegate next, ILogger<SecurityHeaders> log)
{
    public Task InvokeAsync(HttpContext context, PageNonce nonce)
    {
        if (IsForeignSocket(context.Request))
        {
            Log.ForeignOrigin(log, Origin(context.Request));
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return Task.CompletedTask;
        }
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy(nonce.Value, context.Request.Path);
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=()";
        context.Response.OnStarting(KeepPagesOutOfCaches, context);
        return next(context);
    }

    private static Task KeepPagesOutOfCaches(object state)
    {
        var response = ((HttpContext)state).Response;
        if (response.ContentType?.StartsWith("text/html", StringComparison.Ordinal) == true) response.Headers.CacheControl = "no-store";
        return Task.CompletedTask;
    }

    private static string Policy(string nonce, PathString path)
    {
        // The pay form answers with a redirect to the PSP's own page, and browsers hold redirects to form-action too.
        var formAction = path.StartsWithSegments("/pay", StringComparison.OrdinalIgnoreCase) ? "'self' https:" : "'self'";
        return $"default-src 'self'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; "
            + $"connect-src 'self'; object-src 'none'; base-uri 'self'; form-action {formAction}; frame-ancestors 'none'";
    }

    /// <summary>Web sockets are not held to the same origin by browsers, so the circuit checks it itself.</summary>
    private static bool IsForeignSocket(HttpRequest request) =>
        request.Path.StartsWithSegments("/_blazor", StringComparison.OrdinalIgnoreCase) && Origin(request) is { Length: > 0 } origin
        && !string.Equals(origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase);

    private static string Origin(HttpRequest request) => request.Headers.Origin.ToString();
}
