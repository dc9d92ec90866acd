using System.Data.Common;
using System.Runtime.CompilerServices;
using PaymentPortal.Core.Common;

namespace PaymentPortal.Core.Integrity;

/// <summary>Reads the audit log for verification.</summary>
public sealed class AuditChain : IChainedRows
{
    public string ChainId => AuditLog.ChainId;

    public async IAsyncEnumerable<ChainedRow> ReadAsync(DbConnection snapshot, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var command = snapshot.CreateCommand();
        command.CommandText = $"SELECT seq, at, actor, action, object_id, reason, before, after, mac, key_id FROM audit_log WHERE chain_id = '{ChainId}' ORDER BY seq";
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var at = reader.GetInt64(1);
            var entry = new AuditEntry(Actor.Stored(reader.GetString(2)), reader.GetString(3), reader.GetString(4)) { Reason = Text(reader, 5), Before = Text(reader, 6), After = Text(reader, 7) };
            var link = new ChainLink(ChainId, reader.GetInt64(0), (byte[])reader[8], reader.GetString(9));
            yield return new ChainedRow(link, $"{entry.Action} of {entry.ObjectId}", mac => AuditLog.AddFields(mac, at, entry));
        }
    }

    private static string? Text(DbDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
}
