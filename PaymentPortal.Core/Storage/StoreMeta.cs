using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace PaymentPortal.Core.Storage;

/// <summary>One fact about the store itself: the ids of the keys its data was written with, the lane's probe.</summary>
public sealed class StoreMeta
{
    public required string Name { get; init; }

    public required string Value { get; init; }
}

internal sealed class StoreMetaMapping : IEntityTypeConfiguration<StoreMeta>
{
    public void Configure(EntityTypeBuilder<StoreMeta> builder)
    {
        builder.ToTable("store_meta").HasKey(meta => meta.Name);
        builder.Property(meta => meta.Name).HasMaxLength(100);
        builder.Property(meta => meta.Value).HasMaxLength(1000);
    }
}
