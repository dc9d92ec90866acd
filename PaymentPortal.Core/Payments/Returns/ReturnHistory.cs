using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Payments.Returns;

/// <summary>One move of a refund or a dispute: never changed, MACed, versions 1, 2, 3 … without a gap per item. Its status is proved by replaying it.</summary>
public sealed class ReturnHistoryLine
{
    /// <summary>The refund or the dispute.</summary>
    public required string ItemId { get; init; }

    public long Version { get; init; }

    public string? FromStatus { get; init; }

    public required string ToStatus { get; init; }

    public required string Cause { get; init; }

    /// <summary>Who or what moved it, as <see cref="Common.Actor"/> writes it.</summary>
    public required string Actor { get; init; }

    public DateTimeOffset At { get; init; }

    public required byte[] Mac { get; init; }

    public required string KeyId { get; init; }
}

/// <summary>Writes history lines of refunds and disputes.</summary>
public sealed class ReturnHistory(KeyRing keys)
{
    internal void Append(UnitOfWork unit, string itemId, long version, string? from, string to, string cause, Actor actor)
    {
        var key = keys.Active;
        unit.Execute(
            "INSERT INTO return_history (item_id, version, from_status, to_status, cause, actor, at, mac, key_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            itemId, version, from, to, cause, actor.Value, unit.Now, new HistoryMove(itemId, version, from, to, cause, actor.Value, null, unit.Now.ToMicroseconds()).Mac(key), key.Id);
    }
}

internal sealed class ReturnHistoryMapping : IEntityTypeConfiguration<ReturnHistoryLine>
{
    public void Configure(EntityTypeBuilder<ReturnHistoryLine> builder)
    {
        builder.ToTable("return_history").HasKey(line => new { line.ItemId, line.Version });
        builder.Property(line => line.ItemId).HasMaxLength(40);
        builder.Property(line => line.FromStatus).HasMaxLength(20);
        builder.Property(line => line.ToStatus).HasMaxLength(20);
        builder.Property(line => line.Cause).HasMaxLength(40);
        builder.Property(line => line.Actor).HasMaxLength(256);
        builder.Property(line => line.Mac).HasMaxLength(RowMac.Length);
        builder.Property(line => line.KeyId).HasMaxLength(8);
    }
}
