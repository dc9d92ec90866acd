namespace PaymentPortal.Core.Integrity;

/// <summary>
/// One move of an item from status to status, as its history keeps it: never changed, MACed, versions 1, 2, 3 … without a gap per item. The status
/// column of the item is proved by replaying them.
/// </summary>
internal sealed record HistoryMove(string Item, long Version, string? From, string To, string Cause, string Actor, string? Note, long AtMicroseconds)
{
    /// <summary>The fields in the order in which the MAC covers them, for writer and verifier alike.</summary>
    public byte[] Mac(MasterKey key) => new RowMac().Add(Item).Add(Version).Add(From).Add(To).Add(Cause).Add(Actor).Add(Note).Add(AtMicroseconds).Compute(key);
}

/// <summary>Where one kind of item keeps its moves, and which of them are legal.</summary>
/// <param name="Items">A query of (id, status, versions): where each item stands.</param>
/// <param name="Table">The table of the moves.</param>
/// <param name="Id">Its column that names the item.</param>
/// <param name="Note">Its column for a note, or NULL where it has none.</param>
internal sealed record HistoryRules(string Code, string Rule, string Items, string Table, string Id, string Note, Func<HistoryMove, bool> IsLegal);
