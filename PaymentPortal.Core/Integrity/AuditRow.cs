using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace PaymentPortal.Core.Integrity;

/// <summary>A stored line of the audit log. Only <see cref="AuditLog"/> inserts it, and nothing ever changes it.</summary>
internal sealed class AuditRow
{
    public required string ChainId { get; init; }

    public long Seq { get; init; }

    public DateTimeOffset At { get; init; }

    public required string Actor { get; init; }

    public required string Action { get; init; }

    public required string ObjectId { get; init; }

    public string? Reason { get; init; }

    public string? Before { get; init; }

    public string? After { get; init; }

    public required byte[] Mac { get; init; }

    public required string KeyId { get; init; }
}

internal sealed class AuditRowMapping : IEntityTypeConfiguration<AuditRow>
{
    public void Configure(EntityTypeBuilder<AuditRow> builder)
    {
        builder.ToTable("audit_log").HasKey(row => new { row.ChainId, row.Seq });
        builder.Property(row => row.ChainId).HasMaxLength(40);
        builder.Property(row => row.Actor).HasMaxLength(100);
        builder.Property(row => row.Action).HasMaxLength(60);
        builder.Property(row => row.ObjectId).HasMaxLength(130);
        builder.Property(row => row.Reason).HasMaxLength(1000);
        builder.Property(row => row.Before).HasMaxLength(4000);
        builder.Property(row => row.After).HasMaxLength(4000);
        builder.Property(row => row.Mac).HasMaxLength(RowMac.Length);
        builder.Property(row => row.KeyId).HasMaxLength(8);
        builder.HasIndex(row => new { row.ObjectId, row.Seq });
    }
}
