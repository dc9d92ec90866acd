using Microsoft.AspNetCore.Mvc;

namespace PaymentPortal.Checkout;

/// <summary>The buyer's pages under /pay. They need AddPaymentCore, antiforgery and nothing of the staff portal.</summary>
public static class CheckoutRegistration
{
    /// <summary>A press on Pay is a token and nothing else.</summary>
    private const long LargestForm = 16 * 1024;

    public static IServiceCollection AddCheckoutPages(this IServiceCollection services)
    {
        services.AddRazorComponents();
        services.AddAntiforgery();
        return services;
    }

    public static IEndpointRouteBuilder MapCheckoutPages(this IEndpointRouteBuilder endpoints)
    {
        var pay = endpoints.MapGroup("/pay").AllowAnonymous().ExcludeFromDescription()
            .WithMetadata(new RequestSizeLimitAttribute(LargestForm))
            .AddEndpointFilter<BuyerPageGuard>();
        pay.MapGet("/{link}", CheckoutReads.ShowAsync);
        pay.MapGet("/{link}/status", CheckoutReads.StatusAsync);
        pay.MapGet("/{link}/receipt", CheckoutReads.ReceiptAsync);
        pay.MapGet("/{link}/state", CheckoutReads.StateAsync);
        pay.MapGet("/{link}/return", CheckoutActs.ReturnAsync);
        pay.MapPost("/{link}", CheckoutActs.PayAsync);
        pay.MapPost("/{link}/cancel", CheckoutActs.CancelAsync);
        pay.MapGet("/help", CheckoutReads.Help);
        pay.MapGet("/{link}/{other}", CheckoutReads.NotFound);
        foreach (var asset in CheckoutAssets.All) endpoints.MapGet(asset.Path, asset.Serve).AllowAnonymous().ExcludeFromDescription();
        return endpoints;
    }
}
