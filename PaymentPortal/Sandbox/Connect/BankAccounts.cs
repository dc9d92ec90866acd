using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using PaymentPortal.Sandbox.Payments;
using PaymentPortal.Sandbox.Storage;
using PaymentPortal.Sandbox.Wire;

namespace PaymentPortal.Sandbox.Connect;

/// <summary>Where payouts go: one bank account per currency. Of a number only the last four digits and what the bank does are kept.</summary>
public static class BankAccounts
{
    public const string Type = "bank_account";

    public static readonly FieldsSpec Details = new FieldsSpec()
        .Require("object", ParamSpec.OneOf("bank_account")).Require("country", ParamSpec.Text()).Require("currency", ParamSpec.Text())
        .Require("account_number", ParamSpec.Text()).With("routing_number", ParamSpec.Text())
        .With("account_holder_name", ParamSpec.Text()).With("account_holder_type", ParamSpec.OneOf("company", "individual"))
        .Ignoring("account_type", "default_for_currency", "metadata");

    /// <summary>The bank account of one currency; null when there is none.</summary>
    public static JsonObject? Of(SandboxUnit unit, string currency) => unit.Db.Query(
        "SELECT json FROM objects WHERE account = @0 AND type = @1 AND json ->> '$.currency' = @2 AND json ->> '$._.current' ORDER BY seq DESC LIMIT 1",
        Documents.FromFirstColumn, unit.Account, Type, currency).SingleOrDefault();

    /// <summary>The platform's own bank takes every currency, and always pays.</summary>
    public static JsonObject OfPlatform(SandboxUnit unit, string currency) =>
        Of(unit, currency) ?? Add(unit, new Bank("US", currency, TestAccounts.RoutingNumber, TestAccounts.GoodNumber, null, null));

    public static BankFate FateOf(JsonObject bankAccount) =>
        new(bankAccount.HiddenOf().TextOrNull("failure"), bankAccount.HiddenOf().Flag("late"));

    /// <summary>Reads the external_account parameter and puts it in the place of the one that its currency had.</summary>
    public static JsonObject Replace(SandboxUnit unit, FormNode sent)
    {
        var bank = sent.Value is { } token ? OfToken(token) : OfDetails(sent);
        if (Of(unit, bank.Currency) is { } former)
        {
            former.HiddenOf()["current"] = false;
            Documents.Save(unit, former);
        }

        return Add(unit, bank);
    }

    public static JsonArray All(SandboxUnit unit) => new([.. unit.Db.Query(
        "SELECT json FROM objects WHERE account = @0 AND type = @1 AND json ->> '$._.current' ORDER BY seq", Documents.FromFirstColumn, unit.Account, Type)
        .Select(Documents.Published)]);

    private static Bank OfToken(string token) => TestAccounts.NumberOf(token) is { } number
        ? new Bank("US", "usd", TestAccounts.RoutingNumber, number, null, null)
        : throw StripeError.NoSuch("token", token, "external_account", 400);

    private static Bank OfDetails(FormNode sent)
    {
        var number = sent.Text("account_number")!.Replace(" ", "", StringComparison.Ordinal);
        if (number.Length is < 4 or > 34 || !number.All(char.IsAsciiLetterOrDigit))
        {
            throw StripeError.Invalid("Invalid account number: must contain only letters and digits, and be 4 to 34 characters long", "external_account[account_number]", "account_number_invalid");
        }

        var country = sent.Text("country")!.ToUpperInvariant();
        var routing = sent.Text("routing_number");
        if (country == "US" && (routing is null || !IsRoutingNumber(routing)))
        {
            throw StripeError.Invalid($"Invalid routing number for {country}. The number must contain 9 digits and pass its check.", "external_account[routing_number]", "routing_number_invalid");
        }

        var currency = Currencies.Parse(sent.Text("currency")!, "external_account[currency]");
        return new Bank(country, currency, routing, number, sent.Text("account_holder_name"), sent.Text("account_holder_type"));
    }

    /// <summary>Nine digits, weighted 3 7 1, whose sum is a multiple of ten.</summary>
    private static bool IsRoutingNumber(string text) =>
        text.Length == 9 && text.All(char.IsAsciiDigit) && text.Select((digit, i) => (digit - '0') * (i % 3) switch { 0 => 3, 1 => 7, _ => 1 }).Sum() % 10 == 0;

    private static JsonObject Add(SandboxUnit unit, Bank bank)
    {
        var fate = TestAccounts.FateOf(bank.Number);
        var document = new JsonObject
        {
            ["id"] = Ids.New("ba_1"),
            ["object"] = Type,
            ["account"] = unit.Account.Length > 0 ? unit.Account : Accounts.PlatformId,
            ["account_holder_name"] = bank.Holder,
            ["account_holder_type"] = bank.HolderType,
            ["account_type"] = null,
            ["available_payout_methods"] = new JsonArray("standard"),
            ["bank_name"] = "STRIPE TEST BANK",
            ["country"] = bank.Country,
            ["currency"] = bank.Currency,
            ["default_for_currency"] = true,
            ["fingerprint"] = Fingerprint(unit, bank),
            ["future_requirements"] = Requirements(),
            ["last4"] = bank.Number[^4..],
            ["metadata"] = new JsonObject(),
            ["requirements"] = Requirements(),
            ["routing_number"] = bank.Routing,
            ["status"] = "new",
            [Documents.Hidden] = new JsonObject { ["current"] = true, ["failure"] = fate.FailureCode, ["late"] = fate.FailsAfterPaying },
        };
        Documents.Insert(unit, document);
        return document;
    }

    private static JsonObject Requirements() => new()
    {
        ["currently_due"] = new JsonArray(), ["errors"] = new JsonArray(), ["past_due"] = new JsonArray(), ["pending_verification"] = new JsonArray(),
    };

    /// <summary>Equal for the same account. Keyed, so that trying all numbers finds none.</summary>
    private static string Fingerprint(SandboxUnit unit, Bank bank) => Convert.ToHexStringLower(
        HMACSHA256.HashData(Encoding.UTF8.GetBytes(unit.Options.ApiKey), Encoding.UTF8.GetBytes($"{bank.Country}:{bank.Routing}:{bank.Number}")))[..16];

    private sealed record Bank(string Country, string Currency, string? Routing, string Number, string? Holder, string? HolderType);
}
