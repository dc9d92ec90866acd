using System.Data.Common;
using System.Runtime.CompilerServices;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Integrity;

/// <summary>Reads the audit log for verification.</summary>
public sealed class AuditChain : IChainedRows
{
    public string ChainId => AuditLog.ChainId;

    public async IAsyncEnumerable<ChainedRow> ReadAsync(DbConnection snapshot, long after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        const string Rows = $"SELECT seq, at, actor, action, object_id, reason, before, after, mac, key_id FROM audit_log WHERE chain_id = '{AuditLog.ChainId}' AND seq > $1 ORDER BY seq";
        await foreach (var row in snapshot.StreamAsync(Rows, [after], Read, cancellationToken).ConfigureAwait(false)) yield return row;
    }

    private static ChainedRow Read(DbDataReader row)
    {
        var at = row.GetInt64(1);
        var entry = new AuditEntry(Actor.Stored(row.GetString(2)), row.GetString(3), row.GetString(4)) { Reason = row.TextOrNull(5), Before = row.TextOrNull(6), After = row.TextOrNull(7) };
        return new ChainedRow(new ChainLink(AuditLog.ChainId, row.GetInt64(0), (byte[])row[8], row.GetString(9)), () => $"{entry.Action} of {entry.ObjectId}", mac => AuditLog.AddFields(mac, at, entry));
    }
}
