using System.Data.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Ledger;

/// <summary>The forms in which the journal leaves the house.</summary>
public enum LedgerFormat
{
    /// <summary>A line per posting, for spreadsheets.</summary>
    Csv,

    /// <summary>A journal of hledger, so that another program can check the books.</summary>
    Hledger,
}

/// <summary>Writes the whole journal out of one snapshot, entry by entry: its size does not matter, and writers go on beside it.</summary>
public sealed class LedgerExport(SqlDialect dialect)
{
    public async Task WriteAsync(LedgerFormat format, TextWriter output, CancellationToken cancellationToken)
    {
        await using var connection = dialect.OpenReader();
        await using var snapshot = dialect.BeginSnapshot(connection);
        await output.WriteAsync(await StartAsync(format, connection, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
        await foreach (var entry in StoredEntries.ReadAsync(connection, IChainedRows.FromTheStart, cancellationToken).ConfigureAwait(false))
        {
            var text = format switch
            {
                LedgerFormat.Csv => LedgerCsv.Lines(entry),
                LedgerFormat.Hledger => HledgerJournal.Transaction(entry),
            };
            await output.WriteAsync(text.AsMemory(), cancellationToken).ConfigureAwait(false);
        }
        await output.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    private static async Task<string> StartAsync(LedgerFormat format, DbConnection connection, CancellationToken cancellationToken) => format switch
    {
        LedgerFormat.Csv => LedgerCsv.Header,
        LedgerFormat.Hledger => HledgerJournal.Declarations(
            await connection.ReadAsync("SELECT DISTINCT account FROM postings ORDER BY account", [], row => row.GetString(0), cancellationToken).ConfigureAwait(false),
            await connection.ReadAsync("SELECT DISTINCT currency FROM postings ORDER BY currency", [], row => row.GetString(0), cancellationToken).ConfigureAwait(false)),
    };
}
