namespace PaymentPortal.Core.Payments;

/// <summary>
/// What a buyer is told about a refused card. Codes that hint at theft or fraud get the general words: the person who tries may not be the owner,
/// and the real code is for staff (the PSP's rule for lost_card, stolen_card and fraudulent).
/// </summary>
public static class BuyerDeclines
{
    public const string General = "Your bank said no";

    private static readonly HashSet<string> ForGood = new(StringComparer.Ordinal)
    {
        "card_not_supported", "currency_not_supported", "fraudulent", "highest_risk_level", "invalid_account", "lost_card", "merchant_blacklist", "new_account_information_available",
        "no_action_taken", "pickup_card", "restricted_card", "revocation_of_all_authorizations", "revocation_of_authorization", "security_violation", "stolen_card",
        "stop_payment_order", "transaction_not_allowed",
    };

    private static readonly Dictionary<string, string> Plain = new(StringComparer.Ordinal)
    {
        ["insufficient_funds"] = "There is not enough money on this card",
        ["card_velocity_exceeded"] = "This card has reached its limit",
        ["withdrawal_count_limit_exceeded"] = "This card has reached its limit",
        ["expired_card"] = "This card has expired",
        ["invalid_expiry_month"] = "The expiry date is not right",
        ["invalid_expiry_year"] = "The expiry date is not right",
        ["incorrect_cvc"] = "The security code is not right",
        ["invalid_cvc"] = "The security code is not right",
        ["incorrect_number"] = "The card number is not right",
        ["invalid_number"] = "The card number is not right",
        ["incorrect_zip"] = "The postal code is not right",
        ["processing_error"] = "The card could not be read just now",
        ["issuer_not_available"] = "Your bank could not be reached",
        ["try_again_later"] = "Your bank could not be reached",
        ["authentication_required"] = "Your bank wants to check that it is you",
    };

    /// <summary>No further try of this card can work.</summary>
    public static bool IsForGood(string code) => ForGood.Contains(code);

    public static string Heading(string? code) => code is not null && Plain.TryGetValue(code, out var heading) ? heading : General;
}
