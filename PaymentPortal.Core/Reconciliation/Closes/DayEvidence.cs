using System.Data.Common;
using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Ledger;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Reconciliation.Closes;

/// <summary>
/// A closed day as files that need no program of ours: what was booked, the balances it ended with, the PSP's lines, which of both belong together,
/// the differences, the proof and its signatures, with SHA-256 of each for <c>sha256sum -c manifest.sha256</c>. All of it comes out of rows that never change
/// again, so a day has the same bytes each time. Streamed: a day of a million payments takes no more memory than one of ten.
/// </summary>
public sealed class DayEvidence(SqlDialect dialect)
{
    public const string Manifest = "manifest.sha256";

    private const string Lines = """
        SELECT file_id, line, transaction_id, category, source_id, currency, gross, fee, net, created_at, effective_at, available_on, status FROM settlement_lines
        WHERE is_counted = 1 AND effective_at >= $1 AND effective_at < $2 ORDER BY file_id, line
        """;

    private const string Mismatches = """
        SELECT i.number, i.category, i.item, i.currency, i.orders, i.ledger, i.wallets, i.psp, i.reason, i.about, i.note, m.kind, m.variance, m.opened_at
        FROM day_close_items i LEFT JOIN mismatches m ON i.reason = 'Mismatch' AND m.mismatch_id = i.about WHERE i.day = $1 ORDER BY i.number
        """;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true, NewLine = "\n" };

    private static readonly string Items = $"SELECT {ProofSql.ByItem} FROM ({ProofSql.Rows("$1", "$2")}) AS rows_of_day GROUP BY category, item, currency HAVING SUM(ledger) = SUM(psp) ORDER BY category, item, currency";

    /// <summary>What the list of checksums hashes to: one number that stands for all of the evidence.</summary>
    public async Task<string> DigestAsync(DateOnly day, CancellationToken cancellationToken)
    {
        await using var connection = dialect.OpenReader();
        await using var snapshot = dialect.BeginSnapshot(connection);
        return await WriteAsync(connection, day, _ => Task.FromResult(Stream.Null), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>All files as one archive. Nothing of it is kept.</summary>
    public async Task ZipAsync(DateOnly day, Stream output, CancellationToken cancellationToken)
    {
        await using var connection = dialect.OpenReader();
        await using var snapshot = dialect.BeginSnapshot(connection);
        await using var patient = new PatientStream(output);
        var archive = await ZipArchive.CreateAsync(patient, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, cancellationToken).ConfigureAwait(false);
        await using (archive.ConfigureAwait(false))
        {
            await WriteAsync(
                connection, day,
                async name =>
                {
                    var entry = archive.CreateEntry($"{DayProof.TextOf(day)}/{name}", CompressionLevel.Fastest);
                    // The same day gives the same archive, whenever it is taken.
                    entry.LastWriteTime = DayProof.StartOf(day.AddDays(1));
                    return await entry.OpenAsync(cancellationToken).ConfigureAwait(false);
                },
                cancellationToken).ConfigureAwait(false);
        }
        await patient.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    private static async Task<string> WriteAsync(DbConnection connection, DateOnly day, Func<string, Task<Stream>> open, CancellationToken cancellationToken)
    {
        var close = (await connection.ReadAsync($"SELECT {DayClose.Columns} FROM day_closes WHERE day = $1 AND state = 'Closed'", [DayProof.TextOf(day)], DayClose.Read, cancellationToken).ConfigureAwait(false)).FirstOrDefault()
            ?? throw new InvalidOperationException($"{day:yyyy-MM-dd} is not closed, so it has no evidence.");
        var (from, to) = (DayProof.StartOf(day), DayProof.StartOf(day.AddDays(1)));
        var files = new List<EvidenceFile>();
        await AddAsync("journal.csv", LedgerCsv.Header, Text(StoredEntries.ReadSpanAsync(connection, from, to, cancellationToken), LedgerCsv.Lines)).ConfigureAwait(false);
        await AddAsync("trial-balance.csv", "account,currency,balance,balance_minor\r\n", Stream(BalancesAt, [to.AddTicks(-TimeSpan.TicksPerMicrosecond)], BalanceLine)).ConfigureAwait(false);
        await AddAsync("wallets.csv", "account,currency,owed,owed_minor\r\n", Stream(WalletsAt, [to.AddTicks(-TimeSpan.TicksPerMicrosecond)], BalanceLine)).ConfigureAwait(false);
        await AddAsync("settlement-lines.csv", "file_id,line,transaction_id,category,source_id,currency,gross,fee,net,created_at,effective_at,available_on,status\r\n", Stream(Lines, [from, to], SettlementLineOf)).ConfigureAwait(false);
        await AddAsync("matches.csv", "category,item,currency,orders,ledger,wallets,psp\r\n", Stream(Items, [from, to], MatchLine)).ConfigureAwait(false);
        await AddAsync("differences.csv", "number,category,item,currency,orders,ledger,wallets,psp,reason,about,note,mismatch_kind,variance,opened_at\r\n", Stream(Mismatches, [close.Day], DifferenceLine)).ConfigureAwait(false);
        await AddAsync(
            "proof.csv", "currency,category,orders,ledger,wallets,psp\r\n",
            Stream("SELECT currency, category, orders, ledger, wallets, psp FROM day_close_figures WHERE day = $1 ORDER BY currency, category", [close.Day], ProofLine)).ConfigureAwait(false);
        await AddAsync("signatures.csv", "day,digest,number,signed_by,signed_at,remark\r\n", Signatures(close).ToAsyncEnumerable()).ConfigureAwait(false);
        await AddAsync("manifest.json", JsonSerializer.Serialize(new { close.Day, close.Digest, files }, Json) + "\n", AsyncEnumerable.Empty<string>()).ConfigureAwait(false);
        var list = string.Concat(files.Select(file => $"{file.Sha256}  {file.Name}\n"));
        await AddAsync(Manifest, list, AsyncEnumerable.Empty<string>()).ConfigureAwait(false);
        return files[^1].Sha256;

        IAsyncEnumerable<string> Stream(string sql, IReadOnlyList<object?> arguments, Func<DbDataReader, string> line) => connection.StreamAsync(sql, arguments, line, cancellationToken);

        async Task AddAsync(string name, string head, IAsyncEnumerable<string> lines)
        {
            await using var file = await open(name).ConfigureAwait(false);
            files.Add(await EvidenceFile.WriteAsync(name, head, lines, file, cancellationToken).ConfigureAwait(false));
        }
    }

    /// <summary>Balances at a moment, as everywhere: see <see cref="BalanceSql"/>.</summary>
    private const string BalancesAt = $"SELECT account, currency, SUM(amount) FROM ({BalanceSql.AsOf}) AS moved GROUP BY account, currency HAVING SUM(amount) <> 0 ORDER BY account, currency";

    private const string WalletsAt = $"SELECT account, currency, -SUM(amount) FROM ({BalanceSql.AsOf}) AS moved WHERE account LIKE 'seller:%' GROUP BY account, currency HAVING SUM(amount) <> 0 ORDER BY account, currency";

    private static async IAsyncEnumerable<string> Text(IAsyncEnumerable<StoredEntry> entries, Func<StoredEntry, string> lines)
    {
        await foreach (var entry in entries.ConfigureAwait(false)) yield return lines(entry);
    }

    private static IEnumerable<string> Signatures(DayClose close)
    {
        yield return string.Create(CultureInfo.InvariantCulture, $"{close.Day},{close.Digest},1,{Csv.Cell(close.FirstBy)},{Csv.Moment(close.FirstAt)},{Csv.Cell(close.Remark)}\r\n");
        yield return string.Create(CultureInfo.InvariantCulture, $"{close.Day},{close.Digest},2,{Csv.Cell(close.SecondBy)},{Csv.Moment(close.ClosedAt!.Value)},\r\n");
    }

    private static string BalanceLine(DbDataReader row)
    {
        var balance = new Money(row.GetInt64(2), Currency.Of(row.GetString(1)));
        return string.Create(CultureInfo.InvariantCulture, $"{Csv.Cell(row.GetString(0))},{balance.Currency},{balance},{balance.Minor}\r\n");
    }

    private static string SettlementLineOf(DbDataReader row) => string.Create(
        CultureInfo.InvariantCulture,
        $"{row.GetString(0)},{row.GetInt64(1)},{Csv.Cell(row.GetString(2))},{Csv.Cell(row.GetString(3))},{Csv.Cell(row.TextOrNull(4))},{row.GetString(5)},{row.GetInt64(6)},{row.GetInt64(7)},{row.GetInt64(8)},{Csv.Moment(row.Moment(9))},{Csv.Moment(row.Moment(10))},{Moment(row, 11)},{Csv.Cell(row.TextOrNull(12))}\r\n");

    private static string MatchLine(DbDataReader row) => string.Create(
        CultureInfo.InvariantCulture, $"{Csv.Cell(row.GetString(0))},{Csv.Cell(row.GetString(1))},{row.GetString(2)},{row.NumberOrNull(3)},{row.GetInt64(4)},{row.GetInt64(5)},{row.GetInt64(6)}\r\n");

    private static string DifferenceLine(DbDataReader row) => string.Create(
        CultureInfo.InvariantCulture,
        $"{row.GetInt64(0)},{Csv.Cell(row.GetString(1))},{Csv.Cell(row.GetString(2))},{row.GetString(3)},{row.NumberOrNull(4)},{row.GetInt64(5)},{row.GetInt64(6)},{row.GetInt64(7)},{row.GetString(8)},{Csv.Cell(row.TextOrNull(9))},{Csv.Cell(row.GetString(10))},{row.TextOrNull(11)},{row.NumberOrNull(12)},{Moment(row, 13)}\r\n");

    private static string ProofLine(DbDataReader row) => string.Create(
        CultureInfo.InvariantCulture, $"{row.GetString(0)},{Csv.Cell(row.GetString(1))},{row.NumberOrNull(2)},{row.GetInt64(3)},{row.GetInt64(4)},{row.NumberOrNull(5)}\r\n");

    private static string Moment(DbDataReader row, int column) => row.MomentOrNull(column) is { } moment ? Csv.Moment(moment) : "";
}

/// <summary>One file of the evidence as the manifest names it.</summary>
internal sealed record EvidenceFile(string Name, string Sha256, long Bytes)
{
    private const int AtOnce = 1 << 16;

    /// <summary>Writes a file in bites and hashes what it wrote.</summary>
    public static async Task<EvidenceFile> WriteAsync(string name, string head, IAsyncEnumerable<string> lines, Stream output, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var (text, bytes) = (new StringBuilder(head, AtOnce), 0L);
        await foreach (var line in lines.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            text.Append(line);
            if (text.Length >= AtOnce) await FlushAsync().ConfigureAwait(false);
        }
        await FlushAsync().ConfigureAwait(false);
        return new EvidenceFile(name, Convert.ToHexStringLower(hash.GetHashAndReset()), bytes);

        async Task FlushAsync()
        {
            var bite = Encoding.UTF8.GetBytes(text.ToString());
            text.Clear();
            bytes += bite.Length;
            hash.AppendData(bite);
            await output.WriteAsync(bite, cancellationToken).ConfigureAwait(false);
        }
    }
}
