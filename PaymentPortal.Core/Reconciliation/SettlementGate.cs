using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Reconciliation;

/// <summary>Where a file comes from. Period and length are known when it was ordered.</summary>
public sealed record IncomingFile(string Name, SettlementOrigin Origin, Actor By, DateTimeOffset? PeriodFrom = null, DateTimeOffset? PeriodTo = null, long? Bytes = null);

/// <summary>A file that is here from now on, or was before: then <see cref="TwinState"/> says how it stands.</summary>
internal sealed record TakenIn(SettlementFileId Id, SettlementFileState? TwinState);

/// <summary>
/// Lets settlement files in: reads one as it streams, keeps its lines and shows what it would bring. Nothing counts before somebody accepts it, and of
/// a file that can't be read nothing is kept.
/// </summary>
public sealed class SettlementGate(WriteLane lane, SqlDialect dialect, KeyRing keys, FieldCipher cipher, AuditLog audit, TimeProvider time)
{
    public const string Psp = "stripe";

    /// <summary>The largest file that is let in.</summary>
    public const long MostBytes = 1L << 30;

    /// <summary>Said by each door before it reads anything of a larger one.</summary>
    public static readonly Refusal TooLarge = new(RefusalCodes.TooLarge, 413, "A settlement file may have at most 1 GB. Nothing was stored.");

    internal const string FaultsColumn = "faults";

    /// <summary>Lines of a commit, which are in memory until then.</summary>
    private const int AtOnce = 1_000;
    private const int MostFaults = 50;

    /// <summary>Nothing is read for so long: its process is dead.</summary>
    private static readonly TimeSpan Abandoned = TimeSpan.FromHours(6);

    private const string InsertLine = """
        INSERT INTO settlement_lines (file_id, line, psp, transaction_id, category, source_id, currency, gross, fee, net, created_at, available_on, status, mac, key_id)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
        """;

    public async Task<Result<SettlementFileId>> StageAsync(IncomingFile incoming, Stream content, CancellationToken cancellationToken)
    {
        var staged = await TakeInAsync(incoming, content, cancellationToken).ConfigureAwait(false);
        if (staged.IsRefused) return staged.Refusal!;
        return staged.Value is { TwinState: { } state, Id: var twin } ? new Refusal(RefusalCodes.StateConflict, 409, $"This very file is here already, as {twin} ({state}). Nothing was stored a second time.", "file") : staged.Value.Id;
    }

    /// <summary>The same for who only wants the file to be here: it may be one that came before, with its state.</summary>
    internal async Task<Result<TakenIn>> TakeInAsync(IncomingFile incoming, Stream content, CancellationToken cancellationToken)
    {
        var id = Ids.New<SettlementFileId>(time);
        await lane.RunAsync(unit => Begin(unit, id, incoming), cancellationToken).ConfigureAwait(false);
        try
        {
            var read = await ReadAsync(id, content, cancellationToken).ConfigureAwait(false);
            if (incoming.Bytes is { } bytes && bytes != read.Bytes) throw new SettlementFormatException(string.Create(CultureInfo.InvariantCulture, $"The file has {read.Bytes} bytes and the PSP says {bytes}: it was cut off."));
            // Files of quiet days are all alike.
            if (read.Rows == 0 && incoming.PeriodFrom is { } from) read.Sha256 = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{read.Sha256} {from:O} {read.Kind}")));
            if (read.Rows == 0 && read.Faults.Count == 0 && incoming.PeriodFrom is null) throw new SettlementFormatException("The file has a header and no rows.");
            var known = await KnownAsync(id, cancellationToken).ConfigureAwait(false);
            Sealed? faults = read.Faults.Count == 0 ? null : cipher.Seal(SettlementFile.Table, id.Value, FaultsColumn, JsonSerializer.Serialize(read.Faults));
            var staged = await lane.RunAsync(unit => Finish(unit, id, incoming, read, known, faults), CancellationToken.None).ConfigureAwait(false);
            CrashPoint.Hit("settlement-stage-after");
            if (staged.TwinState is not null) await ForgetAsync(id).ConfigureAwait(false);
            return staged;
        }
        catch (SettlementFormatException wrong)
        {
            await ForgetAsync(id).ConfigureAwait(false);
            return new Refusal(RefusalCodes.Invalid, 422, $"{wrong.Message} Nothing of the file was kept and no money is touched.", "file");
        }
        catch
        {
            await ForgetAsync(id).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Throws away what a dead process was reading; a timer calls it.</summary>
    public async Task TidyAsync(CancellationToken cancellationToken)
    {
        var left = await lane.RunAsync(
            unit => unit.Query("SELECT file_id FROM settlement_files WHERE state = 'Reading' AND uploaded_at < $1", row => new SettlementFileId(row.GetString(0)), unit.Now - Abandoned), cancellationToken).ConfigureAwait(false);
        foreach (var id in left) await ForgetAsync(id).ConfigureAwait(false);
    }

    private async Task<FileReading> ReadAsync(SettlementFileId id, Stream content, CancellationToken cancellationToken)
    {
        var (csv, reading, key) = (new CsvReader(content), new FileReading(), keys.Active);
        SettlementReader? reader = null;
        var lines = new List<(SettlementFields Line, byte[] Mac)>(AtOnce);
        await foreach (var row in csv.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (reader is null)
            {
                reader = SettlementReader.Of(row);
                continue;
            }
            var (line, fault) = reader.Read(row);
            if (line is null)
            {
                reading.Fault(row, fault!, MostFaults);
                continue;
            }
            reading.Add(line);
            lines.Add((line, line.Mac(key, id.Value)));
            if (lines.Count == AtOnce) await StoreAsync(id, lines, key.Id, cancellationToken).ConfigureAwait(false);
        }
        if (reader is null) throw new SettlementFormatException("The file is empty.");
        await StoreAsync(id, lines, key.Id, cancellationToken).ConfigureAwait(false);
        (reading.Kind, reading.Sha256, reading.Bytes) = (reader.Kind, csv.Sha256(), csv.Bytes);
        return reading;
    }

    private async Task StoreAsync(SettlementFileId id, List<(SettlementFields Line, byte[] Mac)> lines, string keyId, CancellationToken cancellationToken)
    {
        await lane.RunAsync(
            unit =>
            {
                foreach (var (line, mac) in lines)
                {
                    unit.Execute(InsertLine, id.Value, line.Line, Psp, line.TransactionId, line.Category, line.SourceId, line.Currency, line.Gross, line.Fee, line.Net, line.CreatedAt, line.AvailableOn, line.Status, mac, keyId);
                }
                return lines.Count;
            },
            cancellationToken).ConfigureAwait(false);
        lines.Clear();
    }

    private static int Begin(UnitOfWork unit, SettlementFileId id, IncomingFile incoming) => unit.Execute(
        $"INSERT INTO settlement_files ({SettlementFile.Columns}) VALUES ($1, $2, $3, '', 'Activity', $4, 'Reading', 0, 0, NULL, 0, $5, $6, 0, '', $7, $8, NULL, NULL, NULL, NULL, NULL, 0)",
        id.Value, Psp, SafeName(incoming.Name), incoming.Origin, incoming.PeriodFrom, incoming.PeriodTo, incoming.By.Value, unit.Now);

    private TakenIn Finish(UnitOfWork unit, SettlementFileId id, IncomingFile incoming, FileReading read, long known, Sealed? faults)
    {
        var twin = unit.QueryFirst(
            "SELECT file_id, state FROM settlement_files WHERE sha256 = $1 AND state IN ('Staged', 'Accepting', 'Accepted', 'RollingBack')",
            row => new TakenIn(new SettlementFileId(row.GetString(0)), Enum.Parse<SettlementFileState>(row.GetString(1))), read.Sha256);
        if (twin is not null) return twin;
        unit.Execute(
            "UPDATE settlement_files SET sha256 = $2, kind = $3, state = 'Staged', rows = $4, unreadable = $5, faults = $6, known_rows = $7, period_from = $8, period_to = $9 WHERE file_id = $1",
            id.Value, read.Sha256, read.Kind, read.Rows, read.Unreadable, faults?.Bytes, known, incoming.PeriodFrom ?? read.From, incoming.PeriodTo ?? read.To);
        foreach (var (currency, total) in read.Totals)
        {
            unit.Execute("INSERT INTO settlement_totals (file_id, currency, rows, gross, fee, net) VALUES ($1, $2, $3, $4, $5, $6)", id.Value, currency, total.Rows, total.Gross, total.Fee, total.Net);
        }
        audit.Write(unit, new AuditEntry(incoming.By, "settlement.stage", id.Value) { After = string.Create(CultureInfo.InvariantCulture, $"{read.Rows} rows, {read.Unreadable} unreadable, sha256 {read.Sha256}") });
        return new TakenIn(id, null);
    }

    /// <summary>Beside the lane: over a large file it takes seconds.</summary>
    private async Task<long> KnownAsync(SettlementFileId id, CancellationToken cancellationToken)
    {
        await using var reader = dialect.OpenReader();
        var counts = await reader.ReadAsync(
            "SELECT COUNT(*) FROM settlement_lines l JOIN settlement_lines k ON k.psp = l.psp AND k.transaction_id = l.transaction_id AND k.is_counted = 1 WHERE l.file_id = $1",
            [id.Value], row => row.GetInt64(0), cancellationToken).ConfigureAwait(false);
        return counts[0];
    }

    private async Task ForgetAsync(SettlementFileId id)
    {
        while (await lane.RunAsync(
            unit => unit.Execute("DELETE FROM settlement_lines WHERE file_id = $1 AND line IN (SELECT line FROM settlement_lines WHERE file_id = $1 LIMIT 10000)", id.Value), CancellationToken.None).ConfigureAwait(false) > 0)
        {
            // A large file in bites, so that payments go on between them.
        }
        await lane.RunAsync(unit => unit.Execute("DELETE FROM settlement_files WHERE file_id = $1 AND state = 'Reading'", id.Value), CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>A name is for people: no path, nothing that a shell, a spreadsheet or a browser could take for more.</summary>
    private static string SafeName(string name)
    {
        var last = name[(name.LastIndexOfAny(['/', '\\']) + 1)..];
        var safe = new string([.. last.Where(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '-' or '_' or ' ')]).TrimStart('.', '-', ' ');
        return safe.Length == 0 ? "settlement.csv" : safe.Length > 100 ? safe[..100] : safe;
    }
}

/// <summary>What the gatekeeper saw while a file went by.</summary>
internal sealed class FileReading
{
    /// <summary>All amounts of a file without their signs, in minor units: with less, no sum over a hundred files leaves its 64 bits in whatever order it is made.</summary>
    private const long MostMoved = 50_000_000_000_000_000;

    private long _moved;

    public Dictionary<string, (int Rows, long Gross, long Fee, long Net)> Totals { get; } = new(StringComparer.Ordinal);

    public List<UnreadableRow> Faults { get; } = [];

    public int Rows { get; private set; }

    public int Unreadable { get; private set; }

    public SettlementKind Kind { get; set; }

    public string Sha256 { get; set; } = "";

    public long Bytes { get; set; }

    /// <summary>The UTC days of the rows, whole.</summary>
    public DateTimeOffset? From { get; private set; }

    public DateTimeOffset? To { get; private set; }

    public void Add(SettlementFields line)
    {
        Rows++;
        // Every amount is far below the bound, so nothing overflows before it is met.
        _moved += Math.Abs(line.Gross) + Math.Abs(line.Fee) + Math.Abs(line.Net);
        if (_moved > MostMoved) throw new SettlementFormatException($"Up to line {line.Line} its amounts come to more than any PSP moves in a file.");
        var (rows, gross, fee, net) = Totals.GetValueOrDefault(line.Currency);
        Totals[line.Currency] = (rows + 1, gross + line.Gross, fee + line.Fee, net + line.Net);
        var day = new DateTimeOffset(Instants.FromMicroseconds(line.CreatedAt).UtcDateTime.Date, TimeSpan.Zero);
        if (From is null || day < From) From = day;
        if (To is null || day >= To) To = day.AddDays(1);
    }

    public void Fault(CsvRow row, string why, int most)
    {
        Unreadable++;
        if (Faults.Count < most) Faults.Add(new UnreadableRow(row.Line, why, row.Raw.Length > 300 ? row.Raw[..300] : row.Raw));
    }
}
