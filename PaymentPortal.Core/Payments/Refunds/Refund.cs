using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using PaymentPortal.Core.Ledger;

namespace PaymentPortal.Core.Payments.Refunds;

/// <summary>
/// Money that goes back to a buyer. What it takes is reserved on its order and its charge in the unit that asks, and given back once when it comes
/// to nothing.
/// </summary>
public sealed class Refund
{
    public required string RefundId { get; init; }

    public RefundSource Source { get; init; }

    public RefundStatus Status { get; init; }

    public required string CheckoutId { get; init; }

    /// <summary>Set when its source is an order.</summary>
    public string? PaymentOrderId { get; init; }

    public string? SellerAccount { get; init; }

    /// <summary>The paid session that it goes back to, and the PSP's intent and charge of it.</summary>
    public required string SessionId { get; init; }

    public required string IntentId { get; init; }

    public required string ChargeId { get; init; }

    /// <summary>The task of finance that it closes, for every source but an order.</summary>
    public string? FinanceTaskId { get; init; }

    public long Amount { get; init; }

    /// <summary>The platform's part of the amount.</summary>
    public long PlatformFee { get; init; }

    public required string Currency { get; init; }

    public required string Reason { get; init; }

    /// <summary>Who asked for it, as <see cref="Common.Actor"/> writes it.</summary>
    public required string MadeBy { get; init; }

    public string? ApprovalId { get; init; }

    public string? PspRefundId { get; init; }

    public string? FailureReason { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Rises with every apply of what the PSP said.</summary>
    public long RowVersion { get; init; }

    /// <summary>Number of the last line of its history, and of its last fact in the outbox.</summary>
    public long HistoryVersion { get; init; }
}

internal sealed class RefundMapping : IEntityTypeConfiguration<Refund>
{
    public void Configure(EntityTypeBuilder<Refund> builder)
    {
        builder.ToTable("refunds", table => table.HasCheckConstraint("CK_refunds_amount", "amount > 0 AND platform_fee >= 0 AND platform_fee <= amount"));
        builder.HasKey(refund => refund.RefundId);
        builder.Property(refund => refund.RefundId).HasMaxLength(40);
        builder.Property(refund => refund.Status).HasMaxLength(20).HasConversion(status => status.Word(), word => RefundWords.Parse(word));
        builder.Property(refund => refund.CheckoutId).HasMaxLength(40);
        builder.Property(refund => refund.PaymentOrderId).HasMaxLength(40);
        builder.Property(refund => refund.SellerAccount).HasMaxLength(100);
        builder.Property(refund => refund.SessionId).HasMaxLength(255);
        builder.Property(refund => refund.IntentId).HasMaxLength(255);
        builder.Property(refund => refund.ChargeId).HasMaxLength(255);
        builder.Property(refund => refund.FinanceTaskId).HasMaxLength(255);
        builder.Property(refund => refund.Currency).HasMaxLength(3);
        builder.Property(refund => refund.Reason).HasMaxLength(500);
        builder.Property(refund => refund.MadeBy).HasMaxLength(256);
        builder.Property(refund => refund.ApprovalId).HasMaxLength(40);
        builder.Property(refund => refund.PspRefundId).HasMaxLength(255);
        builder.Property(refund => refund.FailureReason).HasMaxLength(80);
        builder.HasIndex(refund => refund.PspRefundId).IsUnique().HasFilter("psp_refund_id IS NOT NULL");
        // The index, not a read before the write, decides that a task's money goes back once.
        builder.HasIndex(refund => refund.FinanceTaskId, "IX_refunds_one_per_task").IsUnique().HasFilter("finance_task_id IS NOT NULL AND status NOT IN ('REFUSED', 'CANCELED', 'FAILED')");
        builder.HasIndex(refund => new { refund.CheckoutId, refund.RefundId });
        builder.HasIndex(refund => new { refund.Status, refund.RefundId });
        builder.HasIndex(refund => new { refund.PaymentOrderId, refund.RefundId });
        builder.HasIndex(refund => refund.ChargeId);
    }
}
