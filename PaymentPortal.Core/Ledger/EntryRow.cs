using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using PaymentPortal.Core.Integrity;

namespace PaymentPortal.Core.Ledger;

/// <summary>An entry as stored. Only <see cref="Journal"/> inserts it, and nothing ever changes it.</summary>
internal sealed class EntryRow
{
    public required string EntryId { get; init; }

    public required string ChainId { get; init; }

    public long Seq { get; init; }

    public EntryKind Kind { get; init; }

    public required string SourceId { get; init; }

    public string? CheckoutId { get; init; }

    public DateTimeOffset PostedAt { get; init; }

    public DateTimeOffset EffectiveAt { get; init; }

    /// <summary>When it happened, where that day was closed before it was booked; effective_at is then the start of the first open day.</summary>
    public DateTimeOffset? HappenedAt { get; init; }

    public DateTimeOffset? AvailableOn { get; init; }

    public required string Memo { get; init; }

    public string? Reverses { get; init; }

    public required byte[] Mac { get; init; }

    public required string KeyId { get; init; }

    public required IReadOnlyList<PostingRow> Postings { get; init; }
}

internal sealed class EntryRowMapping : IEntityTypeConfiguration<EntryRow>
{
    public void Configure(EntityTypeBuilder<EntryRow> builder)
    {
        builder.ToTable("journal_entries").HasKey(entry => entry.EntryId);
        builder.Property(entry => entry.EntryId).HasMaxLength(40);
        builder.Property(entry => entry.ChainId).HasMaxLength(40);
        builder.Property(entry => entry.SourceId).HasMaxLength(200);
        builder.Property(entry => entry.CheckoutId).HasMaxLength(40);
        builder.Property(entry => entry.Memo).HasMaxLength(500);
        builder.Property(entry => entry.Reverses).HasMaxLength(40);
        builder.Property(entry => entry.Mac).HasMaxLength(RowMac.Length);
        builder.Property(entry => entry.KeyId).HasMaxLength(8);
        builder.HasIndex(entry => new { entry.ChainId, entry.Seq }).IsUnique();
        // These two decide what is a repeat and what was already reversed; no read before the write does.
        builder.HasIndex(entry => new { entry.Kind, entry.SourceId }).IsUnique();
        builder.HasIndex(entry => entry.Reverses).IsUnique().HasFilter("reverses IS NOT NULL");
        builder.HasIndex(entry => entry.CheckoutId);
        builder.HasIndex(entry => entry.EffectiveAt);
        builder.HasMany(entry => entry.Postings).WithOne().HasForeignKey(posting => posting.EntryId).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne<EntryRow>().WithMany().HasForeignKey(entry => entry.Reverses).OnDelete(DeleteBehavior.Restrict);
    }
}
