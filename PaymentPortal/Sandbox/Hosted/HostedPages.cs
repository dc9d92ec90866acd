using PaymentPortal.Sandbox.Wire;

namespace PaymentPortal.Sandbox.Hosted;

/// <summary>What a page's work decided: a page to show, or a place to go.</summary>
public sealed record PageAnswer(string? Html, string? GoTo, string? LeavesTo = null, int Status = 200)
{
    public static PageAnswer Show(string html, string? leavesTo = null, int status = 200) => new(html, null, leavesTo, status);

    public static PageAnswer Go(string address) => new(null, address);
}

/// <summary>
/// The pages that payers see. Each post is decided in one unit of work against the stored session, so a second press of Pay finds what the
/// first one did.
/// </summary>
public static class HostedPages
{
    private const string SessionPath = ApiPaths.Base + "/pay/{session}";
    private const string AuthenticationPath = ApiPaths.Base + "/authenticate/{intent}/{token}";

    public static void MapHostedPages(this IEndpointRouteBuilder endpoints)
    {
        // Whatever the host demands of its own pages: these are a third party's, and their forms have no token of the host's.
        var pages = endpoints.MapGroup("").ExcludeFromDescription().AllowAnonymous().DisableAntiforgery();
        pages.MapGet($"{ApiPaths.Base}/assets/pay.css", () => Results.Text(HostedStyle.Sheet, "text/css"));
        pages.MapGet(SessionPath, (HttpContext http, string session, PageScope scope) =>
            scope.ReadAsync(http, unit => CardPages.Show(unit, session, isRetry: http.Request.Query.ContainsKey("retry"))));
        pages.MapPost(SessionPath, (HttpContext http, string session, PageScope scope) =>
            scope.WriteAsync(http, (unit, form) => CardPages.Pay(unit, session, form)));
        pages.MapGet(AuthenticationPath, (HttpContext http, string intent, string token, PageScope scope) =>
            scope.ReadAsync(http, unit => AuthenticationPages.Show(unit, intent, token)));
        pages.MapPost(AuthenticationPath, (HttpContext http, string intent, string token, PageScope scope) =>
            scope.WriteAsync(http, (unit, form) => AuthenticationPages.Decide(unit, intent, token, form["outcome"] == "complete")));
    }
}
