using Microsoft.AspNetCore.Routing.Template;
using PaymentPortal.Core.Common;

namespace PaymentPortal.Api;

/// <summary>The platform's API under /api/v1, one static class per resource.</summary>
public static class ApiRegistration
{
    public static IServiceCollection AddPortalApi(this IServiceCollection services)
    {
        services.AddOpenApi("v1", options => options.ShouldInclude = description => description.RelativePath?.StartsWith("api/", StringComparison.Ordinal) == true);
        services.AddSingleton<ApiBorder>();
        return services;
    }

    /// <summary>Gives the framework's own refusals (no such address, method or content type) the form of all others. Comes before the endpoints.</summary>
    public static WebApplication UsePortalApiErrors(this WebApplication app)
    {
        app.UseWhen(http => http.Request.Path.StartsWithSegments("/api"), branch => branch.UseStatusCodePages(context => Problems.WriteAsync(context.HttpContext, Explain(context.HttpContext))));
        return app;
    }

    public static IEndpointRouteBuilder MapPortalApi(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapOpenApi("/openapi/{documentName}.json").AllowAnonymous();
        var api = endpoints.MapGroup("/api/v1").AllowAnonymous().DisableAntiforgery();
        var border = endpoints.ServiceProvider.GetRequiredService<ApiBorder>();
        api.AddEndpointFilter(border.InvokeAsync);
        CheckoutsApi.Map(api);
        PaymentOrdersApi.Map(api);
        WalletsApi.Map(api);
        SellersApi.Map(api);
        PayoutsApi.Map(api);
        LedgerApi.Map(api);
        RefundsApi.Map(api);
        DisputesApi.Map(api);
        EventsApi.Map(api);
        ErrorCodesApi.Map(api);
        WebhookEndpointsApi.Map(api);
        SettlementFilesApi.Map(api);
        DayClosesApi.Map(api);
        return endpoints;
    }

    private static Refusal Explain(HttpContext http) => http.Response.StatusCode switch
    {
        // The portal's page for what is not found takes every address, with GET: elsewhere that makes another method of a missing address look like a wrong one.
        StatusCodes.Status405MethodNotAllowed when !IsKnown(http) => Explain(StatusCodes.Status404NotFound),
        var status => Explain(status),
    };

    private static bool IsKnown(HttpContext http) => http.RequestServices.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().Any(endpoint =>
        endpoint.RoutePattern.RawText?.StartsWith("/api/", StringComparison.Ordinal) == true && new TemplateMatcher(new RouteTemplate(endpoint.RoutePattern), []).TryMatch(http.Request.Path, []));

    private static Refusal Explain(int status) => status switch
    {
        StatusCodes.Status404NotFound => new Refusal(RefusalCodes.NotFound, status, "There is no such address in the API; /openapi/v1.json lists them."),
        StatusCodes.Status415UnsupportedMediaType => new Refusal(RefusalCodes.WrongContentType, status, "Send the body as application/json. Nothing was stored."),
        StatusCodes.Status500InternalServerError => new Refusal(RefusalCodes.StoreUnavailable, status, "The program failed. Ask for the object or repeat the call with the same Idempotency-Key to learn what was done.", Money: MoneyEffect.Unknown),
        _ => new Refusal(RefusalCodes.Malformed, status, "The address is there, but not for this method or form of request. Nothing was done."),
    };
}
