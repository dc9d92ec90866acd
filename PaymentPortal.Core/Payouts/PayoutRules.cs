using PaymentPortal.Core.Common;

namespace PaymentPortal.Core.Payouts;

/// <summary>A payout as it was asked for on the API, before it is checked.</summary>
public sealed record PayoutRequest(string? SellerAccount, string? Amount, string? Currency, string? Reason);

/// <summary>A payout that may be stored. Without a seller it is of our own money.</summary>
public sealed record NewPayout(SellerAccount? Seller, Money Amount, string Reason);

/// <summary>What a payout must be before anything is stored: our own limits, and the PSP's. The first broken rule is the refusal.</summary>
public static class PayoutRules
{
    public const int MaxReason = 500;

    /// <summary>Currencies that the PSP pays out in whole hundreds of minor units only.</summary>
    private static readonly string[] WholeHundreds = ["HUF", "TWD"];

    public static Result<NewPayout> Check(PayoutRequest request)
    {
        if (!SellerAccount.TryParse(request.SellerAccount, out var seller)) return Invalid("seller_account", "Name the seller's account as his checkouts do.");
        if (request.Reason is { } reason && (string.IsNullOrWhiteSpace(reason) || reason.Length > MaxReason || reason.Any(char.IsControl)))
            return Invalid("reason", $"The reason has 1 to {MaxReason} characters and no control characters; leave the field out if there is none.");
        return Amount(request.Amount, request.Currency).Map(amount => new NewPayout(seller, amount, request.Reason ?? "Payout"));
    }

    public static Result<Money> Amount(string? text, string? code)
    {
        if (!Currency.TryGet(code, out var currency) || !currency.IsOffered)
            return new Refusal(RefusalCodes.UnknownCurrency, 422, "The currency must be the ISO 4217 code, in capitals, of a currency that we offer, like USD. Nothing was stored.", "currency");
        if (!Money.TryParse(text, currency, out var amount, out var fault)) return BadAmount($"The amount {fault}.");
        if (amount.Minor <= 0) return BadAmount("The amount must be above zero.");
        if (amount.Minor % Step(currency) != 0) return BadAmount($"The PSP pays out {currency} only in multiples of {new Money(Step(currency), currency)}.");
        if (amount.Minor > Currency.PspMaximum) return BadAmount($"The PSP takes at most {new Money(Currency.PspMaximum, currency)} {currency} in one payout.");
        return amount;
    }

    /// <summary>Every payout is a multiple of so many minor units.</summary>
    internal static long Step(Currency currency) => WholeHundreds.Contains(currency.Code) ? 100 : currency.NeedsTrailingZero ? 10 : 1;

    /// <summary>What the PSP takes of it: some currencies are paid out in whole units, or with a last digit of 0.</summary>
    internal static Money Payable(Money withdrawable)
    {
        var whole = Step(withdrawable.Currency);
        return new Money(Math.Min(withdrawable.Minor, Currency.PspMaximum) / whole * whole, withdrawable.Currency);
    }

    private static Refusal Invalid(string field, string text) => new(RefusalCodes.Invalid, 422, text + " Nothing was stored and no money moved.", field);

    private static Refusal BadAmount(string text) => new(RefusalCodes.InvalidAmount, 422, text + " Nothing was stored and no money moved.", "amount");
}
