using PaymentPortal.Core.Common;
using PaymentPortal.Core.Storage;
using PaymentPortal.Core.Wallets;

namespace PaymentPortal.Core.Payouts;

/// <summary>Where a seller's money goes, as a unit reads it.</summary>
internal sealed record SellerBank(
    SellerAccount Seller, string? PspAccount, bool IsPspAccountOurs, bool IsPayoutsEnabled, int Version, int SentVersion, string? Currency, string? Last4, bool HasBank, PayoutSchedule Schedule, long? Threshold)
{
    private const string Select = """
        SELECT seller_account, psp_account, is_psp_account_ours, is_payouts_enabled, bank_version, bank_sent_version, bank_currency, bank_last4, bank IS NOT NULL, payout_schedule, payout_threshold FROM seller_accounts
        """;

    /// <summary>The PSP would pay to the bank that we know.</summary>
    public bool IsAtPsp => SentVersion >= Version;

    public static SellerBank? Of(UnitOfWork unit, SellerAccount seller) => Find(unit, Select + " WHERE seller_account = $1", seller.Value);

    public static SellerBank? OfPspAccount(UnitOfWork unit, string account) => Find(unit, Select + " WHERE psp_account = $1", account);

    private static SellerBank? Find(UnitOfWork unit, string sql, string value) => unit.QueryFirst(
        sql,
        row => new SellerBank(
            SellerAccount.Of(row.GetString(0)), row.TextOrNull(1), row.GetBoolean(2), row.GetBoolean(3), row.GetInt32(4), row.GetInt32(5), row.TextOrNull(6), row.TextOrNull(7), row.GetBoolean(8),
            Enum.Parse<PayoutSchedule>(row.GetString(9)), row.NumberOrNull(10)),
        value);
}
