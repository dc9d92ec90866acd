using Microsoft.AspNetCore.Antiforgery;

namespace PaymentPortal.Checkout;

/// <summary>
/// Proof that a form was sent from a page of ours: the browser's own word (Sec-Fetch-Site), else the hidden token and its cookie.
/// The token alone would turn away honest buyers: coming from the shop, a strict cookie is left out and set anew, so that the token of a tab
/// opened before no longer fits it.
/// </summary>
internal static class FormProof
{
    public static async Task<bool> IsOursAsync(HttpContext http, IAntiforgery antiforgery) => http.Request.Headers["Sec-Fetch-Site"].ToString() switch
    {
        "same-origin" => true,
        "cross-site" => false,
        _ => await antiforgery.IsRequestValidAsync(http),
    };
}
