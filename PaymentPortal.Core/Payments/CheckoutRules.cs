using System.Net.Mail;
using PaymentPortal.Core.Common;

namespace PaymentPortal.Core.Payments;

/// <summary>
/// What a checkout must be before anything is stored: our own limits, and the PSP's, so that a checkout that we accept is one that it will take.
/// The first broken rule is the refusal; it names the field.
/// </summary>
public static class CheckoutRules
{
    public const int MaxOrders = 100;
    private const int MaxAccount = 100;
    private const int MaxName = 200;
    private const int MaxEmail = 254;
    private const int MaxReference = 200;
    private const int MaxDescription = 500;
    private const int MaxUrl = 2000;

    public static Result<NewCheckout> Check(CheckoutRequest request)
    {
        if (Account(request.BuyerAccount, "buyer_account") is { } badBuyer) return badBuyer;
        if (Text(request.BuyerName, "buyer_name", MaxName) is { } badName) return badName;
        if (Email(request.BuyerEmail) is { } badEmail) return badEmail;
        if (Text(request.Reference, "reference", MaxReference) is { } badReference) return badReference;
        if (Url(request.SuccessUrl, "success_url") is { } badSuccess) return badSuccess;
        if (Url(request.CancelUrl, "cancel_url") is { } badCancel) return badCancel;
        if (!Currency.TryGet(request.Currency, out var currency) || !currency.IsOffered)
            return new Refusal(RefusalCodes.UnknownCurrency, 422, "The currency must be the ISO 4217 code, in capitals, of a currency that we offer, like USD. Nothing was stored.", "currency");
        var orders = Orders(request.Orders, currency);
        if (orders.IsRefused) return orders.Refusal!;
        var total = Total(orders.Value, currency);
        if (total.IsRefused) return total.Refusal!;
        return new NewCheckout(
            request.BuyerAccount!, request.BuyerName, request.BuyerEmail, total.Value, request.SuccessUrl, request.CancelUrl, request.Reference, orders.Value);
    }

    private static Result<List<NewOrder>> Orders(IReadOnlyList<OrderRequest?>? orders, Currency currency)
    {
        if (orders is null || orders.Count is 0 or > MaxOrders) return Invalid("orders", $"A checkout has 1 to {MaxOrders} orders.");
        var checkedOrders = new List<NewOrder>(orders.Count);
        for (var at = 0; at < orders.Count; at++)
        {
            var field = $"orders[{at}]";
            if (orders[at] is not { } order) return Invalid(field, "An order must be an object.");
            if (!SellerAccount.TryParse(order.SellerAccount, out var seller))
                return Invalid($"{field}.seller_account", $"An account is 1 to {MaxAccount} of the characters A–Z, a–z, 0–9, dot, dash, underscore and @, and begins with a letter or digit.");
            if (Text(order.Description, $"{field}.description", MaxDescription) is { } badDescription) return badDescription;
            var amount = Amount(order.Amount, currency, $"{field}.amount");
            if (amount.IsRefused) return amount.Refusal!;
            checkedOrders.Add(new NewOrder(seller, amount.Value, order.Description));
        }
        return checkedOrders;
    }

    private static Result<Money> Amount(string? text, Currency currency, string field)
    {
        if (!Money.TryParse(text, currency, out var amount, out var fault)) return BadAmount(field, $"The amount {fault}.");
        if (amount.Minor <= 0) return BadAmount(field, "The amount must be above zero.");
        if (currency.NeedsTrailingZero && amount.Minor % 10 != 0) return BadAmount(field, $"The PSP takes {currency} only with 0 as the last decimal, like {new Money(1250, currency)}.");
        if (amount.Minor > Currency.PspMaximum) return BadAmount(field, $"The PSP takes at most {new Money(Currency.PspMaximum, currency)} {currency} in one payment.");
        return amount;
    }

    private static Result<Money> Total(List<NewOrder> orders, Currency currency)
    {
        // At most 100 orders of 8 digits each: the sum can't leave a long.
        var total = orders.Aggregate(Money.Zero(currency), (sum, order) => sum + order.Amount);
        if (total.Minor > Currency.PspMaximum)
            return BadAmount("orders", $"Together the orders come to {total} {currency}; the PSP takes at most {new Money(Currency.PspMaximum, currency)} in one payment.");
        if (total.Minor < currency.PspMinimum)
            return BadAmount("orders", $"Together the orders come to {total} {currency}; the PSP's minimum is {new Money(currency.PspMinimum, currency)}.");
        return total;
    }

    private static Refusal? Account(string? value, string field) =>
        SellerAccount.TryParse(value, out _) ? null : Invalid(field, $"An account is 1 to {MaxAccount} of the characters A–Z, a–z, 0–9, dot, dash, underscore and @, and begins with a letter or digit.");

    private static Refusal? Email(string? value)
    {
        if (value is null) return null;
        var isAddress = value.Length <= MaxEmail && value.All(character => character is > ' ' and < (char)127) && MailAddress.TryCreate(value, out var address) && address.Address == value;
        return isAddress ? null : Invalid("buyer_email", "This is not an e-mail address that the PSP would take.");
    }

    private static Refusal? Text(string? value, string field, int limit)
    {
        if (value is null) return null;
        if (value.Length == 0 || value.Length > limit) return Invalid(field, $"The text must have 1 to {limit} characters; leave the field out if there is none.");
        for (var at = 0; at < value.Length; at++)
        {
            if (char.IsControl(value[at])) return Invalid(field, "The text must not hold control characters.");
            if (char.IsSurrogate(value[at]) && !(char.IsHighSurrogate(value[at]) && at + 1 < value.Length && char.IsLowSurrogate(value[++at])))
                return Invalid(field, "The text is not well-formed Unicode.");
        }
        return null;
    }

    private static Refusal? Url(string? value, string field)
    {
        if (value is null) return null;
        var isUrl = value.Length <= MaxUrl && Uri.TryCreate(value, UriKind.Absolute, out var url) && (url.Scheme is "http" or "https") && value.All(character => character is > ' ' and < (char)127);
        return isUrl ? null : Invalid(field, "The address must be a whole http or https URL.");
    }

    private static Refusal Invalid(string field, string text) => new(RefusalCodes.Invalid, 422, text + " Nothing was stored and no money moved.", field);

    private static Refusal BadAmount(string field, string text) => new(RefusalCodes.InvalidAmount, 422, text + " Nothing was stored and no money moved.", field);
}
