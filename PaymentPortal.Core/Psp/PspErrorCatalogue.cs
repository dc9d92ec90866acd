using PaymentPortal.Core.Common;

namespace PaymentPortal.Core.Psp;

/// <summary>Who can do something about an error.</summary>
public enum ErrorOwner
{
    Customer,
    Support,
    Finance,
    Admin,
    ShopDeveloper,
    Psp,
}

/// <summary>
/// One code in words: what happened and what to do next for the people who run the portal, what the customer may be told, and what it did to money.
/// </summary>
public sealed record ErrorText(string Code, string What, MoneyEffect Money, ErrorOwner Who, string Next, string CustomerText)
{
    /// <summary>False for a code that the catalogue does not know; admins are told of those.</summary>
    public bool IsKnown { get; init; } = true;
}

/// <summary>
/// The one place where codes become words, for the portal, the API's documents and the checkout page. Customers get a generic text where the
/// true reason would help a thief.
/// </summary>
public static class PspErrorCatalogue
{
    private const string Generic = "Your bank declined the payment. Try another card or ask your bank.";
    private const string NotStarted = "The payment could not be started. No money was taken. Please try again later.";
    private const string NotKnownYet = "We do not know yet whether the payment went through. Please do not pay again; this page will tell.";
    private const string SendLink = "Send the payment link again; only the customer can try a card.";
    private const string AskPsp = "Ask the PSP for the status before anything is repeated.";

    private static readonly Dictionary<string, ErrorText> Known = Rows().ToDictionary(row => row.Code, StringComparer.Ordinal);

    public static IReadOnlyCollection<ErrorText> All => Known.Values;

    /// <summary>The code under which the catalogue speaks about an answer.</summary>
    public static string CodeOf(PspVerdict verdict, PspError? error) => verdict switch
    {
        PspVerdict.Declined => DeclineCode(error?.Code, error?.DeclineCode),
        PspVerdict.NotSent => error?.HttpStatus switch { 409 => "idempotency_key_in_use", 429 => "rate_limit", _ => PspErrorCodes.Unavailable },
        PspVerdict.Rejected => error?.HttpStatus is 401 or 403 ? "config_invalid" : error?.Code ?? "psp_rejected",
        PspVerdict.Unknown => error?.Type == PspErrorTypes.Idempotency ? "psp_duplicate" : error?.Code is { } code && code.StartsWith("psp_", StringComparison.Ordinal) ? code : PspErrorCodes.NoAnswer,
        PspVerdict.Succeeded or PspVerdict.Pending => throw new ArgumentOutOfRangeException(nameof(verdict), verdict, "A success has no error code."),
    };

    /// <summary>The more telling of a charge's two codes: "card_declined" alone says little.</summary>
    public static string DeclineCode(string? failureCode, string? declineCode) => declineCode ?? failureCode ?? "generic_decline";

    public static ErrorText Find(PspVerdict verdict, PspError? error)
    {
        var code = CodeOf(verdict, error);
        if (Known.TryGetValue(code, out var text)) return text;
        return verdict == PspVerdict.Declined ? UnknownDecline(code) : Missing(code, verdict == PspVerdict.Unknown ? MoneyEffect.Unknown : MoneyEffect.None);
    }

    public static ErrorText FindDecline(string? failureCode, string? declineCode)
    {
        var code = DeclineCode(failureCode, declineCode);
        return Known.TryGetValue(code, out var text) ? text : UnknownDecline(code);
    }

    /// <summary>By code alone, where nothing else is known: an unknown code may hide anything, so its money effect is unknown.</summary>
    public static ErrorText Find(string code) => Known.TryGetValue(code, out var text) ? text : Missing(code, MoneyEffect.Unknown);

    private static ErrorText UnknownDecline(string code) =>
        new(code, $"The bank declined the card with \"{code}\", which is not in the catalogue", MoneyEffect.None, ErrorOwner.Customer, SendLink, Generic) { IsKnown = false };

    private static ErrorText Missing(string code, MoneyEffect money) =>
        new(code, $"The PSP answered \"{code}\", which is not in the catalogue", money, ErrorOwner.Admin, money == MoneyEffect.Unknown ? AskPsp : "Read the PSP's own text in the timeline.",
            money == MoneyEffect.Unknown ? NotKnownYet : NotStarted) { IsKnown = false };

    private static IEnumerable<ErrorText> Rows() => [.. Declines(), .. Refusals(), .. Broken(), .. Ours()];

    private static IEnumerable<ErrorText> Declines()
    {
        yield return Decline("generic_decline", "The bank declined without a reason", Generic);
        yield return Decline("card_declined", "The bank declined the card", Generic);
        yield return Decline("do_not_honor", "The bank declined without a reason", Generic);
        yield return Decline("insufficient_funds", "The bank declined: not enough money", "Your bank says that there is not enough money on this card. Try another card.");
        yield return Decline("card_velocity_exceeded", "The bank declined: the card's limit of amount or number is used up", "This card's limit is used up. Try another card or ask your bank.");
        yield return Decline("expired_card", "The card has expired", "This card has expired. Check its date or try another card.");
        yield return Decline("incorrect_cvc", "The card's security code is wrong", "The security code is not right. Check it and try again.");
        yield return Decline("incorrect_number", "The card number is wrong", "The card number is not right. Check it and try again.");
        yield return Decline("processing_error", "The bank could not process the card just now", "Your bank could not process the payment just now. Please try again.");
        yield return Decline("authentication_required", "The bank wants the customer's confirmation, which was not given", "Your bank wants you to confirm the payment. Please try again and finish its check.");
        yield return Decline("sca_abandoned", "The bank's check was not finished", "Your bank's check was not finished. Please try again.");
        // The customer in front of us may be the thief: these three must look like any other decline.
        yield return Decline("fraudulent", "Blocked as likely fraud. Do not tell the customer why", Generic);
        yield return Decline("lost_card", "The card was reported lost. Do not tell the customer why", Generic);
        yield return Decline("stolen_card", "The card was reported stolen. Do not tell the customer why", Generic);
    }

    private static IEnumerable<ErrorText> Refusals()
    {
        yield return Rejected("psp_rejected", "The PSP refused the request", ErrorOwner.Support, "Read the PSP's text in the timeline, mend the cause, then re-drive.");
        yield return Rejected("config_invalid", "Our key or merchant account is wrong at the PSP", ErrorOwner.Admin, "Check Psp:ApiKey and the account's rights; calls resume by themselves.");
        yield return Rejected("amount_too_small", "The amount is below the PSP's minimum", ErrorOwner.ShopDeveloper, "Ask for a larger amount in a new checkout.");
        yield return Rejected("amount_too_large", "The amount is above the PSP's maximum", ErrorOwner.ShopDeveloper, "Split the sale into several checkouts.");
        yield return Rejected("url_invalid", "The return address is not one the PSP accepts", ErrorOwner.ShopDeveloper, "Send http(s) addresses in a new checkout.");
        yield return Rejected("resource_missing", "The PSP does not know the object", ErrorOwner.Support, "Check that test and live keys were not mixed up.");
        yield return Rejected("parameter_missing", "The PSP misses a value in our request", ErrorOwner.Admin, "Report it: the program and the PSP's version do not fit.");
        yield return Rejected("parameter_unknown", "The PSP does not know a value in our request", ErrorOwner.Admin, "Report it: the program and the PSP's version do not fit.");
        yield return Rejected("parameter_invalid_empty", "A value in our request is empty", ErrorOwner.Admin, "Report it: the program and the PSP's version do not fit.");
        yield return Rejected("balance_insufficient", "Not enough money is available at the PSP yet", ErrorOwner.Finance, "Nothing: it goes on when money becomes available.");
    }

    private static IEnumerable<ErrorText> Broken()
    {
        yield return new(PspErrorCodes.NoAnswer, "The PSP did not answer in time", MoneyEffect.Unknown, ErrorOwner.Support, AskPsp, NotKnownYet);
        yield return new(PspErrorCodes.ServerError, "The PSP had an error of its own", MoneyEffect.Unknown, ErrorOwner.Psp, AskPsp, NotKnownYet);
        yield return new(PspErrorCodes.BadAnswer, "The answer was not the PSP's, or not about our request", MoneyEffect.Unknown, ErrorOwner.Admin, AskPsp, NotKnownYet);
        yield return new("psp_duplicate", "The PSP had a request with this key already", MoneyEffect.Unknown, ErrorOwner.Support, "Follow the link to the first attempt: its outcome counts.", NotKnownYet);
        yield return Rejected(PspErrorCodes.Unavailable, "The PSP was down; nothing was sent", ErrorOwner.Support, "Re-drive when the PSP is back.");
        yield return Rejected("rate_limit", "The PSP asked us to slow down; nothing was done", ErrorOwner.Support, "Nothing: it is tried again by itself.");
        yield return Rejected("lock_timeout", "The PSP was busy with the same object; nothing was done", ErrorOwner.Support, "Nothing: it is tried again by itself.");
        yield return new("idempotency_key_in_use", "The PSP still works on our first request", MoneyEffect.Unknown, ErrorOwner.Support, "Nothing: it is asked again by itself.", NotKnownYet);
    }

    private static IEnumerable<ErrorText> Ours()
    {
        yield return new("ledger_post_failed", "Paid, but the books were not written", MoneyEffect.Taken, ErrorOwner.Finance, "Post again: it is safe and books once.", "Your payment was received.");
        yield return new("webhook_exhausted", "Paid; the shop did not hear of it", MoneyEffect.Taken, ErrorOwner.ShopDeveloper, "Look at the shop's answer, then send it again.", "Your payment was received.");
    }

    private static ErrorText Decline(string code, string what, string customer) => new(code, what, MoneyEffect.None, ErrorOwner.Customer, SendLink, customer);

    private static ErrorText Rejected(string code, string what, ErrorOwner who, string next) => new(code, what, MoneyEffect.None, who, next, NotStarted);
}
