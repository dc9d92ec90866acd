using System.Globalization;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Integrity;

/// <summary>How long a chain was, and which link was its newest, at one moment.</summary>
public sealed record Anchor(DateTimeOffset At, string ChainId, long Count, string Head);

/// <summary>The anchors that could be read, oldest first, and what could not be.</summary>
public sealed record AnchorFile(IReadOnlyList<Anchor> Anchors, IReadOnlyList<string> Faults);

/// <summary>
/// Keeps the heads of all chains in a file beside the database, one line each, only ever appended and flushed to disk. A chain alone can't show
/// that its newest rows were cut off or that an older copy of the data was put in place; the anchors can.
/// </summary>
public sealed class ChainAnchors(string dataDirectory, SqlDialect dialect, TimeProvider time) : IDisposable
{
    private const int TailBytes = 64 * 1024;

    private readonly string _file = Path.Combine(dataDirectory, "anchors.log");
    private readonly SemaphoreSlim _gate = new(1);
    private Dictionary<string, Anchor>? _last;

    /// <summary>Appends the heads that moved since their last anchor and tells how many those were. For a job and for the shutdown.</summary>
    public async Task<int> WriteAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // Only what a reader sees is committed and on disk: an anchor ahead of the disk would accuse an honest store after a power cut.
            var heads = await ReadHeadsAsync(cancellationToken).ConfigureAwait(false);
            _last ??= Newest();
            var moved = heads.Where(head => !_last.TryGetValue(head.ChainId, out var last) || last.Count != head.Count || last.Head != head.Head).ToList();
            if (moved.Count > 0) Append(string.Concat(moved.Select(Line)));
            foreach (var head in moved) _last[head.ChainId] = head;
            return moved.Count;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Reads all anchors. A verifier does so before it opens its snapshot: a later anchor may know rows that the snapshot does not have.</summary>
    public AnchorFile Read()
    {
        var (anchors, faults, lines) = (new List<Anchor>(), new List<string>(), 0);
        ReadOn(0, line =>
        {
            lines++;
            if (TryParse(line) is { } anchor) anchors.Add(anchor);
            else faults.Add(string.Create(CultureInfo.InvariantCulture, $"line {lines} of the anchor file can't be read"));
        });
        return new AnchorFile(anchors, faults);
    }

    /// <summary>How long the file is; it only ever grows, save for the end of a torn line.</summary>
    internal long Length => File.Exists(_file) ? new FileInfo(_file).Length : 0;

    /// <summary>Reads the whole lines from a position on and tells where the next will begin.</summary>
    internal long ReadOn(long position, Action<string> onLine)
    {
        if (!File.Exists(_file)) return position;
        using var stream = new FileStream(_file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        stream.Position = position;
        // ASCII: a byte is a character, whatever somebody wrote into it, so that characters count the position.
        using var reader = new StreamReader(stream, System.Text.Encoding.ASCII, detectEncodingFromByteOrderMarks: false);
        var line = new System.Text.StringBuilder(160);
        for (int next; (next = reader.Read()) >= 0;)
        {
            if (next != '\n')
            {
                line.Append((char)next);
                continue;
            }
            onLine(line.ToString());
            position += line.Length + 1;
            line.Clear();
        }
        // What is left has no end: it was being written when the power went or is being written now, and was never promised to be there.
        return position;
    }

    public void Dispose() => _gate.Dispose();

    /// <summary>
    /// The newest anchors, out of the file's end alone, because the file grows for ever. A chain that rests so long that its last anchor lies further back
    /// gets the same one once more, which changes nothing.
    /// </summary>
    private Dictionary<string, Anchor> Newest()
    {
        var newest = new Dictionary<string, Anchor>(StringComparer.Ordinal);
        ReadOn(Math.Max(0, Length - TailBytes), line =>
        {
            // The first line may be the end of one: it does not parse.
            if (TryParse(line) is { } anchor) newest[anchor.ChainId] = anchor;
        });
        return newest;
    }

    private static string Line(Anchor anchor) =>
        string.Create(CultureInfo.InvariantCulture, $"{anchor.At:O} {anchor.ChainId} {anchor.Count} {anchor.Head}\n");

    internal static Anchor? TryParse(string line) =>
        line.Split(' ') is [var at, var chain, var count, { Length: 2 * RowMac.Length } head]
        && DateTimeOffset.TryParseExact(at, "O", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)
        && long.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var rows)
            ? new Anchor(moment, chain, rows, head)
            : null;

    private async Task<List<Anchor>> ReadHeadsAsync(CancellationToken cancellationToken)
    {
        await using var connection = dialect.OpenReader();
        return await connection.ReadAsync(
            "SELECT chain_id, count, head FROM chain_heads ORDER BY chain_id", [],
            row => new Anchor(time.GetUtcNow(), row.GetString(0), row.GetInt64(1), Convert.ToHexStringLower((byte[])row[2])), cancellationToken).ConfigureAwait(false);
    }

    private void Append(string lines)
    {
        Directory.CreateDirectory(dataDirectory);
        using var stream = new FileStream(_file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        CutTornLine(stream);
        stream.Write(System.Text.Encoding.ASCII.GetBytes(lines));
        stream.Flush(flushToDisk: true);
    }

    private static void CutTornLine(FileStream stream)
    {
        var end = stream.Length;
        for (; end > 0; end--)
        {
            stream.Position = end - 1;
            if (stream.ReadByte() == '\n') break;
        }
        stream.SetLength(end);
        stream.Position = end;
    }
}
