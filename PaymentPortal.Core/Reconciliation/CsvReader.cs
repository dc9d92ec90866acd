using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;

namespace PaymentPortal.Core.Reconciliation;

/// <summary>The file as a whole can't be read: nothing of it counts. The message is for the person who sent it.</summary>
internal sealed class SettlementFormatException(string message) : Exception(message);

/// <summary>A row as it stands in the file: the line where it begins, its cells, its raw text, and why its cells can't be told apart, if so.</summary>
internal sealed record CsvRow(int Line, IReadOnlyList<string> Cells, string Raw, string? Fault);

/// <summary>
/// Reads RFC 4180 row by row out of UTF-8, with or without BOM: quoted cells may hold commas, quotes and line ends, and lines end in LF, CRLF or CR.
/// Keeps one row in memory, whatever the size of the file. Another encoding, a NUL, an endless row or a cut-off end is refused.
/// </summary>
internal sealed class CsvReader(Stream input)
{
    /// <summary>Far above any row of a report: more is no row, and would fill the memory.</summary>
    private const int LongestRow = 64 * 1024;

    private readonly StringBuilder _cell = new();
    private readonly StringBuilder _raw = new();
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private List<string> _cells = [];
    private int _line = 1;
    private int _rowLine = 1;
    private bool _isQuoted;
    private bool _isClosed;
    private bool _isAfterCr;
    private string? _fault;

    public long Bytes { get; private set; }

    /// <summary>SHA-256 of all bytes; ends the reading.</summary>
    public string Sha256() => Convert.ToHexStringLower(_hash.GetHashAndReset());

    public async IAsyncEnumerable<CsvRow> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var bytes = new byte[64 * 1024];
        var characters = new char[64 * 1024];
        var decoder = new UTF8Encoding(false, throwOnInvalidBytes: true).GetDecoder();
        int read;
        while ((read = await input.ReadAtLeastAsync(bytes, Bytes == 0 ? 3 : 1, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false)) > 0)
        {
            var start = Bytes == 0 ? SkipMark(bytes.AsSpan(0, read)) : 0;
            Bytes += read;
            _hash.AppendData(bytes, 0, read);
            var count = Decode(decoder, bytes.AsSpan(start, read - start), characters, flush: false);
            for (var at = 0; at < count; at++)
            {
                if (Take(characters[at]) && End() is { } row) yield return row;
            }
        }
        Decode(decoder, [], characters, flush: true);
        if (_isQuoted) throw new SettlementFormatException($"The file ends inside the quoted cell that begins on line {_rowLine}: it was cut off.");
        if (_raw.Length > 0) throw new SettlementFormatException($"The last line ({_rowLine}) has no line end: the file was cut off.");
    }

    private static int SkipMark(ReadOnlySpan<byte> first)
    {
        if (first.Length >= 2 && ((first[0] == 0xFF && first[1] == 0xFE) || (first[0] == 0xFE && first[1] == 0xFF)))
            throw new SettlementFormatException("The file is UTF-16. Save it as UTF-8, or take it from the PSP anew.");
        return first.Length >= 3 && first[0] == 0xEF && first[1] == 0xBB && first[2] == 0xBF ? 3 : 0;
    }

    private int Decode(Decoder decoder, ReadOnlySpan<byte> bytes, char[] characters, bool flush)
    {
        try
        {
            var count = decoder.GetChars(bytes, characters, flush);
            if (characters.AsSpan(0, count).Contains('\0')) throw new SettlementFormatException($"There is a NUL character near line {_line}: this is no text file in UTF-8.");
            return count;
        }
        catch (DecoderFallbackException)
        {
            throw new SettlementFormatException($"Near line {_line} the file is not UTF-8 (perhaps Latin-1). Save it as UTF-8, or take it from the PSP anew.");
        }
    }

    /// <summary>True when this character ended a row.</summary>
    private bool Take(char character)
    {
        var isSecondOfPair = _isAfterCr && character == '\n';
        _isAfterCr = false;
        if (isSecondOfPair && !_isQuoted) return false;
        if (character is '\n' or '\r' && !isSecondOfPair) _line++;
        _isAfterCr = character == '\r';
        if (_isQuoted) return Quoted(character);
        if (character is '\n' or '\r') return true;
        Keep(character);
        if (character == ',') NextCell();
        else if (character == '"' && _cell.Length == 0 && !_isClosed) _isQuoted = true;
        else if (_isClosed && character == '"') Reopen();
        else if (_isClosed || character == '"') _fault ??= "a quote stands where none may be";
        else _cell.Append(character);
        return false;
    }

    /// <summary>The closing quote was the first of a pair, which stands for one quote.</summary>
    private void Reopen()
    {
        _cell.Append('"');
        (_isQuoted, _isClosed) = (true, false);
    }

    private bool Quoted(char character)
    {
        Keep(character);
        if (character == '"') (_isQuoted, _isClosed) = (false, true);
        else _cell.Append(character);
        return false;
    }

    private void Keep(char character)
    {
        if (_raw.Length >= LongestRow) throw new SettlementFormatException($"The row that begins on line {_rowLine} is longer than {LongestRow / 1024} KB: this is no settlement file.");
        _raw.Append(character);
    }

    private void NextCell()
    {
        _cells.Add(_cell.ToString());
        _cell.Clear();
        _isClosed = false;
    }

    /// <summary>Null for an empty line.</summary>
    private CsvRow? End()
    {
        NextCell();
        var row = _raw.Length == 0 ? null : new CsvRow(_rowLine, _cells, _raw.ToString(), _fault);
        _raw.Clear();
        (_cells, _fault, _rowLine) = (new List<string>(_cells.Count), null, _line);
        return row;
    }
}
