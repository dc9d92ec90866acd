using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;

namespace PaymentPortal.Core.Wallets;

/// <summary>When payouts are asked for without anybody asking. Stored as text: never rename a word.</summary>
public enum PayoutSchedule
{
    /// <summary>Only when somebody asks.</summary>
    Manual,

    /// <summary>What is withdrawable, once a UTC day.</summary>
    Daily,

    /// <summary>What is withdrawable, once an ISO week.</summary>
    Weekly,

    /// <summary>What is withdrawable as soon as it has come to so much, at most once a UTC day.</summary>
    Threshold,
}

/// <summary>
/// A seller that the merchant platform has named at least once. The version of the bank rises with every change of where his money goes, so that
/// nobody approves a payout to an account that he has not seen.
/// </summary>
internal sealed class SellerRow
{
    public const string Table = "seller_accounts";

    public required string SellerAccount { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? UpdatedAt { get; init; }

    public int? PlatformFeeBp { get; init; }

    public string? Name { get; init; }

    public Sealed? Email { get; init; }

    public string? Country { get; init; }

    /// <summary>Country, currency, routing and account number, as JSON.</summary>
    public Sealed? Bank { get; init; }

    public string? BankCurrency { get; init; }

    public string? BankLast4 { get; init; }

    public int BankVersion { get; init; }

    /// <summary>The version that the PSP is known to have.</summary>
    public int BankSentVersion { get; init; }

    public string? PspAccount { get; init; }

    /// <summary>Made by us, so its bank is ours to keep in step; one that the platform named is not.</summary>
    public bool IsPspAccountOurs { get; init; }

    public bool IsPayoutsEnabled { get; init; }

    public PayoutSchedule PayoutSchedule { get; init; }

    /// <summary>In minor units of the bank's currency; only for a threshold.</summary>
    public long? PayoutThreshold { get; init; }
}

/// <summary>A seller and the platform fee agreed with him; null means the installation's default.</summary>
public sealed record Seller(SellerAccount Account, int? PlatformFeeBasisPoints);

internal sealed class SellerRowMapping : IEntityTypeConfiguration<SellerRow>
{
    public void Configure(EntityTypeBuilder<SellerRow> builder)
    {
        builder.ToTable(SellerRow.Table, table => table.HasCheckConstraint("ck_seller_accounts_fee", "platform_fee_bp IS NULL OR (platform_fee_bp >= 0 AND platform_fee_bp <= 10000)"))
            .HasKey(seller => seller.SellerAccount);
        builder.Property(seller => seller.SellerAccount).HasMaxLength(100);
        builder.Property(seller => seller.Name).HasMaxLength(200);
        builder.Property(seller => seller.Email).IsSealed();
        builder.Property(seller => seller.Country).HasMaxLength(2);
        builder.Property(seller => seller.Bank).IsSealed();
        builder.Property(seller => seller.BankCurrency).HasMaxLength(3);
        builder.Property(seller => seller.BankLast4).HasMaxLength(4);
        builder.Property(seller => seller.BankVersion).HasDefaultValue(0);
        builder.Property(seller => seller.BankSentVersion).HasDefaultValue(0);
        builder.Property(seller => seller.PspAccount).HasMaxLength(255);
        builder.Property(seller => seller.IsPspAccountOurs).HasDefaultValue(false);
        builder.Property(seller => seller.IsPayoutsEnabled).HasDefaultValue(false);
        builder.Property(seller => seller.PayoutSchedule).HasDefaultValue(PayoutSchedule.Manual);
        // Two sellers with one account at the PSP could be paid out of each other's money.
        builder.HasIndex(seller => seller.PspAccount).IsUnique().HasFilter("psp_account IS NOT NULL");
        builder.HasIndex(seller => seller.PayoutSchedule).HasFilter("payout_schedule <> 'Manual'");
    }
}
