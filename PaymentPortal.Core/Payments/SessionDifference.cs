using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace PaymentPortal.Core.Payments;

public enum SessionDifferenceKind
{
    /// <summary>The PSP took money through a session that is ours, and our books know nothing of it even after its status was asked for.</summary>
    PaidThereNotBookedHere,

    /// <summary>The PSP took money through a session that no attempt of ours ever had.</summary>
    PaidThereUnknownHere,

    /// <summary>Our books hold money that the PSP says it never took.</summary>
    BookedHereNotPaidThere,

    /// <summary>Both know of it, and of different amounts.</summary>
    AmountDiffers,
}

/// <summary>What the PSP and our books say differently about one session. It moves no money: it is an alarm until both agree.</summary>
public sealed class SessionDifference
{
    public required string SessionId { get; init; }

    public string? CheckoutId { get; init; }

    public SessionDifferenceKind Kind { get; init; }

    /// <summary>Both sides in words.</summary>
    public required string Text { get; init; }

    public DateTimeOffset FoundAt { get; init; }

    /// <summary>When both were seen to agree.</summary>
    public DateTimeOffset? ClosedAt { get; init; }
}

internal sealed class SessionDifferenceMapping : IEntityTypeConfiguration<SessionDifference>
{
    public void Configure(EntityTypeBuilder<SessionDifference> builder)
    {
        builder.ToTable("session_differences").HasKey(difference => difference.SessionId);
        builder.Property(difference => difference.SessionId).HasMaxLength(255);
        builder.Property(difference => difference.CheckoutId).HasMaxLength(40);
        builder.Property(difference => difference.Text).HasMaxLength(500);
        builder.HasIndex(difference => difference.FoundAt).HasFilter("closed_at IS NULL");
    }
}
