using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Integrity;

/// <summary>
/// How far one chain has been verified: its newest verified row, and how far the round over its older rows has come. It carries a MAC, so that
/// nobody moves it past a row he changed; an older place put back only means that more is verified anew.
/// </summary>
public sealed class ChainPlace
{
    public required string ChainId { get; init; }

    public long TailSeq { get; init; }

    public byte[] TailMac { get; init; } = HashChain.Start;

    public long RoundSeq { get; init; }

    public byte[] RoundMac { get; init; } = HashChain.Start;

    /// <summary>When the last round over all rows ended.</summary>
    public DateTimeOffset? WalkedAt { get; init; }

    /// <summary>The newest anchor that agreed with the rows.</summary>
    public long? AnchorCount { get; init; }

    public DateTimeOffset? AnchorAt { get; init; }

    public DateTimeOffset CheckedAt { get; init; }

    public byte[] Mac { get; init; } = [];

    public string KeyId { get; init; } = "";
}

/// <summary>Reads and writes the places.</summary>
internal static class ChainPlaces
{
    private const string Upsert = """
        INSERT INTO chain_places (chain_id, tail_seq, tail_mac, round_seq, round_mac, walked_at, anchor_count, anchor_at, checked_at, mac, key_id)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        ON CONFLICT (chain_id) DO UPDATE SET tail_seq = excluded.tail_seq, tail_mac = excluded.tail_mac, round_seq = excluded.round_seq, round_mac = excluded.round_mac,
            walked_at = excluded.walked_at, anchor_count = excluded.anchor_count, anchor_at = excluded.anchor_at, checked_at = excluded.checked_at, mac = excluded.mac, key_id = excluded.key_id
        """;

    public static Task<List<ChainPlace>> ReadAsync(DbConnection connection, CancellationToken cancellationToken) => connection.ReadAsync(
        "SELECT chain_id, tail_seq, tail_mac, round_seq, round_mac, walked_at, anchor_count, anchor_at, checked_at, mac, key_id FROM chain_places ORDER BY chain_id", [],
        row => new ChainPlace
        {
            ChainId = row.GetString(0), TailSeq = row.GetInt64(1), TailMac = (byte[])row[2], RoundSeq = row.GetInt64(3), RoundMac = (byte[])row[4], WalkedAt = row.MomentOrNull(5),
            AnchorCount = row.NumberOrNull(6), AnchorAt = row.MomentOrNull(7), CheckedAt = row.Moment(8), Mac = (byte[])row[9], KeyId = row.GetString(10),
        },
        cancellationToken);

    /// <summary>False when it was not this program that wrote it: then the chain is walked from its start.</summary>
    public static bool IsOurs(ChainPlace place, KeyRing keys) => keys.TryGet(place.KeyId, out var key) && MacOf(place, key).AsSpan().SequenceEqual(place.Mac);

    public static int Store(UnitOfWork unit, ChainPlace place, MasterKey key) => unit.Execute(
        Upsert, place.ChainId, place.TailSeq, place.TailMac, place.RoundSeq, place.RoundMac, place.WalkedAt, place.AnchorCount, place.AnchorAt, place.CheckedAt, MacOf(place, key), key.Id);

    private static byte[] MacOf(ChainPlace place, MasterKey key) =>
        new RowMac().Add("chain_places").Add(place.ChainId).Add(place.TailSeq).Add(place.TailMac).Add(place.RoundSeq).Add(place.RoundMac).Compute(key);
}

internal sealed class ChainPlaceMapping : IEntityTypeConfiguration<ChainPlace>
{
    public void Configure(EntityTypeBuilder<ChainPlace> builder)
    {
        builder.ToTable("chain_places").HasKey(place => place.ChainId);
        builder.Property(place => place.ChainId).HasMaxLength(40);
        builder.Property(place => place.TailMac).HasMaxLength(RowMac.Length);
        builder.Property(place => place.RoundMac).HasMaxLength(RowMac.Length);
        builder.Property(place => place.Mac).HasMaxLength(RowMac.Length);
        builder.Property(place => place.KeyId).HasMaxLength(8);
    }
}
