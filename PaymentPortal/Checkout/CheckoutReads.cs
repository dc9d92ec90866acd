using Microsoft.AspNetCore.Antiforgery;
using PaymentPortal.Core.Payments;

namespace PaymentPortal.Checkout;

/// <summary>The GETs: each draws the stored state and changes nothing, so that Back, reload and a second tab are harmless.</summary>
internal static class CheckoutReads
{
    public static async Task<IResult> ShowAsync(string link, HttpContext http, BuyerPageQueries pages, IAntiforgery antiforgery, CancellationToken cancellationToken) =>
        await pages.FindAsync(link, cancellationToken) is { } page ? BuyerPages.Payment(page, http, antiforgery) : BuyerPages.NotFound();

    /// <summary>Stays while there is something to wait for; then leads to where the payment is.</summary>
    public static async Task<IResult> StatusAsync(string link, HttpContext http, BuyerPageQueries pages, IAntiforgery antiforgery, CancellationToken cancellationToken) =>
        await pages.FindAsync(link, cancellationToken) switch
        {
            null => BuyerPages.NotFound(),
            { State: BuyerState.Paid } => new SeeOther(PayUrls.Receipt(link)),
            { State: var state } page when state.IsWaiting() => BuyerPages.Payment(page, http, antiforgery),
            _ => new SeeOther(PayUrls.Page(link)),
        };

    public static async Task<IResult> ReceiptAsync(string link, BuyerPageQueries pages, CancellationToken cancellationToken) =>
        await pages.FindAsync(link, cancellationToken) switch
        {
            null => BuyerPages.NotFound(),
            { State: BuyerState.Paid } page => BuyerPages.Receipt(page),
            _ => new SeeOther(PayUrls.Page(link)),
        };

    /// <summary>What the script of a waiting page asks for every second: small, and without a form's token.</summary>
    public static async Task<IResult> StateAsync(string link, BuyerPageQueries pages, CancellationToken cancellationToken) =>
        await pages.FindAsync(link, cancellationToken) is { } page
            ? Results.Json(new { state = page.State.ToString(), news = OutcomeText.Of(page).Next })
            : Results.NotFound();

    public static IResult Help() => BuyerPages.Help();

    public static IResult NotFound() => BuyerPages.NotFound();
}
