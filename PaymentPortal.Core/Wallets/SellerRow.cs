using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using PaymentPortal.Core.Common;

namespace PaymentPortal.Core.Wallets;

/// <summary>A seller that the merchant platform has named at least once.</summary>
internal sealed class SellerRow
{
    public required string SellerAccount { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public int? PlatformFeeBp { get; init; }
}

/// <summary>A seller and the platform fee agreed with him; null means the installation's default.</summary>
public sealed record Seller(SellerAccount Account, int? PlatformFeeBasisPoints);

internal sealed class SellerRowMapping : IEntityTypeConfiguration<SellerRow>
{
    public void Configure(EntityTypeBuilder<SellerRow> builder)
    {
        builder.ToTable("seller_accounts", table => table.HasCheckConstraint("ck_seller_accounts_fee", "platform_fee_bp IS NULL OR (platform_fee_bp >= 0 AND platform_fee_bp <= 10000)"))
            .HasKey(seller => seller.SellerAccount);
        builder.Property(seller => seller.SellerAccount).HasMaxLength(100);
    }
}
