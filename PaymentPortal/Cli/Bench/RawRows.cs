using System.Data.Common;

namespace PaymentPortal.Cli.Bench;

/// <summary>The rows that the engine left behind, table by table, to be written again by hand: the same values, so the same bytes.</summary>
internal sealed class RawRows
{
    private static readonly Dictionary<string, string> Queries = new(StringComparer.Ordinal)
    {
        ["payment_events"] = "SELECT checkout_id AS of, t.* FROM payment_events t",
        ["payment_orders"] = "SELECT checkout_id AS of, t.* FROM payment_orders t ORDER BY line",
        ["payment_history"] = "SELECT checkout_id AS of, t.* FROM payment_history t ORDER BY version",
        ["outbox"] = "SELECT aggregate_id AS of, t.* FROM outbox t ORDER BY version",
        ["audit_log"] = "SELECT object_id AS of, t.* FROM audit_log t",
        ["attempts"] = "SELECT checkout_id AS of, t.* FROM attempts t",
        ["attempt_charges"] = "SELECT checkout_id AS of, t.* FROM attempt_charges t",
        ["booked_sessions"] = "SELECT checkout_id AS of, t.* FROM booked_sessions t",
        ["psp_exchanges"] = "SELECT checkout_id AS of, t.* FROM psp_exchanges t ORDER BY exchange_id",
        ["psp_calls"] = "SELECT a.checkout_id AS of, t.* FROM psp_calls t JOIN attempts a ON a.attempt_id = t.item",
        ["psp_inbox"] = "SELECT a.checkout_id AS of, t.* FROM psp_inbox t JOIN attempts a ON a.attempt_id = t.attempt_id",
        ["psp_bodies"] = "SELECT a.checkout_id AS of, b.* FROM psp_bodies b JOIN psp_inbox t ON t.event_id = b.event_id JOIN attempts a ON a.attempt_id = t.attempt_id",
        ["journal_entries"] = "SELECT checkout_id AS of, t.* FROM journal_entries t ORDER BY seq",
        ["postings"] = "SELECT e.checkout_id AS of, t.* FROM postings t JOIN journal_entries e ON e.entry_id = t.entry_id ORDER BY t.seq, t.line",
        ["idempotency_keys"] = "SELECT json_extract(answer, '$.checkout_id') AS of, t.* FROM idempotency_keys t",
    };

    private readonly Dictionary<string, Dictionary<string, List<object?[]>>> _rows = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _inserts = new(StringComparer.Ordinal);

    public IReadOnlyList<string> Checkouts { get; private set; } = [];

    public static RawRows Read(DbConnection reader, int payments)
    {
        var rows = new RawRows();
        rows.Checkouts = [.. Ids(reader, payments)];
        var wanted = rows.Checkouts.ToHashSet(StringComparer.Ordinal);
        foreach (var (table, query) in Queries) rows.ReadTable(reader, table, query, wanted);
        return rows;
    }

    public string Insert(string table) => _inserts[table];

    public IReadOnlyList<object?[]> Of(string table, string checkout) => _rows[table][checkout];

    private static IEnumerable<string> Ids(DbConnection reader, int payments)
    {
        using var command = reader.CreateCommand();
        command.CommandText = $"SELECT checkout_id FROM payment_events WHERE status = 'SUCCESS' ORDER BY checkout_id DESC LIMIT {payments}";
        using var row = command.ExecuteReader();
        while (row.Read()) yield return row.GetString(0);
    }

    private void ReadTable(DbConnection reader, string table, string query, HashSet<string> wanted)
    {
        using var command = reader.CreateCommand();
        command.CommandText = query;
        using var row = command.ExecuteReader();
        var columns = Enumerable.Range(1, row.FieldCount - 1).Select(row.GetName).ToArray();
        _inserts[table] = $"INSERT INTO {table} ({string.Join(", ", columns)}) VALUES ({string.Join(", ", columns.Select((_, at) => $"${at + 1}"))})";
        var found = new Dictionary<string, List<object?[]>>(StringComparer.Ordinal);
        while (row.Read())
        {
            if (row.IsDBNull(0) || !wanted.Contains(row.GetString(0))) continue;
            var values = new object?[columns.Length];
            for (var at = 0; at < values.Length; at++) values[at] = row.IsDBNull(at + 1) ? null : row.GetValue(at + 1);
            if (!found.TryGetValue(row.GetString(0), out var list)) found[row.GetString(0)] = list = [];
            list.Add(values);
        }
        _rows[table] = found;
    }
}
