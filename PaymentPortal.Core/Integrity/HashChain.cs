using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Integrity;

/// <summary>The place of a row in its chain and the MAC that binds it to the row before.</summary>
public readonly record struct ChainLink(string ChainId, long Sequence, byte[] Mac, string KeyId);

/// <summary>
/// Chains immutable rows: each MAC covers the row and the MAC before it, so that a row edited, removed, inserted or moved breaks every later
/// link. The head is kept in <c>chain_heads</c> and anchored outside the database, which shows a tail that was cut off.
/// </summary>
public sealed class HashChain(KeyRing keys)
{
    public static readonly byte[] Start = new byte[RowMac.Length];

    /// <summary>Appends a row that nothing can refuse any more; the head row is written last in a batch, because every writer of the chain waits on it.</summary>
    public ChainLink Append(UnitOfWork unit, string chainId, Action<RowMac> addFields)
    {
        var link = Next(unit, chainId, (mac, _) => addFields(mac));
        Store(unit, link);
        return link;
    }

    /// <summary>
    /// The link that a row would get, for rows that an index may still refuse; the fields may depend on the sequence. Once the row is in,
    /// <see cref="Store"/> must follow in the same unit with no other link of this chain between.
    /// </summary>
    public ChainLink Next(UnitOfWork unit, string chainId, Action<RowMac, long> addFields)
    {
        var (count, head) = Head(unit, chainId);
        var key = keys.Active;
        var mac = Link(key, chainId, count + 1, head, fields => addFields(fields, count + 1));
        return new ChainLink(chainId, count + 1, mac, key.Id);
    }

    public void Store(UnitOfWork unit, ChainLink link) => unit.Carry(CarryKey(link.ChainId), link, last => Write(last, link));

    /// <summary>Recomputes one link for a verifier; false when the key is unknown or the MAC differs.</summary>
    public bool Verify(ChainLink link, byte[] before, Action<RowMac> addFields) =>
        keys.TryGet(link.KeyId, out var key)
        && System.Security.Cryptography.CryptographicOperations.FixedTimeEquals(Link(key, link.ChainId, link.Sequence, before, addFields), link.Mac);

    private static byte[] Link(MasterKey key, string chainId, long sequence, byte[] before, Action<RowMac> addFields)
    {
        var mac = new RowMac().Add(chainId).Add(sequence).Add(before).Add(key.Id);
        addFields(mac);
        return mac.Compute(key);
    }

    private static (long Count, byte[] Mac) Head(UnitOfWork unit, string chainId)
    {
        // Hundreds of rows of one batch link to each other: only the first reads the head and only the last writes it.
        if (unit.CarriedValue(CarryKey(chainId)) is ChainLink newest) return (newest.Sequence, newest.Mac);
        var (count, head) = unit.QueryFirst("SELECT count, head FROM chain_heads WHERE chain_id = $1", row => (row.GetInt64(0), (byte[])row[1]), chainId);
        return (count, head ?? Start);
    }

    private static void Write(UnitOfWork unit, ChainLink link) =>
        unit.Execute("INSERT INTO chain_heads (chain_id, count, head) VALUES ($1, $2, $3) ON CONFLICT (chain_id) DO UPDATE SET count = excluded.count, head = excluded.head", link.ChainId, link.Sequence, link.Mac);

    private static string CarryKey(string chainId) => "chain:" + chainId;
}
