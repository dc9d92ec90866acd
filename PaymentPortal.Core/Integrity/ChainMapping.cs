using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace PaymentPortal.Core.Integrity;

/// <summary>The newest link of a chain and how many rows it has.</summary>
public sealed class ChainHead
{
    public required string ChainId { get; init; }

    public long Count { get; init; }

    public required byte[] Head { get; init; }
}

internal sealed class ChainHeadMapping : IEntityTypeConfiguration<ChainHead>
{
    public void Configure(EntityTypeBuilder<ChainHead> builder)
    {
        builder.ToTable("chain_heads").HasKey(head => head.ChainId);
        builder.Property(head => head.ChainId).HasMaxLength(40);
        builder.Property(head => head.Head).HasMaxLength(RowMac.Length);
    }
}
