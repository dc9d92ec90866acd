using System.Globalization;
using PaymentPortal.Core.Common;

namespace PaymentPortal.Core.Reconciliation;

/// <summary>Makes lines of rows, by the names in the header: columns may come in any order, and those that are not ours (names, addresses) are dropped here.</summary>
internal sealed class SettlementReader
{
    private const string Transaction = "balance_transaction_id";
    private static readonly string[] Times = ["yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm:ss"];

    private readonly Dictionary<string, int> _columns;
    private readonly string _time;
    private readonly string _source;

    private SettlementReader(Dictionary<string, int> columns, string time, string source) => (_columns, _time, _source) = (columns, time, source);

    public SettlementKind Kind => _source == "payout_id" ? SettlementKind.Payouts : SettlementKind.Activity;

    public static SettlementReader Of(CsvRow header)
    {
        if (header.Fault is { } fault) throw new SettlementFormatException($"The header can't be read: {fault}.");
        var columns = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var at = 0; at < header.Cells.Count; at++)
        {
            if (!columns.TryAdd(header.Cells[at].Trim(), at)) throw new SettlementFormatException($"The column '{header.Cells[at]}' stands twice in the header: which one is meant can't be guessed.");
        }
        var time = new[] { "created_utc", "created", "effective_at_utc", "effective_at" }.FirstOrDefault(columns.ContainsKey);
        var source = new[] { "source_id", "payout_id" }.FirstOrDefault(columns.ContainsKey);
        string?[] needed = [Transaction, "reporting_category", "currency", "gross", "fee", "net", time ?? "created_utc", source ?? "source_id"];
        var missing = needed.Where(name => !columns.ContainsKey(name!)).ToList();
        if (missing.Count > 0)
            throw new SettlementFormatException($"The header lacks {string.Join(", ", missing)}. Order an itemised report (balance_change_from_activity or payouts) with these columns.");
        return new SettlementReader(columns, time!, source!);
    }

    /// <summary>The line, or why the row is none.</summary>
    public (SettlementFields? Line, string? Fault) Read(CsvRow row)
    {
        if (row.Fault is { } broken) return (null, broken);
        if (row.Cells.Count != _columns.Count) return (null, string.Create(CultureInfo.InvariantCulture, $"it has {row.Cells.Count} cells and the header has {_columns.Count}"));
        if (Id(Cell(row, Transaction)) is not { } transaction) return (null, $"{Transaction} is no id");
        var category = Cell(row, "reporting_category");
        if (category.Length is 0 or > 60 || category.Any(char.IsControl)) return (null, "reporting_category is missing or too long");
        var source = Cell(row, _source);
        if (source.Length > 0 && Id(source) is null) return (null, $"{_source} is no id");
        if (!Currency.TryGet(Cell(row, "currency").ToUpperInvariant(), out var currency)) return (null, "currency is none of ISO 4217");
        if (!TryMoment(Cell(row, _time), out var created)) return (null, $"{_time} is no moment like 2026-11-22 10:00:00");
        return Amounts(row, currency, new SettlementFields(
            row.Line, transaction, category, source.Length == 0 ? null : source, currency.Code, 0, 0, 0, created, Available(row), Optional(row, "payout_status")));
    }

    private (SettlementFields? Line, string? Fault) Amounts(CsvRow row, Currency currency, SettlementFields line)
    {
        Span<long> amounts = stackalloc long[3];
        for (var at = 0; at < 3; at++)
        {
            var name = at switch { 0 => "gross", 1 => "fee", _ => "net" };
            if (!MajorAmount.TryRead(Cell(row, name), currency, out var money, out var fault)) return (null, $"{name} {fault}");
            amounts[at] = money.Minor;
        }
        return amounts[2] == amounts[0] - amounts[1] ? (line with { Gross = amounts[0], Fee = amounts[1], Net = amounts[2] }, null) : (null, "net is not gross less fee");
    }

    private string Cell(CsvRow row, string column) => row.Cells[_columns[column]].Trim();

    private string? Optional(CsvRow row, string column) => _columns.ContainsKey(column) && Cell(row, column) is { Length: > 0 and <= 40 } text ? text : null;

    private long? Available(CsvRow row) =>
        (Optional(row, "available_on_utc") ?? Optional(row, "available_on")) is { } text && TryMoment(text, out var moment) ? moment : null;

    private static string? Id(string text) =>
        text.Length is > 0 and <= 255 && text.All(character => char.IsAsciiLetterOrDigit(character) || character is '_' or '-') ? text : null;

    private static bool TryMoment(string text, out long microseconds)
    {
        microseconds = 0;
        if (!DateTime.TryParseExact(text, Times, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var moment) || moment.Year is < 2000 or > 9990) return false;
        microseconds = new DateTimeOffset(moment).ToMicroseconds();
        return true;
    }
}
