using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace PaymentPortal.Core.Payments;

/// <summary>Where the money of a paid session went.</summary>
public enum BookedTo
{
    Orders,
    Suspense,
}

/// <summary>A paid session whose money is in the books. One row per session, whatever the kind: that is what makes a second booking impossible.</summary>
public sealed class BookedSession
{
    public required string SessionId { get; init; }

    public required string CheckoutId { get; init; }

    public required string AttemptId { get; init; }

    public BookedTo BookedTo { get; init; }

    public long Amount { get; init; }

    public required string Currency { get; init; }

    public required string ChargeId { get; init; }

    /// <summary>What refunds of this charge that are asked for or made come to.</summary>
    public long Refunded { get; init; }

    public DateTimeOffset BookedAt { get; init; }
}

internal sealed class BookedSessionMapping : IEntityTypeConfiguration<BookedSession>
{
    public void Configure(EntityTypeBuilder<BookedSession> builder)
    {
        builder.ToTable("booked_sessions", table => table.HasCheckConstraint("CK_booked_sessions_refunded", "refunded >= 0 AND refunded <= amount")).HasKey(session => session.SessionId);
        builder.Property(session => session.Refunded).HasDefaultValue(0L);
        builder.Property(session => session.SessionId).HasMaxLength(255);
        builder.Property(session => session.CheckoutId).HasMaxLength(40);
        builder.Property(session => session.AttemptId).HasMaxLength(40);
        builder.Property(session => session.Currency).HasMaxLength(3);
        builder.Property(session => session.ChargeId).HasMaxLength(255);
        builder.HasIndex(session => session.CheckoutId);
        builder.HasIndex(session => session.ChargeId).IsUnique();
        builder.HasIndex(session => session.BookedAt);
    }
}
