using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace PaymentPortal.Core.Payments;

/// <summary>One seller's line of a checkout. Both flags are true exactly when its pay-in entry is in the ledger: they flip in that entry's unit.</summary>
public sealed class PaymentOrder
{
    public required string PaymentOrderId { get; init; }

    public required string CheckoutId { get; init; }

    public int Line { get; init; }

    public required string BuyerAccount { get; init; }

    public required string SellerAccount { get; init; }

    public long Amount { get; init; }

    /// <summary>The platform's share of the amount, fixed when the order was made.</summary>
    public long PlatformFee { get; init; }

    public required string Currency { get; init; }

    public PaymentOrderStatus PaymentOrderStatus { get; init; }

    public bool LedgerUpdated { get; init; }

    public bool WalletUpdated { get; init; }

    /// <summary>What refunds of it that are asked for or made come to, and the platform's part of that.</summary>
    public long Refunded { get; init; }

    public long RefundedFee { get; init; }

    /// <summary>What refunds and disputes took from the seller's share; moved in the units that post.</summary>
    public long Taken { get; init; }

    public string? Description { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }
}

internal sealed class PaymentOrderMapping : IEntityTypeConfiguration<PaymentOrder>
{
    public void Configure(EntityTypeBuilder<PaymentOrder> builder)
    {
        builder.ToTable("payment_orders", table =>
        {
            table.HasCheckConstraint("CK_payment_orders_amount", "amount > 0 AND platform_fee >= 0 AND platform_fee <= amount");
            // The last word on how much may go back, whatever happens at once.
            table.HasCheckConstraint("CK_payment_orders_refunded", "refunded >= 0 AND refunded <= amount AND refunded_fee >= 0 AND refunded_fee <= platform_fee AND refunded_fee <= refunded");
        });
        builder.HasKey(order => order.PaymentOrderId);
        builder.Property(order => order.PaymentOrderId).HasMaxLength(40);
        builder.Property(order => order.CheckoutId).HasMaxLength(40);
        builder.Property(order => order.BuyerAccount).HasMaxLength(100);
        builder.Property(order => order.SellerAccount).HasMaxLength(100);
        builder.Property(order => order.Currency).HasMaxLength(3);
        builder.Property(order => order.PaymentOrderStatus).IsStatusWord();
        builder.Property(order => order.Description).HasMaxLength(500);
        builder.Property(order => order.Refunded).HasDefaultValue(0L);
        builder.Property(order => order.RefundedFee).HasDefaultValue(0L);
        builder.Property(order => order.Taken).HasDefaultValue(0L);
        builder.HasIndex(order => new { order.CheckoutId, order.Line }).IsUnique();
        builder.HasIndex(order => new { order.SellerAccount, order.PaymentOrderId });
    }
}
