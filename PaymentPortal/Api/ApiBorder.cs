using Microsoft.Extensions.Primitives;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Api;

/// <summary>The door of the API: who calls, whether the key's scopes cover the endpoint, and faults turned into problems without a stack trace.</summary>
public sealed class ApiBorder(ApiKeyService keys, ILogger<ApiBorder> log) : IEndpointFilter
{
    private static readonly TimeSpan StoreRetry = TimeSpan.FromSeconds(2);

    public static Refusal StoreUnavailable { get; } =
        new(RefusalCodes.StoreUnavailable, 503, "The store can't commit right now. Nothing was stored and no money moved; repeat the call with the same Idempotency-Key.") { RetryAfter = StoreRetry };

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        try
        {
            if (Bearer(http.Request.Headers.Authorization) is not { } key || await keys.FindAsync(key, http.RequestAborted) is not { } caller)
                return Problems.From(new Refusal(RefusalCodes.Unauthorized, 401, "Send a living API key as 'Authorization: Bearer ppk_…'. An admin makes keys under API keys, or with the verb create-api-key."));
            if (http.GetEndpoint()?.Metadata.GetMetadata<RequiredScope>() is { } required && !caller.May(required.Scope))
                return Problems.From(new Refusal(RefusalCodes.ScopeMissing, 403, $"The key {caller.Name} lacks the scope {required.Scope}. An admin can make a key that has it. Nothing was done."));
            http.Features.Set(caller);
            return await next(context);
        }
        catch (StoreUnavailableException error)
        {
            Log.StoreUnavailable(log, error);
            return Problems.From(StoreUnavailable);
        }
        catch (BadHttpRequestException error)
        {
            return Problems.From(RawBody.Refuse(error));
        }
    }

    private static string? Bearer(StringValues header) =>
        header is [{ } single] && single.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? single["Bearer ".Length..].Trim() : null;
}

/// <summary>The scope that an endpoint wants.</summary>
public sealed record RequiredScope(string Scope);

/// <summary>The caller whom <see cref="ApiBorder"/> let in.</summary>
public static class ApiCallers
{
    public static ApiCaller Caller(this HttpContext http) => http.Features.Get<ApiCaller>() ?? throw new InvalidOperationException("This endpoint stands outside the API's border.");
}
