using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;

namespace PaymentPortal.Core.Payments.Disputes;

/// <summary>A buyer's bank disputes a charge. From the moment the PSP withdraws the money until the end, the sellers' shares are held back.</summary>
public sealed class Dispute
{
    public required string DisputeId { get; init; }

    public required string PspDisputeId { get; init; }

    public DisputeStatus Status { get; init; }

    public required string CheckoutId { get; init; }

    public required string SessionId { get; init; }

    public required string ChargeId { get; init; }

    public long Amount { get; init; }

    /// <summary>What the PSP kept for the dispute itself.</summary>
    public long Fee { get; init; }

    public required string Currency { get; init; }

    /// <summary>The bank's reason in the PSP's words.</summary>
    public required string Reason { get; init; }

    /// <summary>Its money has left the PSP's balance and is in disputes:open, or was.</summary>
    public bool IsWithdrawn { get; init; }

    public DisputeBearer Bearer { get; init; }

    public DateTimeOffset? DueBy { get; init; }

    /// <summary>Evidence texts by the PSP's field names, as JSON. They speak of a customer, so they are sealed.</summary>
    public Sealed? Evidence { get; init; }

    /// <summary>Counts the changes of the evidence; the PSP has those up to <see cref="StagedVersion"/>.</summary>
    public int EvidenceVersion { get; init; }

    public int StagedVersion { get; init; }

    public DateTimeOffset? SubmitRequestedAt { get; init; }

    public DateTimeOffset? SubmittedAt { get; init; }

    public DateTimeOffset? AcceptRequestedAt { get; init; }

    /// <summary>When people were warned that the time for evidence runs out.</summary>
    public DateTimeOffset? WarnedAt { get; init; }

    public DateTimeOffset OpenedAt { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }

    public long RowVersion { get; init; }

    public long HistoryVersion { get; init; }
}

/// <summary>One order's share of the disputed money.</summary>
public sealed class DisputeShareRow
{
    public required string DisputeId { get; init; }

    public required string PaymentOrderId { get; init; }

    public required string SellerAccount { get; init; }

    public long Amount { get; init; }

    public required string Currency { get; init; }

    public DisputeShareState State { get; init; }
}

internal sealed class DisputeMapping : IEntityTypeConfiguration<Dispute>
{
    public void Configure(EntityTypeBuilder<Dispute> builder)
    {
        builder.ToTable("disputes", table => table.HasCheckConstraint("CK_disputes_amount", "amount > 0 AND fee >= 0")).HasKey(dispute => dispute.DisputeId);
        builder.Property(dispute => dispute.DisputeId).HasMaxLength(40);
        builder.Property(dispute => dispute.PspDisputeId).HasMaxLength(255);
        builder.Property(dispute => dispute.Status).HasMaxLength(20).HasConversion(status => status.Word(), word => DisputeWords.Parse(word));
        builder.Property(dispute => dispute.CheckoutId).HasMaxLength(40);
        builder.Property(dispute => dispute.SessionId).HasMaxLength(255);
        builder.Property(dispute => dispute.ChargeId).HasMaxLength(255);
        builder.Property(dispute => dispute.Currency).HasMaxLength(3);
        builder.Property(dispute => dispute.Reason).HasMaxLength(60);
        builder.Property(dispute => dispute.Evidence).IsSealed();
        builder.HasIndex(dispute => dispute.PspDisputeId).IsUnique();
        builder.HasIndex(dispute => dispute.ChargeId);
        builder.HasIndex(dispute => dispute.CheckoutId);
        builder.HasIndex(dispute => new { dispute.Status, dispute.DueBy, dispute.DisputeId });
        builder.HasIndex(dispute => new { dispute.DueBy, dispute.DisputeId });
    }
}

internal sealed class DisputeShareMapping : IEntityTypeConfiguration<DisputeShareRow>
{
    public void Configure(EntityTypeBuilder<DisputeShareRow> builder)
    {
        builder.ToTable("dispute_shares", table => table.HasCheckConstraint("CK_dispute_shares_amount", "amount > 0")).HasKey(share => new { share.DisputeId, share.PaymentOrderId });
        builder.Property(share => share.DisputeId).HasMaxLength(40);
        builder.Property(share => share.PaymentOrderId).HasMaxLength(40);
        builder.Property(share => share.SellerAccount).HasMaxLength(100);
        builder.Property(share => share.Currency).HasMaxLength(3);
        builder.HasIndex(share => share.PaymentOrderId);
    }
}
