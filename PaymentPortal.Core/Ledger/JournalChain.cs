using System.Data.Common;
using System.Runtime.CompilerServices;
using PaymentPortal.Core.Integrity;

namespace PaymentPortal.Core.Ledger;

/// <summary>Reads entries with all their lines for verification.</summary>
public sealed class JournalChain : IChainedRows
{
    public string ChainId => Journal.ChainId;

    public async IAsyncEnumerable<ChainedRow> ReadAsync(DbConnection snapshot, long after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var entry in StoredEntries.ReadAsync(snapshot, after, cancellationToken).ConfigureAwait(false))
            yield return new ChainedRow(entry.Link, () => $"{entry.Fields.Kind} {entry.Fields.EntryId} of {entry.Fields.SourceId}", entry.Fields.AddTo);
    }
}
