using Microsoft.AspNetCore.Antiforgery;
using PaymentPortal.Core.Payments;

namespace PaymentPortal.Checkout;

/// <summary>What a buyer can do. Each act ends in a 303, and each may come any number of times.</summary>
internal static class CheckoutActs
{
    /// <summary>A slow PSP must not keep the buyer at an empty page: the status page takes over, and the look-up goes on without him.</summary>
    private static readonly TimeSpan LookPatience = TimeSpan.FromSeconds(5);

    public static async Task<IResult> PayAsync(
        string link, HttpContext http, BuyerPageQueries pages, BuyerCheckout checkout, IAntiforgery antiforgery, CancellationToken cancellationToken)
    {
        if (await pages.FindAsync(link, cancellationToken) is not { } page) return BuyerPages.NotFound();
        if (!await FormProof.IsOursAsync(http, antiforgery)) return BuyerPages.NotOurForm(page, http, antiforgery);
        // A second click comes while the first one's page is being made: it must end there too.
        if (!page.State.MayPay() && page.State != BuyerState.Starting) return new SeeOther(PayUrls.Status(link));
        return await checkout.PayAsync(link, cancellationToken) switch
        {
            PayAnswer.ToPsp psp => new SeeOther(psp.Url),
            PayAnswer.ToStatus => new SeeOther(PayUrls.Status(link)),
            PayAnswer.ToPage or PayAnswer.CouldNotStart => new SeeOther(PayUrls.Page(link)),
            PayAnswer.TooEarly early => BuyerPages.TooEarly(page with { NextTryAt = early.Until }, http, antiforgery),
            _ => BuyerPages.NotFound(),
        };
    }

    public static async Task<IResult> CancelAsync(
        string link, HttpContext http, BuyerPageQueries pages, BuyerCheckout checkout, IAntiforgery antiforgery, CancellationToken cancellationToken)
    {
        if (await pages.FindAsync(link, cancellationToken) is not { } page) return BuyerPages.NotFound();
        if (!await FormProof.IsOursAsync(http, antiforgery)) return BuyerPages.NotOurForm(page, http, antiforgery);
        // A refusal needs no words of its own: the page says that it is paid, or over.
        await checkout.CancelAsync(link, cancellationToken);
        return new SeeOther(PayUrls.Page(link));
    }

    /// <summary>Where the PSP sends the buyer after a payment. It proves nothing, so all it does is to ask the PSP once.</summary>
    public static async Task<IResult> ReturnAsync(string link, BuyerPageQueries pages, BuyerCheckout checkout, CancellationToken cancellationToken)
    {
        var look = checkout.ReturnedAsync(link, CancellationToken.None);
        if (await Task.WhenAny(look, Task.Delay(LookPatience, cancellationToken)) == look) await look;
        return await pages.FindAsync(link, cancellationToken) switch
        {
            null => BuyerPages.NotFound(),
            { State: BuyerState.Paid } => new SeeOther(PayUrls.Receipt(link)),
            _ => new SeeOther(PayUrls.Status(link)),
        };
    }
}
