using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Events;

/// <summary>How far a consumer has read the log: every fact up to the position has taken effect or is parked. This row and the parked ones are its inbox.</summary>
public sealed class FactPlace
{
    public required string Consumer { get; init; }

    public long Position { get; init; }

    public DateTimeOffset MovedAt { get; init; }

    /// <summary>Sends a consumer back to the beginning; whoever calls undoes its effects in the same unit.</summary>
    public static void Rewind(UnitOfWork unit, string consumer)
    {
        unit.Execute("DELETE FROM event_consumers WHERE consumer = $1", consumer);
        ParkedFacts.Clear(unit, consumer);
    }

    internal static long Read(UnitOfWork unit, string consumer) => unit.Scalar("SELECT position FROM event_consumers WHERE consumer = $1", consumer);

    internal static void Move(UnitOfWork unit, string consumer, long position) => unit.Execute(
        "INSERT INTO event_consumers (consumer, position, moved_at) VALUES ($1, $2, $3) ON CONFLICT (consumer) DO UPDATE SET position = excluded.position, moved_at = excluded.moved_at",
        consumer, position, unit.Now);
}

/// <summary>A fact that a consumer could not apply, or that follows such a fact in its aggregate. The first of an aggregate has a step; nothing is dropped.</summary>
public sealed class ParkedFact
{
    public required string Consumer { get; init; }

    public long Position { get; init; }

    public required string AggregateId { get; init; }

    public DateTimeOffset ParkedAt { get; init; }
}

internal sealed class FactPlaceMapping : IEntityTypeConfiguration<FactPlace>
{
    public void Configure(EntityTypeBuilder<FactPlace> builder)
    {
        builder.ToTable("event_consumers").HasKey(place => place.Consumer);
        builder.Property(place => place.Consumer).HasMaxLength(40);
    }
}

internal sealed class ParkedFactMapping : IEntityTypeConfiguration<ParkedFact>
{
    public void Configure(EntityTypeBuilder<ParkedFact> builder)
    {
        builder.ToTable("event_parked").HasKey(parked => new { parked.Consumer, parked.Position });
        builder.Property(parked => parked.Consumer).HasMaxLength(40);
        builder.Property(parked => parked.AggregateId).HasMaxLength(60);
        builder.HasIndex(parked => new { parked.Consumer, parked.AggregateId, parked.Position });
    }
}
