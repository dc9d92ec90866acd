using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace PaymentPortal.Core.Storage;

/// <summary>
/// One sign-in of one person. The cookie only names it: whether it still lives is decided here, so a copied cookie is worth nothing after
/// the sign-out, the idle time or the end of the working day.
/// </summary>
public sealed class StaffSession
{
    public required string SessionId { get; init; }

    public required string UserId { get; init; }

    public DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset SeenAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }
}

internal sealed class StaffSessionMapping : IEntityTypeConfiguration<StaffSession>
{
    public void Configure(EntityTypeBuilder<StaffSession> builder)
    {
        builder.ToTable("staff_sessions").HasKey(session => session.SessionId);
        builder.Property(session => session.SessionId).HasMaxLength(40);
        builder.Property(session => session.UserId).HasMaxLength(40);
        builder.HasOne<StaffUser>().WithMany().HasForeignKey(session => session.UserId).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(session => new { session.UserId, session.SeenAt });
    }
}
