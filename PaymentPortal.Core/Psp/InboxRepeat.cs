using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace PaymentPortal.Core.Psp;

/// <summary>A further delivery of an event that was here already. The first stands in the event's own row.</summary>
public sealed class InboxRepeat
{
    public required string EventId { get; init; }

    public int Number { get; init; }

    public DateTimeOffset ReceivedAt { get; init; }
}

internal sealed class InboxRepeatMapping : IEntityTypeConfiguration<InboxRepeat>
{
    public void Configure(EntityTypeBuilder<InboxRepeat> builder)
    {
        builder.ToTable("psp_repeats").HasKey(repeat => new { repeat.EventId, repeat.Number });
        builder.Property(repeat => repeat.EventId).HasMaxLength(255);
        builder.HasIndex(repeat => repeat.ReceivedAt);
    }
}
