using System.Globalization;
using PaymentPortal.Core.Common;

namespace PaymentPortal.Api;

/// <summary>Refusals as problem+json (RFC 9457), with our code, the field at fault and what it did to money.</summary>
public static class Problems
{
    private const string ContentType = "application/problem+json";

    public static IResult From(Refusal refusal) => new ProblemResult(refusal);

    public static Task WriteAsync(HttpContext http, Refusal refusal)
    {
        http.Response.StatusCode = refusal.HttpStatus;
        if (refusal.RetryAfter is { } wait) http.Response.Headers.RetryAfter = Math.Max(1, wait.Ticks / TimeSpan.TicksPerSecond).ToString(CultureInfo.InvariantCulture);
        if (refusal.HttpStatus == StatusCodes.Status401Unauthorized) http.Response.Headers.WWWAuthenticate = "Bearer";
        var problem = new
        {
            type = "about:blank",
            title = Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(refusal.HttpStatus),
            status = refusal.HttpStatus,
            detail = refusal.Text,
            code = refusal.Code,
            field = refusal.Field,
            money = refusal.Money.ToString().ToLowerInvariant(),
        };
        return http.Response.WriteAsJsonAsync(problem, options: null, ContentType, http.RequestAborted);
    }

    private sealed class ProblemResult(Refusal refusal) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) => WriteAsync(httpContext, refusal);
    }
}
