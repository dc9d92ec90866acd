using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace PaymentPortal.Core.Payouts;

/// <summary>
/// Money on its way to a bank: a seller's, who gave up so much of his wallet for it, or, without a seller, our own. Its hold is given back or paid
/// out exactly once, whatever happens on the way.
/// </summary>
internal sealed class Payout
{
    public required string PayoutId { get; init; }

    /// <summary>Null for our own money.</summary>
    public string? SellerAccount { get; init; }

    /// <summary>The seller's account at the PSP as it was when this was asked for.</summary>
    public string? PspAccount { get; init; }

    public long Amount { get; init; }

    public required string Currency { get; init; }

    public PayoutStatus Status { get; init; }

    /// <summary>The bank that was meant; another one by now voids approval and sending.</summary>
    public int BankVersion { get; init; }

    public string? BankLast4 { get; init; }

    public required string RequestedBy { get; init; }

    public string? Reason { get; init; }

    /// <summary>Payouts made of it at the PSP: 1, and one more for each "pay again".</summary>
    public int Round { get; init; }

    public string? TransferId { get; init; }

    /// <summary>The newest payout object at the PSP.</summary>
    public string? PspPayoutId { get; init; }

    public string? ReversalId { get; init; }

    /// <summary>Its transfer is being reversed.</summary>
    public bool IsTakingBack { get; init; }

    public DateTimeOffset? CancelRequestedAt { get; init; }

    /// <summary>The PSP has been asked to cancel and has answered; its status now says what came of it.</summary>
    public bool IsCancelAsked { get; init; }

    /// <summary>Refused for want of available money; the next balance.available wakes it.</summary>
    public bool IsWaitingForBalance { get; init; }

    public string? FailureCode { get; init; }

    public string? FailureMessage { get; init; }

    public DateTimeOffset? ArrivesAt { get; init; }

    public DateTimeOffset? PaidAt { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Rises with every apply of what the PSP said.</summary>
    public long RowVersion { get; init; }

    public long HistoryVersion { get; init; }
}

/// <summary>One payout object of the PSP's and the payout of ours it was made for: a second round has a second one.</summary>
internal sealed class PayoutSend
{
    public required string PspPayoutId { get; init; }

    public required string PayoutId { get; init; }

    public int Round { get; init; }

    public DateTimeOffset MadeAt { get; init; }
}

internal sealed class PayoutMapping : IEntityTypeConfiguration<Payout>
{
    public void Configure(EntityTypeBuilder<Payout> builder)
    {
        builder.ToTable("payouts", table => table.HasCheckConstraint("ck_payouts_amount", "amount > 0")).HasKey(payout => payout.PayoutId);
        builder.Property(payout => payout.PayoutId).HasMaxLength(40);
        builder.Property(payout => payout.SellerAccount).HasMaxLength(100);
        builder.Property(payout => payout.PspAccount).HasMaxLength(255);
        builder.Property(payout => payout.Currency).HasMaxLength(3);
        builder.Property(payout => payout.Status).IsPayoutStatusWord();
        builder.Property(payout => payout.BankLast4).HasMaxLength(4);
        builder.Property(payout => payout.RequestedBy).HasMaxLength(256);
        builder.Property(payout => payout.Reason).HasMaxLength(500);
        builder.Property(payout => payout.TransferId).HasMaxLength(255);
        builder.Property(payout => payout.PspPayoutId).HasMaxLength(255);
        builder.Property(payout => payout.ReversalId).HasMaxLength(255);
        builder.Property(payout => payout.FailureCode).HasMaxLength(100);
        builder.Property(payout => payout.FailureMessage).HasMaxLength(500);
        builder.HasIndex(payout => new { payout.SellerAccount, payout.PayoutId });
        builder.HasIndex(payout => new { payout.Status, payout.PayoutId });
        builder.HasIndex(payout => payout.TransferId).IsUnique().HasFilter("transfer_id IS NOT NULL");
        builder.HasIndex(payout => payout.ReversalId).IsUnique().HasFilter("reversal_id IS NOT NULL");
        builder.HasIndex(payout => payout.PspAccount).HasFilter("status = 'SENDING'");
        builder.HasIndex(payout => payout.IsWaitingForBalance).HasFilter("is_waiting_for_balance");
    }
}

internal sealed class PayoutSendMapping : IEntityTypeConfiguration<PayoutSend>
{
    public void Configure(EntityTypeBuilder<PayoutSend> builder)
    {
        builder.ToTable("payout_sends").HasKey(send => send.PspPayoutId);
        builder.Property(send => send.PspPayoutId).HasMaxLength(255);
        builder.Property(send => send.PayoutId).HasMaxLength(40);
        builder.HasIndex(send => new { send.PayoutId, send.Round }).IsUnique();
    }
}
