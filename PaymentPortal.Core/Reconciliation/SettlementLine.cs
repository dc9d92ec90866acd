using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using PaymentPortal.Core.Integrity;

namespace PaymentPortal.Core.Reconciliation;

/// <summary>Where a line of an accepted file stands. Each line is in exactly one.</summary>
public enum LineBucket
{
    /// <summary>Our books say the same.</summary>
    Matched,

    /// <summary>Our books say something else of the same movement.</summary>
    Differing,

    /// <summary>Our books know nothing of it.</summary>
    MissingOurs,

    /// <summary>The same movement a second time, in this file or with other content.</summary>
    Duplicate,

    /// <summary>The same line stands in a file that was accepted before: it counts there.</summary>
    Known,
}

/// <summary>What a line says, as its MAC covers it. Names, addresses and descriptions are never kept.</summary>
internal sealed record SettlementFields(
    int Line, string TransactionId, string Category, string? SourceId, string Currency, long Gross, long Fee, long Net, long CreatedAt, long? AvailableOn, string? Status)
{
    public byte[] Mac(MasterKey key, string fileId) => new RowMac()
        .Add(fileId).Add(Line).Add(TransactionId).Add(Category).Add(SourceId).Add(Currency).Add(Gross).Add(Fee).Add(Net).Add(CreatedAt).Add(AvailableOn).Add(Status).Compute(key);
}

/// <summary>
/// One line of a settlement file. What it says never changes; what became of it (bucket, whether it counts, what of ours it is paired with) is set when
/// its file is accepted, and taken back with the file. Of all lines about one movement of the PSP's one counts.
/// </summary>
public sealed class SettlementLine
{
    public required string FileId { get; init; }

    /// <summary>The line of the file at which it begins.</summary>
    public int Line { get; init; }

    public required string Psp { get; init; }

    /// <summary>The PSP's id of the movement.</summary>
    public required string TransactionId { get; init; }

    public required string Category { get; init; }

    /// <summary>The PSP's object that moved: a charge, refund, transfer or payout.</summary>
    public string? SourceId { get; init; }

    public required string Currency { get; init; }

    public long Gross { get; init; }

    public long Fee { get; init; }

    public long Net { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? AvailableOn { get; init; }

    public string? Status { get; init; }

    public required byte[] Mac { get; init; }

    public required string KeyId { get; init; }

    /// <summary>Null while its file counts for nothing.</summary>
    public LineBucket? Bucket { get; init; }

    public bool IsCounted { get; init; }

    /// <summary>The moment under which it counts: its own, or the start of the first open day where its day was closed before.</summary>
    public DateTimeOffset? EffectiveAt { get; init; }

    /// <summary>Our fact that it is paired with: see <see cref="Facts"/>.</summary>
    public string? Fact { get; init; }
}

internal sealed class SettlementLineMapping : IEntityTypeConfiguration<SettlementLine>
{
    public void Configure(EntityTypeBuilder<SettlementLine> builder)
    {
        builder.ToTable("settlement_lines").HasKey(line => new { line.FileId, line.Line });
        builder.Property(line => line.FileId).HasMaxLength(40);
        builder.Property(line => line.Psp).HasMaxLength(20);
        builder.Property(line => line.TransactionId).HasMaxLength(255);
        builder.Property(line => line.Category).HasMaxLength(60);
        builder.Property(line => line.SourceId).HasMaxLength(255);
        builder.Property(line => line.Currency).HasMaxLength(3);
        builder.Property(line => line.Status).HasMaxLength(40);
        builder.Property(line => line.Mac).HasMaxLength(RowMac.Length);
        builder.Property(line => line.KeyId).HasMaxLength(8);
        builder.Property(line => line.IsCounted).HasDefaultValue(false);
        builder.Property(line => line.Fact).HasMaxLength(300);
        // These decide what was imported before and what was paired before; no read before the write does.
        builder.HasIndex(line => new { line.Psp, line.TransactionId }).IsUnique().HasFilter("is_counted = 1");
        builder.HasIndex(line => line.Fact).IsUnique().HasFilter("fact IS NOT NULL");
        // What a day's proof sums.
        builder.HasIndex(line => new { line.EffectiveAt, line.FileId }).HasFilter("is_counted = 1");
        builder.HasOne<SettlementFile>().WithMany().HasForeignKey(line => line.FileId).OnDelete(DeleteBehavior.Restrict);
    }
}
