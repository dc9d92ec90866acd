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

    public static IEndpointRouteBuilder MapPortalApi(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapOpenApi("/openapi/{documentName}.json").AllowAnonymous();
        var api = endpoints.MapGroup("/api/v1").AllowAnonymous().DisableAntiforgery();
        var border = endpoints.ServiceProvider.GetRequiredService<ApiBorder>();
        api.AddEndpointFilter(border.InvokeAsync);
        CheckoutsApi.Map(api);
        PaymentOrdersApi.Map(api);
        WalletsApi.Map(api);
        LedgerApi.Map(api);
        endpoints.Map("/api/{**rest}", () => Problems.From(new Refusal(RefusalCodes.NotFound, 404, "There is no such address in the API; /openapi/v1.json lists them."))).AllowAnonymous().ExcludeFromDescription();
        return endpoints;
    }
}
