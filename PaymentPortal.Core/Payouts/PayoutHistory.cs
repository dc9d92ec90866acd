using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Payouts;

/// <summary>One move of a payout: never changed, MACed, versions 1, 2, 3 … without a gap.</summary>
internal sealed class PayoutHistoryLine
{
    public required string PayoutId { get; init; }

    public long Version { get; init; }

    public PayoutStatus? FromStatus { get; init; }

    public PayoutStatus ToStatus { get; init; }

    public PayoutCause Cause { get; init; }

    public required string Actor { get; init; }

    public string? Note { get; init; }

    public DateTimeOffset At { get; init; }

    public required byte[] Mac { get; init; }

    public required string KeyId { get; init; }
}

/// <summary>Writes history lines.</summary>
public sealed class PayoutHistory(KeyRing keys)
{
    internal void Append(UnitOfWork unit, PayoutId id, long version, PayoutStatus? from, PayoutStatus to, PayoutCause cause, Actor actor, string? note)
    {
        var key = keys.Active;
        unit.Execute(
            "INSERT INTO payout_history (payout_id, version, from_status, to_status, cause, actor, note, at, mac, key_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            id.Value, version, from?.Word(), to.Word(), cause, actor.Value, note, unit.Now, new HistoryMove(id.Value, version, from?.Word(), to.Word(), cause.ToString(), actor.Value, note, unit.Now.ToMicroseconds()).Mac(key), key.Id);
    }
}

internal sealed class PayoutHistoryMapping : IEntityTypeConfiguration<PayoutHistoryLine>
{
    public void Configure(EntityTypeBuilder<PayoutHistoryLine> builder)
    {
        builder.ToTable("payout_history").HasKey(line => new { line.PayoutId, line.Version });
        builder.Property(line => line.PayoutId).HasMaxLength(40);
        builder.Property(line => line.FromStatus).IsPayoutStatusWord();
        builder.Property(line => line.ToStatus).IsPayoutStatusWord();
        builder.Property(line => line.Actor).HasMaxLength(256);
        builder.Property(line => line.Note).HasMaxLength(500);
        builder.Property(line => line.Mac).HasMaxLength(RowMac.Length);
        builder.Property(line => line.KeyId).HasMaxLength(8);
    }
}
