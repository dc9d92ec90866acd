using Microsoft.AspNetCore.Mvc;

namespace PaymentPortal.Demo;

/// <summary>A merchant to try the portal with, at /demo. It uses nothing but the public API over HTTP, so it is also an example of how to.</summary>
public static class DemoShop
{
    private const long LargestForm = 16 * 1024;

    public static IServiceCollection AddDemoShop(this IServiceCollection services, Func<IServiceProvider, DemoShopOptions> options)
    {
        services.AddRazorComponents();
        services.AddSingleton(options);
        services.AddHttpClient<MerchantBackend>().ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false });
        return services;
    }

    public static IEndpointRouteBuilder MapDemoShop(this IEndpointRouteBuilder endpoints)
    {
        var shop = endpoints.MapGroup("/demo").AllowAnonymous().ExcludeFromDescription()
            .WithMetadata(new RequestSizeLimitAttribute(LargestForm))
            .AddEndpointFilter(SetHeadersAsync);
        shop.MapGet("", DemoPages.Show);
        shop.MapPost("", DemoPages.BuyAsync);
        shop.MapGet("/thanks", DemoPages.ThanksAsync);
        shop.MapGet("/shop.css", DemoStyle.Serve);
        return endpoints;
    }

    private static ValueTask<object?> SetHeadersAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var headers = context.HttpContext.Response.Headers;
        // Browsers hold the redirect after the form to form-action, and it leads to the checkout page's own address.
        headers.ContentSecurityPolicy = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self' https: http:";
        headers.CacheControl = "no-store";
        headers["X-Robots-Tag"] = "noindex";
        headers.XContentTypeOptions = "nosniff";
        return next(context);
    }
}
