using System.Data.Common;
using System.Runtime.CompilerServices;
using PaymentPortal.Core.Integrity;

namespace PaymentPortal.Core.Ledger;

/// <summary>Reads entries with all their lines for verification, in one pass and without keeping more than one entry.</summary>
public sealed class JournalChain : IChainedRows
{
    private const string Rows = $"""
        SELECT e.entry_id, e.kind, e.source_id, e.checkout_id, e.posted_at, e.effective_at, e.available_on, e.memo, e.reverses, e.seq, e.mac, e.key_id,
               p.line, p.account, p.currency, p.amount, p.seq, p.available_on
        FROM journal_entries e LEFT JOIN postings p ON p.entry_id = e.entry_id
        WHERE e.chain_id = '{Journal.ChainId}' ORDER BY e.seq, p.line
        """;

    public string ChainId => Journal.ChainId;

    public async IAsyncEnumerable<ChainedRow> ReadAsync(DbConnection snapshot, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var command = snapshot.CreateCommand();
        command.CommandText = Rows;
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var hasRow = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        while (hasRow)
        {
            var lines = new List<PostingFields>(4);
            var entry = Entry(reader, lines);
            var link = new ChainLink(ChainId, reader.GetInt64(9), (byte[])reader[10], reader.GetString(11));
            do
            {
                if (!reader.IsDBNull(12)) lines.Add(Line(reader));
                hasRow = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            }
            while (hasRow && reader.GetString(0) == entry.EntryId);
            yield return new ChainedRow(link, $"{entry.Kind} {entry.EntryId} of {entry.SourceId}", entry.AddTo);
        }
    }

    private static EntryFields Entry(DbDataReader row, List<PostingFields> lines) =>
        new(row.GetString(0), row.GetString(1), row.GetString(2), Text(row, 3), row.GetInt64(4), row.GetInt64(5), Number(row, 6), row.GetString(7), Text(row, 8), lines);

    private static PostingFields Line(DbDataReader row) =>
        new(row.GetInt64(12), row.GetString(13), row.GetString(14), row.GetInt64(15), row.GetInt64(16), Number(row, 17));

    private static string? Text(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static long? Number(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);
}
