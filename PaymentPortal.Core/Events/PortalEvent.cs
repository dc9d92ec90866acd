using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace PaymentPortal.Core.Events;

/// <summary>
/// A fact that has happened, written in the unit that made it true. Versions count 1, 2, 3 … per aggregate without a gap; the position is global
/// and given by the dispatcher.
/// </summary>
public sealed class PortalEvent
{
    /// <summary>Order of writing. Only the dispatcher reads by it; others page by position.</summary>
    public long Seq { get; init; }

    public required string EventId { get; init; }

    public required string AggregateId { get; init; }

    public long Version { get; init; }

    public required string Type { get; init; }

    /// <summary>JSON; holds ids, amounts and statuses, never a person's data.</summary>
    public required string Payload { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public long? Position { get; init; }

    public DateTimeOffset? PublishedAt { get; init; }
}

internal sealed class PortalEventMapping : IEntityTypeConfiguration<PortalEvent>
{
    public void Configure(EntityTypeBuilder<PortalEvent> builder)
    {
        builder.ToTable("outbox").HasKey(fact => fact.Seq);
        builder.Property(fact => fact.Seq).ValueGeneratedOnAdd();
        builder.Property(fact => fact.EventId).HasMaxLength(40);
        builder.Property(fact => fact.AggregateId).HasMaxLength(60);
        builder.Property(fact => fact.Type).HasMaxLength(60);
        builder.HasIndex(fact => fact.EventId).IsUnique();
        builder.HasIndex(fact => new { fact.AggregateId, fact.Version }).IsUnique();
        builder.HasIndex(fact => fact.Position).IsUnique();
        builder.HasIndex(fact => fact.Seq, "IX_outbox_unpublished").HasFilter("position IS NULL");
    }
}
