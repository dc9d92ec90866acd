using PaymentPortal.Core.Common;
using PaymentPortal.Core.Retries;

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
/// One code in words: what happened and what to do next for the people who run the portal, what the customer may be told, what it did to money,
/// and how work that met it is tried again.
/// </summary>
public sealed record ErrorText(string Code, string What, MoneyEffect Money, ErrorOwner Who, ErrorClass Retry, string Next, string CustomerText)
{
    /// <summary>The heading of the customer's page.</summary>
    public string CustomerHeading { get; init; } = "";

    /// <summary>No further try of this card can work: the customer needs another one.</summary>
    public bool IsForGood { get; init; }

    /// <summary>False for a code that the catalogue does not know; admins are told of those.</summary>
    public bool IsKnown { get; init; } = true;
}

/// <summary>
/// The one place where codes get their meaning, for the API, the checkout page, the portal, the retry policies and the documents. Customers get
/// general words where the true reason would help a thief: the person who tries may not be the card's owner.
/// </summary>
public static class PspErrorCatalogue
{
    private static readonly Dictionary<string, ErrorText> Known = PspErrorRows.All().ToDictionary(row => row.Code, StringComparer.Ordinal);

    public static IReadOnlyCollection<ErrorText> All => Known.Values;

    /// <summary>The code under which the catalogue speaks about an answer.</summary>
    public static string CodeOf(PspVerdict verdict, PspError? error) => verdict switch
    {
        PspVerdict.Declined => DeclineCode(error?.Code, error?.DeclineCode),
        PspVerdict.NotSent => error?.HttpStatus switch { 409 => "idempotency_key_in_use", 429 => "rate_limit", _ => PspErrorCodes.Unavailable },
        PspVerdict.Rejected => error is { IsOurKeyRefused: true } ? "config_invalid" : error?.Code ?? "psp_rejected",
        PspVerdict.Unknown => error?.Type == PspErrorTypes.Idempotency ? "psp_duplicate" : error?.Code is { } code && code.StartsWith("psp_", StringComparison.Ordinal) ? code : PspErrorCodes.NoAnswer,
        PspVerdict.Succeeded or PspVerdict.Pending => throw new ArgumentOutOfRangeException(nameof(verdict), verdict, "A success has no error code."),
    };

    /// <summary>The more telling of a charge's two codes: "card_declined" alone says little.</summary>
    public static string DeclineCode(string? failureCode, string? declineCode) => declineCode ?? failureCode ?? "generic_decline";

    public static ErrorText Find(PspVerdict verdict, PspError? error)
    {
        var code = CodeOf(verdict, error);
        if (Known.TryGetValue(code, out var text)) return text;
        return verdict == PspVerdict.Declined ? UnknownDecline(code) : Missing(code, verdict);
    }

    public static ErrorText FindDecline(string? failureCode, string? declineCode)
    {
        var code = DeclineCode(failureCode, declineCode);
        return Known.TryGetValue(code, out var text) && text.Retry == ErrorClass.Declined ? text : UnknownDecline(code);
    }

    /// <summary>By code alone, where nothing else is known: an unknown code may hide anything, so its money effect is unknown.</summary>
    public static ErrorText Find(string code) => Known.TryGetValue(code, out var text) ? text : Missing(code, PspVerdict.Unknown);

    private static ErrorText UnknownDecline(string code) => PspErrorRows.Decline(code, $"The bank declined the card with \"{code}\", which is not in the catalogue") with { IsKnown = false };

    private static ErrorText Missing(string code, PspVerdict verdict) => verdict switch
    {
        PspVerdict.Unknown => PspErrorRows.Unanswered(code, $"The PSP answered \"{code}\", which is not in the catalogue", ErrorOwner.Admin) with { IsKnown = false },
        _ => PspErrorRows.Rejected(code, $"The PSP answered \"{code}\", which is not in the catalogue", ErrorOwner.Admin, "Read the PSP's own text in the timeline.") with { IsKnown = false },
    };
}
