using Microsoft.AspNetCore.Http.HttpResults;

namespace PaymentPortal.Demo;

/// <summary>The shop's pages. Its form carries nobody's rights, so it needs no token against forged ones.</summary>
internal static class DemoPages
{
    public static IResult Show(string? currency) => Shop(Cart.Empty(currency), null, StatusCodes.Status200OK);

    public static async Task<IResult> BuyAsync(HttpContext http, MerchantBackend backend, CancellationToken cancellationToken)
    {
        if (!http.Request.HasFormContentType) return Shop(Cart.Empty(null), "The form did not arrive. Please fill it in again.", StatusCodes.Status400BadRequest);
        var cart = Cart.Read(await http.Request.ReadFormAsync(cancellationToken));
        if (cart.Lines.Count == 0) return Shop(cart, "Choose at least one thing to buy.", StatusCodes.Status422UnprocessableEntity);
        try
        {
            var checkout = await backend.CreateAsync(cart, $"{http.Request.Scheme}://{http.Request.Host}", cancellationToken);
            http.Response.Headers.Location = checkout.CheckoutUrl;
            return Results.StatusCode(StatusCodes.Status303SeeOther);
        }
        catch (ShopRefusedException refused)
        {
            return Shop(cart, refused.Message, StatusCodes.Status422UnprocessableEntity);
        }
        catch (HttpRequestException)
        {
            return Shop(cart, "The shop can’t reach its payment service. Nothing was ordered; please try again.", StatusCodes.Status502BadGateway);
        }
    }

    public static async Task<IResult> ThanksAsync(string? order, MerchantBackend backend, CancellationToken cancellationToken)
    {
        try
        {
            var checkout = order is null ? null : await backend.FindAsync(order, cancellationToken);
            return Page<ThanksPage>(
                new() { [nameof(ThanksPage.Number)] = order, [nameof(ThanksPage.Checkout)] = checkout }, checkout is null ? StatusCodes.Status404NotFound : StatusCodes.Status200OK);
        }
        catch (Exception error) when (error is HttpRequestException or ShopRefusedException)
        {
            return Page<ThanksPage>(new() { [nameof(ThanksPage.Number)] = order, [nameof(ThanksPage.IsUnknown)] = true }, StatusCodes.Status502BadGateway);
        }
    }

    private static RazorComponentResult Shop(Cart cart, string? problem, int status) =>
        Page<ShopPage>(new() { [nameof(ShopPage.Cart)] = cart, [nameof(ShopPage.Problem)] = problem }, status);

    private static RazorComponentResult<TPage> Page<TPage>(Dictionary<string, object?> parameters, int status)
        where TPage : Microsoft.AspNetCore.Components.IComponent => new(parameters) { StatusCode = status };
}
