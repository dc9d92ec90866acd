using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace PaymentPortal.Core.Ledger;

/// <summary>The balance of a system account after the entry with this seq: the sum of its postings up to there, written by a job and never changed.</summary>
internal sealed class AccountSnapshot
{
    public required string Account { get; init; }

    public required string Currency { get; init; }

    public long Seq { get; init; }

    public long Balance { get; init; }

    public DateTimeOffset TakenAt { get; init; }
}

internal sealed class AccountSnapshotMapping : IEntityTypeConfiguration<AccountSnapshot>
{
    public void Configure(EntityTypeBuilder<AccountSnapshot> builder)
    {
        builder.ToTable("account_snapshots").HasKey(snapshot => new { snapshot.Account, snapshot.Currency, snapshot.Seq });
        builder.Property(snapshot => snapshot.Account).HasMaxLength(130);
        builder.Property(snapshot => snapshot.Currency).HasMaxLength(3);
    }
}
