using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace PaymentPortal.Core.Payments;

/// <summary>How an attempt stands. Only one of a payment event is open.</summary>
public enum AttemptState
{
    Open,

    /// <summary>Its session was paid and is booked, to the orders or to suspense.</summary>
    Paid,

    /// <summary>The PSP refused to make a session: nothing can have been paid.</summary>
    Rejected,

    /// <summary>The PSP says that its session is over, unpaid.</summary>
    SessionExpired,

    /// <summary>An asynchronous payment failed after the session was complete.</summary>
    AsyncFailed,

    /// <summary>Ended before the PSP told us of a session. One that turns up later is expired.</summary>
    Abandoned,
}

/// <summary>One PSP session of a payment event. Its id is the nonce that we send; the token is the session id that comes back: one to one.</summary>
public sealed class Attempt
{
    public required string AttemptId { get; init; }

    public required string CheckoutId { get; init; }

    public int Number { get; init; }

    public AttemptState State { get; init; }

    public string? PspToken { get; init; }

    /// <summary>The PSP's hosted page while the session is open.</summary>
    public string? PspUrl { get; init; }

    public string? IntentId { get; init; }

    /// <summary>The PSP's word for its intent at the last look: "requires_action" while the bank's check of the buyer is not finished.</summary>
    public string? IntentStatus { get; init; }

    /// <summary>The PSP's code of the last thing that went wrong with its intent.</summary>
    public string? IntentFailure { get; init; }

    public DateTimeOffset StartedAt { get; init; }

    /// <summary>When the buyer last came back by the address that the PSP uses after a payment.</summary>
    public DateTimeOffset? ReturnedAt { get; init; }

    /// <summary>When a look-up first saw the session complete: nobody can pay it from then on.</summary>
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>When a look-up was last applied.</summary>
    public DateTimeOffset? SeenAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }
}

internal sealed class AttemptMapping : IEntityTypeConfiguration<Attempt>
{
    public void Configure(EntityTypeBuilder<Attempt> builder)
    {
        builder.ToTable("attempts").HasKey(attempt => attempt.AttemptId);
        builder.Property(attempt => attempt.AttemptId).HasMaxLength(40);
        builder.Property(attempt => attempt.CheckoutId).HasMaxLength(40);
        builder.Property(attempt => attempt.PspToken).HasMaxLength(255);
        builder.Property(attempt => attempt.PspUrl).HasMaxLength(2000);
        builder.Property(attempt => attempt.IntentId).HasMaxLength(255);
        builder.Property(attempt => attempt.IntentStatus).HasMaxLength(40);
        builder.Property(attempt => attempt.IntentFailure).HasMaxLength(60);
        builder.HasIndex(attempt => new { attempt.CheckoutId, attempt.Number }).IsUnique();
        // The unique index, not a read before the write, decides that two clicks on Pay are one attempt.
        builder.HasIndex(attempt => attempt.CheckoutId, "IX_attempts_one_open").IsUnique().HasFilter("state = 'Open'");
        builder.HasIndex(attempt => attempt.PspToken).IsUnique().HasFilter("psp_token IS NOT NULL");
        builder.HasIndex(attempt => attempt.IntentId).HasFilter("intent_id IS NOT NULL");
    }
}

/// <summary>A card that the bank refused, or the charge that paid: a line in the attempt's history.</summary>
public sealed class AttemptCharge
{
    public required string ChargeId { get; init; }

    public required string AttemptId { get; init; }

    public required string CheckoutId { get; init; }

    public bool IsPaid { get; init; }

    public long Amount { get; init; }

    public required string Currency { get; init; }

    public string? FailureCode { get; init; }

    public string? DeclineCode { get; init; }

    public string? CardBrand { get; init; }

    public string? CardLast4 { get; init; }

    public DateTimeOffset CreatedAt { get; init; }
}

internal sealed class AttemptChargeMapping : IEntityTypeConfiguration<AttemptCharge>
{
    public void Configure(EntityTypeBuilder<AttemptCharge> builder)
    {
        builder.ToTable("attempt_charges").HasKey(charge => charge.ChargeId);
        builder.Property(charge => charge.ChargeId).HasMaxLength(255);
        builder.Property(charge => charge.AttemptId).HasMaxLength(40);
        builder.Property(charge => charge.CheckoutId).HasMaxLength(40);
        builder.Property(charge => charge.Currency).HasMaxLength(3);
        builder.Property(charge => charge.FailureCode).HasMaxLength(60);
        builder.Property(charge => charge.DeclineCode).HasMaxLength(60);
        builder.Property(charge => charge.CardBrand).HasMaxLength(30);
        builder.Property(charge => charge.CardLast4).HasMaxLength(4);
        builder.HasIndex(charge => charge.CheckoutId);
        builder.HasIndex(charge => charge.CardLast4);
    }
}
