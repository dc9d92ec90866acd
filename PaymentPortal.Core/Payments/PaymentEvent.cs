using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using PaymentPortal.Core.Retries;

namespace PaymentPortal.Core.Payments;

/// <summary>One checkout: one buyer, one total, 1–100 orders that move together. "A payment" in the portal.</summary>
public sealed class PaymentEvent
{
    public required string CheckoutId { get; init; }

    public required string UserId { get; init; }

    public required string BuyerAccount { get; init; }

    public bool IsPaymentDone { get; init; }

    /// <summary>The one status of its orders.</summary>
    public PaymentOrderStatus Status { get; init; }

    /// <summary>Nonce and token of the current attempt; the history of pairs stands in <c>attempts</c>.</summary>
    public string? Nonce { get; init; }

    public string? PspToken { get; init; }

    /// <summary>128 random bits, the secret part of /pay/{link}.</summary>
    public required string LinkKey { get; init; }

    public required string Currency { get; init; }

    public long Amount { get; init; }

    public string? Reference { get; init; }

    public string? SuccessUrl { get; init; }

    public string? CancelUrl { get; init; }

    public required string ApiKeyId { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>When the checkout ends unpaid: 23 h after its creation, or 30 min after the last Pay if that is earlier.</summary>
    public DateTimeOffset EndsAt { get; init; }

    public DateTimeOffset? CancelRequestedAt { get; init; }

    /// <summary>Failed charges over all attempts.</summary>
    public int Declines { get; init; }

    /// <summary>So many of them end it: the policy that held when it was made, so that no publication moves the end of a checkout under way.</summary>
    public int DeclineCap { get; init; }

    /// <summary>Rises with every apply of what the PSP said, so that an older look-up never overwrites a newer one.</summary>
    public long RowVersion { get; init; }

    /// <summary>Number of the last line of its history, and of its last fact in the outbox.</summary>
    public long HistoryVersion { get; init; }
}

internal sealed class PaymentEventMapping : IEntityTypeConfiguration<PaymentEvent>
{
    public void Configure(EntityTypeBuilder<PaymentEvent> builder)
    {
        builder.ToTable("payment_events").HasKey(payment => payment.CheckoutId);
        builder.Property(payment => payment.CheckoutId).HasMaxLength(40);
        builder.Property(payment => payment.UserId).HasMaxLength(40);
        builder.Property(payment => payment.BuyerAccount).HasMaxLength(100);
        builder.Property(payment => payment.Status).IsStatusWord();
        builder.Property(payment => payment.Nonce).HasMaxLength(40);
        builder.Property(payment => payment.PspToken).HasMaxLength(255);
        builder.Property(payment => payment.LinkKey).HasMaxLength(48);
        builder.Property(payment => payment.Currency).HasMaxLength(3);
        builder.Property(payment => payment.Reference).HasMaxLength(200);
        builder.Property(payment => payment.SuccessUrl).HasMaxLength(2000);
        builder.Property(payment => payment.CancelUrl).HasMaxLength(2000);
        builder.Property(payment => payment.ApiKeyId).HasMaxLength(40);
        builder.Property(payment => payment.DeclineCap).HasDefaultValue(RetryDefaults.BuyerCap);
        builder.HasIndex(payment => payment.LinkKey).IsUnique();
        builder.HasIndex(payment => payment.PspToken).IsUnique().HasFilter("psp_token IS NOT NULL");
        // Each ends in the id, the order of every list: a filtered page is read from the index as it stands.
        builder.HasIndex(payment => new { payment.Reference, payment.CheckoutId });
        builder.HasIndex(payment => new { payment.UserId, payment.CheckoutId });
        builder.HasIndex(payment => new { payment.Currency, payment.Amount, payment.CheckoutId });
        builder.HasIndex(payment => new { payment.Status, payment.CheckoutId });
    }
}
