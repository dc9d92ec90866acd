using PaymentPortal.Core.Common;
using PaymentPortal.Core.Retries;

namespace PaymentPortal.Core.Psp;

/// <summary>The rows of the catalogue.</summary>
internal static class PspErrorRows
{
    private const string BankSaidNo = "Your bank said no";
    private const string Generic = "Your bank declined the payment. Try another card or ask your bank.";
    private const string AnotherCard = "This card cannot be used here. Please pay with another card.";
    private const string NotStarted = "The payment could not be started. No money was taken. Please try again later.";
    private const string NotKnownYet = "We do not know yet whether the payment went through. Please do not pay again; this page will tell.";
    private const string SendLink = "Send the payment link again; only the customer can try a card.";
    private const string AskPsp = "Ask the PSP for the status before anything is repeated.";
    private const string ByItself = "Nothing: it is tried again by itself.";
    private const string Report = "Report it: the program and the PSP's version do not fit.";

    public static IEnumerable<ErrorText> All() => [.. Declines(), .. CardData(), .. ForGood(), .. Refusals(), .. Broken(), .. Ours()];

    public static ErrorText Decline(string code, string what, string heading = BankSaidNo, string customer = Generic) =>
        new(code, what, MoneyEffect.None, ErrorOwner.Customer, ErrorClass.Declined, SendLink, customer) { CustomerHeading = heading };

    public static ErrorText Rejected(string code, string what, ErrorOwner who, string next) => new(code, what, MoneyEffect.None, who, ErrorClass.Rejected, next, NotStarted);

    public static ErrorText Unanswered(string code, string what, ErrorOwner who, string next = AskPsp) => new(code, what, MoneyEffect.Unknown, who, ErrorClass.Unanswered, next, NotKnownYet);

    private static IEnumerable<ErrorText> Declines()
    {
        yield return Decline("generic_decline", "The bank declined without a reason");
        yield return Decline("card_declined", "The bank declined the card");
        yield return Decline("do_not_honor", "The bank declined without a reason");
        yield return Decline("insufficient_funds", "The bank declined: not enough money", "There is not enough money on this card", "Your bank says that there is not enough money on this card. Try another card.");
        yield return Decline("card_velocity_exceeded", "The bank declined: the card's limit of amount or number is used up", "This card has reached its limit", "This card's limit is used up. Try another card or ask your bank.");
        yield return Decline("withdrawal_count_limit_exceeded", "The bank declined: the card's number of payments is used up", "This card has reached its limit", "This card's limit is used up. Try another card or ask your bank.");
        yield return Decline("processing_error", "The bank could not process the card just now", "The card could not be read just now", "Your bank could not process the payment just now. Please try again.");
        yield return Decline("issuer_not_available", "The bank could not be reached", "Your bank could not be reached", "Your bank could not be reached just now. Please try again.");
        yield return Decline("try_again_later", "The bank asks to try again later", "Your bank could not be reached", "Your bank could not answer just now. Please try again.");
        yield return Decline("authentication_required", "The bank wants the customer's confirmation, which was not given", "Your bank wants to check that it is you", "Your bank wants you to confirm the payment. Please try again and finish its check.");
        yield return Decline("sca_abandoned", "The bank's check was not finished", "Your bank’s check was not finished", "Your bank's check was not finished. Please try again.");
        // A check that was not passed is the bank's no to a person, not to the card.
        yield return Decline("payment_intent_authentication_failure", "The customer did not pass the bank's check", "Your bank’s check was not finished", "Your bank's check was not passed. Please try again.");
    }

    private static IEnumerable<ErrorText> CardData()
    {
        yield return Decline("expired_card", "The card has expired", "This card has expired", "This card has expired. Check its date or try another card.");
        yield return Decline("incorrect_cvc", "The card's security code is wrong", "The security code is not right", "The security code is not right. Check it and try again.");
        yield return Decline("invalid_cvc", "The card's security code can't be right", "The security code is not right", "The security code is not right. Check it and try again.");
        yield return Decline("incorrect_number", "The card number is wrong", "The card number is not right", "The card number is not right. Check it and try again.");
        yield return Decline("invalid_number", "The card number can't be right", "The card number is not right", "The card number is not right. Check it and try again.");
        yield return Decline("invalid_expiry_month", "The card's expiry month is wrong", "The expiry date is not right", "The expiry date is not right. Check it and try again.");
        yield return Decline("invalid_expiry_year", "The card's expiry year is wrong", "The expiry date is not right", "The expiry date is not right. Check it and try again.");
        yield return Decline("incorrect_zip", "The postal code is not the card owner's", "The postal code is not right", "The postal code is not right. Check it and try again.");
    }

    private static IEnumerable<ErrorText> ForGood()
    {
        (string Code, string What)[] rows =
        [
            ("card_not_supported", "The card does not do this kind of payment"),
            ("currency_not_supported", "The card does not pay in this currency"),
            ("invalid_account", "The card's account does not work"),
            ("new_account_information_available", "The card was replaced by another"),
            ("no_action_taken", "The bank declined without a reason"),
            ("revocation_of_all_authorizations", "The owner withdrew every permission to charge the card"),
            ("revocation_of_authorization", "The owner withdrew the permission to charge the card"),
            ("security_violation", "The bank declined for safety"),
            ("stop_payment_order", "The owner stopped the payment"),
            ("transaction_not_allowed", "The card does not allow this payment"),
            // The customer in front of us may be the thief: these must look like any other decline.
            ("fraudulent", "Blocked as likely fraud. Do not tell the customer why"),
            ("highest_risk_level", "Blocked as too risky. Do not tell the customer why"),
            ("merchant_blacklist", "Blocked by a list of ours at the PSP. Do not tell the customer why"),
            ("lost_card", "The card was reported lost. Do not tell the customer why"),
            ("stolen_card", "The card was reported stolen. Do not tell the customer why"),
            ("pickup_card", "The bank wants the card back. Do not tell the customer why"),
            ("restricted_card", "The card is restricted, maybe lost or stolen. Do not tell the customer why"),
        ];
        return rows.Select(row => Decline(row.Code, row.What, customer: row.What.EndsWith("tell the customer why", StringComparison.Ordinal) ? Generic : AnotherCard) with { IsForGood = true });
    }

    private static IEnumerable<ErrorText> Refusals()
    {
        yield return Rejected("psp_rejected", "The PSP refused the request", ErrorOwner.Support, "Read the PSP's text in the timeline, mend the cause, then redrive.");
        yield return Rejected("config_invalid", "Our key or merchant account is wrong at the PSP", ErrorOwner.Admin, "Check Psp:ApiKey and the account's rights; calls resume by themselves.");
        yield return Rejected("amount_too_small", "The amount is below the PSP's minimum", ErrorOwner.ShopDeveloper, "Ask for a larger amount in a new checkout.");
        yield return Rejected("amount_too_large", "The amount is above the PSP's maximum", ErrorOwner.ShopDeveloper, "Split the sale into several checkouts.");
        yield return Rejected("url_invalid", "The return address is not one the PSP accepts", ErrorOwner.ShopDeveloper, "Send http(s) addresses in a new checkout.");
        yield return Rejected("resource_missing", "The PSP does not know the object", ErrorOwner.Support, "Check that test and live keys were not mixed up.");
        yield return Rejected("parameter_missing", "The PSP misses a value in our request", ErrorOwner.Admin, Report);
        yield return Rejected("parameter_unknown", "The PSP does not know a value in our request", ErrorOwner.Admin, Report);
        yield return Rejected("parameter_invalid_empty", "A value in our request is empty", ErrorOwner.Admin, Report);
        yield return Rejected("parameter_invalid_integer", "A number in our request is not one the PSP can read", ErrorOwner.Admin, Report);
        yield return Rejected("payment_intent_unexpected_state", "The payment is in a state in which the PSP can't do this", ErrorOwner.Support, "Ask the PSP for the payment's status; what is possible then stands on its page.");
        yield return Rejected("payment_method_types_no_longer_supported", "The PSP wants the means of payment chosen in another way", ErrorOwner.Admin, Report);
        yield return Rejected("charge_already_refunded", "The PSP has given the whole charge back already", ErrorOwner.Finance, "Compare the refunds of the payment with the PSP's: one was made there by hand, or twice. Nothing more can go back.");
        yield return Rejected("charge_disputed", "The charge is disputed, and its money is with the bank", ErrorOwner.Finance, "Answer or accept the dispute; a refund would pay twice.");
        yield return Rejected("payout_reconciliation_not_ready", "The PSP has not yet put together what a payout was made of", ErrorOwner.Finance, "Nothing is lost: order the report again the next day.");
        yield return Rejected(PspErrorCodes.AccountInvalid, "Our key does not belong to the account that the request names, or that account is gone", ErrorOwner.Admin, "Compare the seller's account at the PSP with ours, and the key's rights.");
        yield return Rejected("balance_insufficient", "Not enough money is available at the PSP yet", ErrorOwner.Finance, "Nothing: it goes on when money becomes available.");
    }

    private static IEnumerable<ErrorText> Broken()
    {
        yield return Unanswered(PspErrorCodes.NoAnswer, "The PSP did not answer in time", ErrorOwner.Support);
        yield return Unanswered(PspErrorCodes.ServerError, "The PSP had an error of its own", ErrorOwner.Psp);
        yield return Unanswered(PspErrorCodes.BadAnswer, "The answer was not the PSP's, or not about our request", ErrorOwner.Admin);
        yield return Unanswered("psp_duplicate", "The PSP had a request with this key already", ErrorOwner.Support, "Follow the link to the first attempt: its outcome counts.");
        yield return new(PspErrorCodes.Unavailable, "The PSP was down; nothing was sent", MoneyEffect.None, ErrorOwner.Support, ErrorClass.Unreachable, "Nothing: it goes on when the PSP is back.", NotStarted);
        yield return new("rate_limit", "The PSP asked us to slow down; nothing was done", MoneyEffect.None, ErrorOwner.Support, ErrorClass.RateLimited, ByItself, NotStarted);
        yield return new("lock_timeout", "The PSP was busy with the same object; nothing was done", MoneyEffect.None, ErrorOwner.Support, ErrorClass.Busy, ByItself, NotStarted);
        yield return new("idempotency_key_in_use", "The PSP still works on our first request", MoneyEffect.Unknown, ErrorOwner.Support, ErrorClass.Busy, "Nothing: it is asked again by itself.", NotKnownYet);
    }

    private static IEnumerable<ErrorText> Ours()
    {
        yield return new("ledger_post_failed", "Paid, but the books were not written", MoneyEffect.Taken, ErrorOwner.Finance, ErrorClass.Internal, "Post again: it is safe and books once.", "Your payment was received.");
        yield return new("webhook_exhausted", "Paid; the shop did not hear of it", MoneyEffect.Taken, ErrorOwner.ShopDeveloper, ErrorClass.Rejected, "Look at the shop's answer, then send it again.", "Your payment was received.");
    }
}
