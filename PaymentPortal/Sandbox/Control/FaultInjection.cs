using System.Text;
using PaymentPortal.Sandbox.Wire;

namespace PaymentPortal.Sandbox.Control;

/// <summary>Does to a request what its fault says. Kinds ending in _before do no work at all, _after do it and hide the answer.</summary>
public static class FaultInjection
{
    /// <returns>True when the connection is gone and there is nothing more to do.</returns>
    public static async Task<bool> BeforeAsync(HttpContext http, FaultRule? fault, SandboxOptions options)
    {
        switch (fault?.Do)
        {
            case "timeout_before":
                await HoldAsync(http, options);
                return true;
            case "reset_before":
                http.Abort();
                return true;
            default:
                return false;
        }
    }

    /// <summary>Runs inside the idempotency claim, so that a twin of a slow request meets it in flight.</summary>
    public static Task SlowAsync(FaultRule? fault) => fault?.Do == "slow" ? Task.Delay(fault.DelayMs) : Task.CompletedTask;

    /// <summary>The rogue: it does the work anew under a key that it knows.</summary>
    public static bool ForgetsKey(FaultRule? fault) => fault?.Do == "forget_key";

    /// <summary>
    /// The answer of a rule with a status. 500 counts as begun and is stored under its key, as at the PSP; 502, 503 and 504 come from before
    /// the API and are not.
    /// </summary>
    public static StripeError? Refusal(FaultRule? fault) => fault?.Status is not { } status ? null : new StripeError(status, TextOf(status))
    {
        Type = status switch { >= 500 => "api_error", 402 => "card_error", _ => "invalid_request_error" },
        Code = fault.Code ?? (status == 429 ? "rate_limit" : null),
        ExecutionBegan = status is 500 or 402,
    };

    public static async Task SendAsync(HttpContext http, FaultRule? fault, SandboxOptions options, ApiAnswer answer, string requestId)
    {
        switch (fault?.Do)
        {
            case "timeout_after":
                await HoldAsync(http, options);
                return;
            case "reset_after":
                http.Abort();
                return;
        }

        var body = Encoding.UTF8.GetBytes(answer.Body);
        WriteHead(http.Response, answer, requestId, body.Length);
        if (fault?.Do == "truncate")
        {
            await http.Response.Body.WriteAsync(body.AsMemory(0, body.Length / 2));
            await http.Response.Body.FlushAsync();
            http.Abort();
            return;
        }

        await http.Response.Body.WriteAsync(body, http.RequestAborted);
    }

    private static void WriteHead(HttpResponse response, ApiAnswer answer, string requestId, int length)
    {
        response.StatusCode = answer.Status;
        response.ContentType = answer.ContentType;
        response.ContentLength = length;
        response.Headers.CacheControl = "no-cache, no-store";
        if (answer.OriginalRequest is not null)
        {
            response.Headers["Original-Request"] = answer.OriginalRequest;
        }

        if (answer.IsReplay)
        {
            response.Headers["Idempotent-Replayed"] = "true";
        }

        if (answer.Status == 401)
        {
            response.Headers.WWWAuthenticate = "Bearer realm=\"Stripe\"";
        }

        if (answer.Status == 429)
        {
            response.Headers["Stripe-Rate-Limited-Reason"] = "endpoint-rate";
        }
    }

    /// <summary>Never answers. Ends when the client gives up, or at the cap, and then by cutting the connection.</summary>
    private static async Task HoldAsync(HttpContext http, SandboxOptions options)
    {
        try
        {
            await Task.Delay(TimeSpan.FromSeconds(options.LongestHoldSeconds), http.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            // The client gave up, which is what the fault is for.
        }

        http.Abort();
    }

    private static string TextOf(int status) => status switch
    {
        402 => "Your card was declined.",
        429 => "Request rate limit exceeded. Learn more about rate limits here https://stripe.com/docs/rate-limits.",
        >= 500 => "An unknown error occurred",
        _ => "The sandbox was told to refuse this request.",
    };
}
