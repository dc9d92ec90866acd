using System.Text.Json;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;
using PaymentPortal.Core.Wallets;

namespace PaymentPortal.Core.Payouts;

/// <summary>
/// Takes in who a seller is and where his money goes. The same again changes nothing; another bank account raises its version, which voids what was
/// asked for and approved for the former one.
/// </summary>
public sealed class SellerDesk(WriteLane lane, WalletService wallets, FieldCipher cipher, AuditLog audit)
{
    private const string Update = """
        UPDATE seller_accounts SET name = $2, email = $3, country = $4, bank = $5, bank_currency = $6, bank_last4 = $7, bank_version = $8, bank_sent_version = $9, psp_account = $10,
            is_psp_account_ours = $11, is_payouts_enabled = $12, platform_fee_bp = $13, payout_schedule = $14, payout_threshold = $15, updated_at = $16 WHERE seller_account = $1
        """;

    public Task<Result<SellerAccount>> PutAsync(SellerAccount seller, NewSeller sent, Actor actor, CancellationToken cancellationToken) =>
        lane.RunAsync(unit => Put(unit, seller, sent, actor), cancellationToken);

    private Result<SellerAccount> Put(UnitOfWork unit, SellerAccount seller, NewSeller sent, Actor actor)
    {
        wallets.EnsureSeller(unit, seller);
        var known = SellerBank.Of(unit, seller)!;
        if (sent.PspAccount is { } account && SellerBank.OfPspAccount(unit, account) is { } other && other.Seller != seller)
            return new Refusal(RefusalCodes.StateConflict, 409, "Another seller has this account at the PSP. Nothing was stored.", "psp_account");
        var isTheirs = sent.PspAccount is not null;
        var isBankSame = Open(unit, seller) == sent.Bank;
        var isAccountSame = sent.PspAccount is null ? known.PspAccount is null || known.IsPspAccountOurs : sent.PspAccount == known.PspAccount;
        var version = isBankSame && isAccountSame ? known.Version : known.Version + 1;
        // An account that the platform named is the platform's: we know its bank only to show it.
        var sentVersion = isTheirs ? version : isAccountSame ? known.SentVersion : 0;
        unit.Execute(
            Update, seller.Value, sent.Name, sent.Email is null ? null : cipher.Seal(SellerRow.Table, seller.Value, "email", sent.Email).Bytes, sent.Country,
            sent.Bank is null ? null : cipher.Seal(SellerRow.Table, seller.Value, "bank", JsonSerializer.Serialize(sent.Bank)).Bytes, sent.Bank?.Currency, sent.Bank?.Last4, version, sentVersion,
            sent.PspAccount ?? (isAccountSame ? known.PspAccount : null), !isTheirs, isAccountSame && known.IsPayoutsEnabled, sent.PlatformFeeBp, sent.Schedule, sent.Threshold?.Minor, unit.Now);
        audit.Write(unit, new AuditEntry(actor, "seller.put", seller.Value)
        {
            Before = $"bank …{known.Last4}, {known.PspAccount ?? "no account at the PSP"}, {known.Schedule}",
            After = $"bank …{sent.Bank?.Last4}, {sent.PspAccount ?? known.PspAccount ?? "an account to be made"}, {sent.Schedule}",
        });
        RetryQueue.Add(unit, PayoutSteps.SellerAccount, seller.Value, unit.Now);
        return seller;
    }

    private BankDetails? Open(UnitOfWork unit, SellerAccount seller) => SellerSecrets.Bank(unit, cipher, seller);
}

/// <summary>Opens what of a seller is sealed.</summary>
internal static class SellerSecrets
{
    public static BankDetails? Bank(UnitOfWork unit, FieldCipher cipher, SellerAccount seller) => Read(unit, cipher, seller, "bank") is { } text ? JsonSerializer.Deserialize<BankDetails>(text) : null;

    public static string? Email(UnitOfWork unit, FieldCipher cipher, SellerAccount seller) => Read(unit, cipher, seller, "email");

    private static string? Read(UnitOfWork unit, FieldCipher cipher, SellerAccount seller, string column) =>
        unit.QueryFirst($"SELECT {column} FROM seller_accounts WHERE seller_account = $1", row => row.IsDBNull(0) ? null : (byte[])row[0], seller.Value) is { } bytes
            ? cipher.Open(SellerRow.Table, seller.Value, column, new Sealed(bytes))
            : null;
}
