namespace PaymentPortal.Core.Psp.Stripe;

/// <summary>Builds what paying out sends. Pure, like <see cref="StripeRequests"/>.</summary>
internal static class StripePayoutRequests
{
    public const string Accounts = "/v1/accounts";
    public const string Transfers = "/v1/transfers";
    public const string Payouts = "/v1/payouts";

    /// <summary>Beside the key of the account's own making, which must stay to be found.</summary>
    public const string BankKeyField = "pp_bank_key";

    private const string PspKeyField = $"metadata[{StripeRequests.PspKeyField}]";

    /// <summary>Payouts from it are ours to make: a schedule of the PSP's would send money that no payout of ours stands for.</summary>
    public static PspRequest CreateAccount(NewPspAccount account) => new(Accounts, AddBank(
        new StripeForm()
            .Add("type", "custom")
            .Add("country", account.Country)
            .Add("email", account.Email)
            .Add("capabilities[transfers][requested]", "true")
            .Add("settings[payouts][schedule][interval]", "manual"), account.Bank)
        .Add("metadata[seller]", account.Seller)
        .Add(PspKeyField, account.PspKey).ToString());

    public static PspRequest ReplaceBank(string accountId, BankDetails bank, string pspKey) =>
        new(Account(accountId), AddBank(new StripeForm(), bank).Add($"metadata[{BankKeyField}]", pspKey).ToString());

    public static PspRequest CreateTransfer(NewTransfer transfer) => new(Transfers, new StripeForm()
        .Add("amount", transfer.Amount.Minor)
        .Add("currency", transfer.Amount.Currency.Code.ToLowerInvariant())
        .Add("destination", transfer.Destination)
        .Add("transfer_group", transfer.Group)
        .Add(PspKeyField, transfer.PspKey).ToString());

    public static PspRequest CreateReversal(string transferId, string pspKey) => new(Reversals(transferId), new StripeForm().Add(PspKeyField, pspKey).ToString());

    public static PspRequest CreatePayout(NewPspPayout payout) => new(Payouts, new StripeForm()
        .Add("amount", payout.Amount.Minor)
        .Add("currency", payout.Amount.Currency.Code.ToLowerInvariant())
        .Add("metadata[payout]", payout.Item)
        .Add(PspKeyField, payout.PspKey).ToString()) { Account = payout.Account };

    public static PspRequest CancelPayout(string? account, string payoutId) => new(Payout(payoutId) + "/cancel", "") { Account = account };

    public static string Account(string id) => $"{Accounts}/{Uri.EscapeDataString(id)}";

    public static string Payout(string id) => $"{Payouts}/{Uri.EscapeDataString(id)}";

    public static string Reversals(string transferId) => $"{Transfers}/{Uri.EscapeDataString(transferId)}/reversals";

    public static string TransfersOf(string group) => $"{Transfers}?transfer_group={Uri.EscapeDataString(group)}";

    private static StripeForm AddBank(StripeForm form, BankDetails bank) => form
        .Add("external_account[object]", "bank_account")
        .Add("external_account[country]", bank.Country)
        .Add("external_account[currency]", bank.Currency.ToLowerInvariant())
        .Add("external_account[routing_number]", bank.RoutingNumber)
        .Add("external_account[account_number]", bank.AccountNumber);
}
