using System.Data.Common;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Storage;
using PaymentPortal.Core.Wallets;

namespace PaymentPortal.Core.Payouts;

/// <summary>Who a seller is and how he is paid, without what is sealed but for its last digits.</summary>
public sealed record SellerProfile(
    SellerAccount Account, string? Name, string? Country, string? BankCurrency, string? BankLast4, string? PspAccount, bool IsPspAccountOurs, bool IsPayoutsEnabled, bool IsBankAtPsp,
    int? PlatformFeeBp, PayoutSchedule Schedule, Money? Threshold, DateTimeOffset CreatedAt, DateTimeOffset? UpdatedAt);

/// <summary>Reads sellers beside the lane.</summary>
public sealed class SellerQueries(SqlDialect dialect, FieldCipher cipher)
{
    private const string Columns = """
        seller_account, name, country, bank_currency, bank_last4, psp_account, is_psp_account_ours, is_payouts_enabled, bank_sent_version >= bank_version, platform_fee_bp, payout_schedule, payout_threshold,
        created_at, updated_at
        """;

    public async Task<SellerProfile?> FindAsync(SellerAccount seller, CancellationToken cancellationToken)
    {
        await using var connection = dialect.OpenReader();
        return (await connection.ReadAsync($"SELECT {Columns} FROM seller_accounts WHERE seller_account = $1", [seller.Value], Read, cancellationToken).ConfigureAwait(false)).SingleOrDefault();
    }

    /// <summary>The e-mail address, opened for a caller who may see it.</summary>
    public async Task<string?> EmailAsync(SellerAccount seller, CancellationToken cancellationToken)
    {
        await using var connection = dialect.OpenReader();
        var found = await connection.ReadAsync("SELECT email FROM seller_accounts WHERE seller_account = $1", [seller.Value], row => row.IsDBNull(0) ? null : (byte[])row[0], cancellationToken).ConfigureAwait(false);
        return found is [{ } bytes] ? cipher.Open(SellerRow.Table, seller.Value, "email", new Sealed(bytes)) : null;
    }

    private static SellerProfile Read(DbDataReader row) => new(
        SellerAccount.Of(row.GetString(0)), row.TextOrNull(1), row.TextOrNull(2), row.TextOrNull(3), row.TextOrNull(4), row.TextOrNull(5), row.GetBoolean(6), row.GetBoolean(7), row.GetBoolean(8),
        row.IsDBNull(9) ? null : row.GetInt32(9), Enum.Parse<PayoutSchedule>(row.GetString(10)),
        row.NumberOrNull(11) is { } threshold && row.TextOrNull(3) is { } currency ? new Money(threshold, Currency.Of(currency)) : null, row.Moment(12), row.MomentOrNull(13));
}
