using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;
using PaymentPortal.Core.Payments;

namespace PaymentPortal.Checkout;

/// <summary>Makes each of the buyer's pages. Forms get their token here and nowhere else.</summary>
internal static class BuyerPages
{
    public static IResult Payment(BuyerPage page, HttpContext http, IAntiforgery antiforgery) => Payment(page, http, antiforgery, problem: null);

    public static IResult NotOurForm(BuyerPage page, HttpContext http, IAntiforgery antiforgery)
    {
        Log.ForeignForm(http.RequestServices.GetRequiredService<ILogger<BuyerPageGuard>>());
        return Payment(page, http, antiforgery, "This page was open for too long, so nothing was done. Please press the button again.");
    }

    /// <summary>The page itself names the moment; the header tells it to programs.</summary>
    public static IResult TooEarly(BuyerPage page, HttpContext http, IAntiforgery antiforgery)
    {
        var wait = page.NextTryAt!.Value - http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
        http.Response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(System.Globalization.CultureInfo.InvariantCulture);
        return Payment(page, http, antiforgery, "It is too soon for another try, so nothing was done.", StatusCodes.Status429TooManyRequests);
    }

    public static IResult Receipt(BuyerPage page) => Page<PaymentPage>(new() { [nameof(PaymentPage.Payment)] = page, [nameof(PaymentPage.IsReceipt)] = true });

    public static IResult NotFound() => Notice(
        "There is no payment at this address", "Please check the address, or follow the link in the shop again. No money has been taken.", StatusCodes.Status404NotFound);

    public static IResult Unavailable() => Notice(
        "We cannot show this payment just now", "Please try again in a minute. If you have paid already, do not pay again: your payment is safe, and this page will show it.",
        StatusCodes.Status503ServiceUnavailable);

    public static IResult Help() => Page<HelpPage>([]);

    private static RazorComponentResult Payment(BuyerPage page, HttpContext http, IAntiforgery antiforgery, string? problem, int status = StatusCodes.Status400BadRequest)
    {
        var token = page.State.MayPay() ? antiforgery.GetAndStoreTokens(http) : null;
        return Page<PaymentPage>(
            new() { [nameof(PaymentPage.Payment)] = page, [nameof(PaymentPage.Token)] = token, [nameof(PaymentPage.Problem)] = problem },
            problem is null ? StatusCodes.Status200OK : status);
    }

    private static RazorComponentResult Notice(string heading, string text, int status) =>
        Page<NoticePage>(new() { [nameof(NoticePage.Heading)] = heading, [nameof(NoticePage.Text)] = text }, status);

    private static RazorComponentResult<TPage> Page<TPage>(Dictionary<string, object?> parameters, int status = StatusCodes.Status200OK)
        where TPage : Microsoft.AspNetCore.Components.IComponent => new(parameters) { StatusCode = status };
}
