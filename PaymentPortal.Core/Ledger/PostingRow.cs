using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace PaymentPortal.Core.Ledger;

/// <summary>One stored line of an entry. It repeats the entry's seq, so that an account's postings can be walked and summed without a join.</summary>
internal sealed class PostingRow
{
    public required string EntryId { get; init; }

    public int Line { get; init; }

    public required string Account { get; init; }

    public required string Currency { get; init; }

    public long Amount { get; init; }

    public long Seq { get; init; }

    /// <summary>The entry's available_on, on lines that credit a seller: what a seller can't withdraw yet is found by it.</summary>
    public DateTimeOffset? AvailableOn { get; init; }
}

internal sealed class PostingRowMapping : IEntityTypeConfiguration<PostingRow>
{
    public void Configure(EntityTypeBuilder<PostingRow> builder)
    {
        builder.ToTable("postings", table => table.HasCheckConstraint("ck_postings_amount", "amount <> 0")).HasKey(posting => new { posting.EntryId, posting.Line });
        builder.Property(posting => posting.EntryId).HasMaxLength(40);
        builder.Property(posting => posting.Account).HasMaxLength(130);
        builder.Property(posting => posting.Currency).HasMaxLength(3);
        builder.HasIndex(posting => new { posting.Account, posting.Seq });
        builder.HasIndex(posting => new { posting.Account, posting.Currency, posting.AvailableOn }).HasFilter("available_on IS NOT NULL");
    }
}
