using System.Data.Common;
using System.Runtime.CompilerServices;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Ledger;

/// <summary>An entry with its raw stored values and its place in the chain.</summary>
internal sealed record StoredEntry(EntryFields Fields, ChainLink Link);

/// <summary>Walks the journal by rising seq, for verification and exports. It keeps one entry in memory and no more.</summary>
internal static class StoredEntries
{
    private const string Columns = """
        SELECT e.entry_id, e.kind, e.source_id, e.checkout_id, e.posted_at, e.effective_at, e.happened_at, e.available_on, e.memo, e.reverses, e.seq, e.mac, e.key_id,
               p.line, p.account, p.currency, p.amount, p.seq, p.available_on
        FROM journal_entries e LEFT JOIN postings p ON p.entry_id = e.entry_id
        """;

    private const string Rows = $"{Columns} WHERE e.chain_id = '{Journal.ChainId}' AND e.seq > $1 ORDER BY e.seq, p.line";

    private const string RowsOfSpan = $"{Columns} WHERE e.chain_id = '{Journal.ChainId}' AND e.effective_at >= $1 AND e.effective_at < $2 ORDER BY e.seq, p.line";

    public static IAsyncEnumerable<StoredEntry> ReadAsync(DbConnection connection, long after, CancellationToken cancellationToken) => ReadAsync(connection, Rows, [after], cancellationToken);

    /// <summary>Those that became effective in a span of time, by rising seq.</summary>
    public static IAsyncEnumerable<StoredEntry> ReadSpanAsync(DbConnection connection, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken) =>
        ReadAsync(connection, RowsOfSpan, [from, to], cancellationToken);

    private static async IAsyncEnumerable<StoredEntry> ReadAsync(DbConnection connection, string sql, IReadOnlyList<object?> arguments, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        StoredEntry? entry = null;
        List<PostingFields> lines = [];
        await foreach (var next in connection.StreamAsync(sql, arguments, ReadLine, cancellationToken).ConfigureAwait(false))
        {
            if (next is not null) yield return next;
        }
        if (entry is not null) yield return entry;

        // Every line repeats its entry: the columns of an entry are read once, with its first line. Gives the entry before when another begins. Two entries
        // under one number, which only tampering makes, become one whose MAC is wrong.
        StoredEntry? ReadLine(DbDataReader row)
        {
            StoredEntry? whole = null;
            if (entry is null || entry.Link.Sequence != row.GetInt64(10)) (whole, lines, entry) = (entry, [], null);
            entry ??= Head(row, lines);
            if (!row.IsDBNull(13)) lines.Add(Line(row));
            return whole;
        }
    }

    private static StoredEntry Head(DbDataReader row, List<PostingFields> lines) => new(
        new EntryFields(row.GetString(0), row.GetString(1), row.GetString(2), row.TextOrNull(3), row.GetInt64(4), row.GetInt64(5), row.NumberOrNull(6), row.NumberOrNull(7), row.GetString(8), row.TextOrNull(9), lines),
        new ChainLink(Journal.ChainId, row.GetInt64(10), (byte[])row[11], row.GetString(12)));

    private static PostingFields Line(DbDataReader row) =>
        new(row.GetInt64(13), row.GetString(14), row.GetString(15), row.GetInt64(16), row.GetInt64(17), row.NumberOrNull(18));
}
