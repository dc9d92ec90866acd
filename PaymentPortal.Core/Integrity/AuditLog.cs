using PaymentPortal.Core.Common;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Integrity;

/// <summary>One act to be remembered: who did what to which object. Before and after are short texts for people, never secrets or card data.</summary>
public sealed record AuditEntry(Actor Actor, string Action, string ObjectId)
{
    public string? Reason { get; init; }

    public string? Before { get; init; }

    public string? After { get; init; }
}

/// <summary>Writes the audit log: in the unit of the act itself, so that neither exists without the other, and chained, so that no line can be lost.</summary>
public sealed class AuditLog(HashChain chain)
{
    public const string ChainId = "audit";

    private const string Insert = """
        INSERT INTO audit_log (chain_id, seq, at, actor, action, object_id, reason, before, after, mac, key_id)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        """;

    public void Write(UnitOfWork unit, AuditEntry entry)
    {
        var at = unit.Now.ToMicroseconds();
        var link = chain.Append(unit, ChainId, mac => AddFields(mac, at, entry));
        unit.Execute(Insert, link.ChainId, link.Sequence, at, entry.Actor.Value, entry.Action, entry.ObjectId, entry.Reason, entry.Before, entry.After, link.Mac, link.KeyId);
    }

    /// <summary>The order in which a line's MAC covers it, for writer and verifier alike.</summary>
    internal static void AddFields(RowMac mac, long at, AuditEntry entry) =>
        mac.Add(at).Add(entry.Actor.Value).Add(entry.Action).Add(entry.ObjectId).Add(entry.Reason).Add(entry.Before).Add(entry.After);
}
