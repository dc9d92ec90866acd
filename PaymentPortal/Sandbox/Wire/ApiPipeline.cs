using System.Text;
using PaymentPortal.Sandbox.Connect;
using PaymentPortal.Sandbox.Control;
using PaymentPortal.Sandbox.Schedule;
using PaymentPortal.Sandbox.Storage;

namespace PaymentPortal.Sandbox.Wire;

/// <summary>Takes one HTTP request of the API to its answer: door, faults, idempotency, work, envelope. Every answer leaves through here.</summary>
public sealed class ApiPipeline(
    SandboxStore store, SandboxOptions options, TimeProvider clock, ApiRoutes routes, Expander expander, Idempotency idempotency,
    FaultBoard faults, DueWork dueWork, ILogger<ApiPipeline> logger)
{
    private const int LargestBody = 1 << 20;

    public async Task HandleAsync(HttpContext http)
    {
        var requestId = Ids.New("req_", 14);
        http.Response.Headers["Request-Id"] = requestId;
        FaultRule? fault = null;
        ApiAnswer answer;
        try
        {
            var request = await AdmitAsync(http, requestId);
            fault = await faults.TakeAsync(request);
            if (await FaultInjection.BeforeAsync(http, fault, options))
            {
                return;
            }

            answer = await AnswerAsync(request, fault);
        }
        catch (StripeError error)
        {
            answer = ApiAnswer.Of(error, requestId);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            Log.RequestFailed(logger, requestId, error);
            answer = ApiAnswer.Of(InternalError(), requestId);
        }

        await FaultInjection.SendAsync(http, fault, options, answer, requestId);
    }

    private static StripeError InternalError() => new(500, "An unknown error occurred") { Type = "api_error" };

    private async Task<ApiRequest> AdmitAsync(HttpContext http, string requestId)
    {
        Authentication.Check(http.Request, options.ApiKey);
        var version = http.Request.Headers["Stripe-Version"].ToString();
        if (version.Length > 0 && !ApiVersions.IsKnown(version))
        {
            throw StripeError.Invalid($"Invalid Stripe API version: {version}");
        }

        http.Response.Headers["Stripe-Version"] = version.Length > 0 ? version : ApiVersions.Current;
        var method = http.Request.Method;
        var key = method == "POST" ? http.Request.Headers["Idempotency-Key"].ToString() : "";
        if (key.Length > Idempotency.LongestKey)
        {
            throw StripeError.Invalid($"Idempotency keys can be up to {Idempotency.LongestKey} characters, but you passed one of {key.Length} characters.");
        }

        if (key.Length > 0)
        {
            http.Response.Headers["Idempotency-Key"] = key;
            http.Response.Headers["Original-Request"] = requestId;
        }

        var account = Authentication.AccountOf(http.Request, options.ApiKey, id => store.Read(db => Accounts.Exists(db, id)));
        var form = FormReader.Read(method == "POST" ? await BodyAsync(http.Request) : http.Request.QueryString.Value ?? "");
        return new ApiRequest(
            requestId, method, ApiPaths.OfApi(http.Request), form, account, key.Length > 0 ? key : null, ApiPaths.PublicBase(http.Request, options));
    }

    private static async Task<string> BodyAsync(HttpRequest request)
    {
        var type = request.ContentType ?? "";
        if (request.ContentLength is not (null or 0) && !type.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase))
        {
            throw StripeError.Invalid("Invalid request (check that your POST content type is application/x-www-form-urlencoded). If you have any questions, we can help at https://support.stripe.com/.");
        }

        using var buffer = new MemoryStream();
        var chunk = new byte[8192];
        int read;
        while ((read = await request.Body.ReadAsync(chunk, request.HttpContext.RequestAborted)) > 0)
        {
            buffer.Write(chunk, 0, read);
            if (buffer.Length > LargestBody)
            {
                throw new StripeError(413, "Request body is too large.");
            }
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private async Task<ApiAnswer> AnswerAsync(ApiRequest request, FaultRule? fault)
    {
        if (request.Key is null)
        {
            return await WorkAsync(request, fault);
        }

        using var claim = idempotency.Claim(request);
        try
        {
            return await WorkAsync(request, fault);
        }
        catch (StripeError error) when (error.ExecutionBegan)
        {
            var refusal = ApiAnswer.Of(error, request.Id) with { OriginalRequest = request.Id };
            return await store.WriteAsync(db =>
            {
                Idempotency.Keep(db, request, refusal, clock.GetUtcNow());
                return refusal;
            });
        }
    }

    private async Task<ApiAnswer> WorkAsync(ApiRequest request, FaultRule? fault)
    {
        await FaultInjection.SlowAsync(fault);
        if (FaultInjection.Refusal(fault) is { } refusal)
        {
            throw refusal;
        }

        var route = routes.Find(request.Method, request.Path);
        await dueWork.RunAsync();
        if (route is { IsWrite: false })
        {
            return store.Read(db => Run(db, request, route));
        }

        return await store.WriteAsync(db => Write(db, request, route, FaultInjection.ForgetsKey(fault)));
    }

    private ApiAnswer Write(SandboxDb db, ApiRequest request, ApiRoute? route, bool forgetsKey)
    {
        var now = clock.GetUtcNow();
        if (request.Key is not null && !forgetsKey && Idempotency.FindReplay(db, request, now) is { } replay)
        {
            return replay;
        }

        var answer = Run(db, request, route);
        if (request.Key is not null)
        {
            answer = answer with { OriginalRequest = request.Id };
            Idempotency.Keep(db, request, answer, now);
        }

        return answer;
    }

    private ApiAnswer Run(SandboxDb db, ApiRequest request, ApiRoute? route)
    {
        if (route is null)
        {
            throw StripeError.UnknownUrl(request.Method, request.Path);
        }

        var parameters = request.Form.Root;
        Authentication.CheckScope(request, route);
        route.Params.Check(parameters, "");
        var unit = request.Unit(db, clock.GetUtcNow(), options) with { WebhookDelay = faults.WebhookDelay };
        var result = route.Handler(new ApiCall(unit, route, request.Path, parameters));
        if (result.Csv is { } csv)
        {
            return new ApiAnswer(result.Status, csv) { ContentType = "text/csv; charset=utf-8" };
        }

        if (result.Status < 300)
        {
            expander.Apply(unit, result.Body, parameters.Texts("expand"));
        }

        Documents.Publish(result.Body);
        return ApiAnswer.Of(result.Status, result.Body);
    }
}
