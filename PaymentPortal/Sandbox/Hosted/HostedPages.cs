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
        endpoints.MapGet($"{ApiPaths.Base}/assets/pay.css", () => Results.Text(HostedStyle.Sheet, "text/css")).ExcludeFromDescription();
        endpoints.MapGet(SessionPath, ShowAsync).ExcludeFromDescription();
        endpoints.MapPost(SessionPath, PayAsync).ExcludeFromDescription().DisableAntiforgery();
        endpoints.MapGet(AuthenticationPath, ShowAuthenticationAsync).ExcludeFromDescription();
        endpoints.MapPost(AuthenticationPath, AuthenticateAsync).ExcludeFromDescription().DisableAntiforgery();
    }

    private static async Task ShowAsync(HttpContext http, string session, PageScope scope)
    {
        var isRetry = http.Request.Query.ContainsKey("retry");
        await scope.AnswerAsync(http, await scope.ReadAsync(http, unit => CardPages.Show(unit, session, isRetry)));
    }

    private static async Task PayAsync(HttpContext http, string session, PageScope scope)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        await scope.AnswerAsync(http, await scope.WriteAsync(http, unit => CardPages.Pay(unit, session, form)));
    }

    private static async Task ShowAuthenticationAsync(HttpContext http, string intent, string token, PageScope scope) =>
        await scope.AnswerAsync(http, await scope.ReadAsync(http, unit => AuthenticationPages.Show(unit, intent, token)));

    private static async Task AuthenticateAsync(HttpContext http, string intent, string token, PageScope scope)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        await scope.AnswerAsync(http, await scope.WriteAsync(http, unit => AuthenticationPages.Decide(unit, intent, token, form["outcome"] == "complete")));
    }
}
