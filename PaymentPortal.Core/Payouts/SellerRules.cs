using System.Net.Mail;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Wallets;

namespace PaymentPortal.Core.Payouts;

/// <summary>A seller as he was sent, before he is checked.</summary>
public sealed record SellerRequest(
    string? Name, string? Email, string? Country, BankRequest? BankAccount, string? PspAccount, int? PlatformFeeBp, string? PayoutSchedule, string? PayoutThreshold);

public sealed record BankRequest(string? Country, string? Currency, string? RoutingNumber, string? AccountNumber);

/// <summary>A seller that may be stored. Whatever is null is not known.</summary>
public sealed record NewSeller(
    string Name, string? Email, string? Country, BankDetails? Bank, string? PspAccount, int? PlatformFeeBp, PayoutSchedule Schedule, Money? Threshold);

/// <summary>What a seller must be. The first broken rule is the refusal; it names the field and never repeats an account number.</summary>
public static class SellerRules
{
    private const int MaxName = 200;
    private const int MaxEmail = 254;

    public static Result<NewSeller> Check(SellerRequest request)
    {
        if (request.Name is not { Length: > 0 and <= MaxName } name || name.Any(char.IsControl)) return Invalid("name", $"The name has 1 to {MaxName} characters and no control characters.");
        if (request.Email is { } email && !IsEmail(email)) return Invalid("email", "This is not an e-mail address that the PSP would take.");
        if (request.PlatformFeeBp is < 0 or > 10_000) return Invalid("platform_fee_bp", "The fee is 0 to 10000 basis points.");
        if (request.PspAccount is { } account && (!account.StartsWith("acct_", StringComparison.Ordinal) || account.Length > 255 || !account.All(character => char.IsAsciiLetterOrDigit(character) || character == '_')))
            return Invalid("psp_account", "The PSP's account ids look like acct_1AbC.");
        if (request.Country is { } country && !IsCountry(country)) return Invalid("country", "The country is the ISO 3166 code in capitals, like US.");
        if (request.PspAccount is null && request.Country is null) return Invalid("country", "The PSP wants to know the seller's country, like US.");
        if (request.PspAccount is null && request.BankAccount is null) return Invalid("bank_account", "Without an account at the PSP one is made, and for that the bank account is needed.");
        var bank = request.BankAccount is { } sent ? Bank(sent) : (Result<BankDetails>?)null;
        if (bank is { IsRefused: true }) return bank.Value.Refusal!;
        var schedule = Schedule(request.PayoutSchedule);
        if (schedule.IsRefused) return schedule.Refusal!;
        var threshold = Threshold(schedule.Value, request.PayoutThreshold, bank?.Value);
        if (threshold.IsRefused) return threshold.Refusal!;
        return new NewSeller(name, request.Email, request.Country, bank?.Value, request.PspAccount, request.PlatformFeeBp, schedule.Value, threshold.Value);
    }

    private static Result<BankDetails> Bank(BankRequest bank)
    {
        if (bank.Country is not { } country || !IsCountry(country)) return Invalid("bank_account.country", "The bank's country is the ISO 3166 code in capitals, like US.");
        if (!Currency.TryGet(bank.Currency, out var currency) || !currency.IsOffered) return Invalid("bank_account.currency", "The bank account's currency is an ISO 4217 code in capitals that we offer, like USD.");
        if (bank.AccountNumber is not { Length: >= 4 and <= 34 } number || !number.All(char.IsAsciiLetterOrDigit)) return Invalid("bank_account.account_number", "An account number (or IBAN) has 4 to 34 letters and digits, without spaces.");
        if (bank.RoutingNumber is { } routing && (routing.Length is < 3 or > 15 || !routing.All(char.IsAsciiLetterOrDigit))) return Invalid("bank_account.routing_number", "A routing number has 3 to 15 letters and digits, without spaces.");
        if (country == "US" && !IsUsRouting(bank.RoutingNumber)) return Invalid("bank_account.routing_number", "A bank in the US has a routing number of nine digits that passes its own check.");
        return new BankDetails(country, currency.Code, bank.RoutingNumber, number);
    }

    private static Result<PayoutSchedule> Schedule(string? word) => word switch
    {
        null or "manual" => PayoutSchedule.Manual,
        "daily" => PayoutSchedule.Daily,
        "weekly" => PayoutSchedule.Weekly,
        "threshold" => PayoutSchedule.Threshold,
        _ => Invalid("payout_schedule", "The schedule is one of manual, daily, weekly, threshold."),
    };

    private static Result<Money?> Threshold(PayoutSchedule schedule, string? text, BankDetails? bank)
    {
        if (schedule != PayoutSchedule.Threshold) return text is null ? (Money?)null : Invalid("payout_threshold", "A threshold goes with the schedule threshold only.");
        if (bank is null) return Invalid("payout_threshold", "A threshold is in the currency of the bank account: send that too.");
        return Money.TryParse(text, Currency.Of(bank.Currency), out var amount, out var fault) && amount.Minor > 0
            ? (Money?)amount
            : Invalid("payout_threshold", $"The threshold {fault ?? "must be above zero"}.");
    }

    private static bool IsCountry(string text) => text.Length == 2 && text.All(char.IsAsciiLetterUpper);

    /// <summary>Nine digits, weighted 3 7 1, whose sum is a multiple of ten (ABA).</summary>
    private static bool IsUsRouting(string? text) =>
        text is { Length: 9 } && text.All(char.IsAsciiDigit) && text.Select((digit, at) => (digit - '0') * (at % 3) switch { 0 => 3, 1 => 7, _ => 1 }).Sum() % 10 == 0;

    private static bool IsEmail(string text) =>
        text.Length <= MaxEmail && text.All(character => character is > ' ' and < (char)127) && MailAddress.TryCreate(text, out var address) && address.Address == text;

    private static Refusal Invalid(string field, string text) => new(RefusalCodes.Invalid, 422, text + " Nothing was stored and no money moved.", field);
}
