namespace PaymentPortal.Sandbox.Connect;

/// <summary>What a bank does with payouts to an account: pays, refuses, or pays and takes it back days later.</summary>
public sealed record BankFate(string? FailureCode = null, bool FailsAfterPaying = false)
{
    public string? Message => FailureCode switch
    {
        null => null,
        "no_account" => "The bank account details on file are probably incorrect. No bank account could be located with those details.",
        "account_closed" => "The bank account has been closed.",
        "insufficient_funds" => "Your Stripe account has insufficient funds to cover the payout.",
        "debit_not_authorized" => "Debit transactions are not approved on your bank account.",
        "invalid_currency" => "The bank was unable to process this payout because of its currency.",
        _ => "The bank could not process this payout.",
    };
}

/// <summary>Test account numbers and bank tokens of contract §10. Other numbers are paid to.</summary>
public static class TestAccounts
{
    public const string RoutingNumber = "110000000";
    public const string GoodNumber = "000123456789";

    private static readonly Dictionary<string, BankFate> ByNumber = new()
    {
        ["000111111116"] = new("no_account"),
        ["000111111113"] = new("account_closed"),
        ["000222222227"] = new("insufficient_funds"),
        ["000333333335"] = new("debit_not_authorized"),
        ["000444444440"] = new("invalid_currency"),

        // The sandbox's own: the PSP has no number for a payout that comes back.
        ["000555555559"] = new("could_not_process", FailsAfterPaying: true),
    };

    private static readonly Dictionary<string, string> ByToken = new()
    {
        ["btok_us"] = GoodNumber,
        ["btok_us_verified"] = GoodNumber,
        ["btok_us_verified_noAccount"] = "000111111116",
        ["btok_us_noAccount"] = "000111111116",
        ["btok_us_accountClosed"] = "000111111113",
        ["btok_us_insufficientFunds"] = "000222222227",
        ["btok_us_debitNotAuthorized"] = "000333333335",
        ["btok_us_invalidCurrency"] = "000444444440",
    };

    /// <summary>Number and what becomes of a payout to it, for people.</summary>
    public static IEnumerable<(string Number, string Purpose)> All => ByNumber
        .Select(pair => (pair.Key, pair.Value.FailsAfterPaying ? $"Paid, then fails: {pair.Value.FailureCode} (sandbox only)" : $"Fails: {pair.Value.FailureCode}"))
        .Prepend((GoodNumber, "Paid"));

    public static BankFate FateOf(string number) => ByNumber.GetValueOrDefault(number) ?? new BankFate();

    public static string? NumberOf(string token) => ByToken.GetValueOrDefault(token);
}
