using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Payments;

/// <summary>One move of a payment event: never changed, MACed, versions 1, 2, 3 … without a gap. The status columns are proved by replaying it.</summary>
public sealed class PaymentHistoryLine
{
    public required string CheckoutId { get; init; }

    public long Version { get; init; }

    public PaymentOrderStatus? FromStatus { get; init; }

    public PaymentOrderStatus ToStatus { get; init; }

    public MoveCause Cause { get; init; }

    /// <summary>Who or what moved it, as <see cref="Common.Actor"/> writes it.</summary>
    public required string Actor { get; init; }

    public DateTimeOffset At { get; init; }

    public required byte[] Mac { get; init; }

    public required string KeyId { get; init; }
}

/// <summary>Writes history lines.</summary>
public sealed class PaymentHistory(KeyRing keys)
{
    public void Append(UnitOfWork unit, string checkoutId, long version, PaymentOrderStatus? from, PaymentOrderStatus to, MoveCause cause, Actor actor)
    {
        var key = keys.Active;
        unit.Execute(
            "INSERT INTO payment_history (checkout_id, version, from_status, to_status, cause, actor, at, mac, key_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            checkoutId, version, from?.Word(), to.Word(), cause, actor.Value, unit.Now, new HistoryMove(checkoutId, version, from?.Word(), to.Word(), cause.ToString(), actor.Value, null, unit.Now.ToMicroseconds()).Mac(key), key.Id);
    }
}

internal sealed class PaymentHistoryMapping : IEntityTypeConfiguration<PaymentHistoryLine>
{
    public void Configure(EntityTypeBuilder<PaymentHistoryLine> builder)
    {
        builder.ToTable("payment_history").HasKey(line => new { line.CheckoutId, line.Version });
        builder.Property(line => line.CheckoutId).HasMaxLength(40);
        builder.Property(line => line.FromStatus).IsStatusWord();
        builder.Property(line => line.ToStatus).IsStatusWord();
        builder.Property(line => line.Actor).HasMaxLength(256);
        builder.Property(line => line.Mac).HasMaxLength(RowMac.Length);
        builder.Property(line => line.KeyId).HasMaxLength(8);
    }
}
