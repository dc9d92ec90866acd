using System.Data.Common;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Reconciliation;

/// <summary>Brings lines together with what is known about them: a batch by one statement of joins over unique indexes, never a query per matched line.</summary>
internal static class LineCases
{
    // The account stands in the sum: as a condition it would tempt the store to walk all postings of that account for each line.
    private const string Select = $"""
        SELECT l.line, l.transaction_id, l.category, l.source_id, l.currency, l.gross, l.fee, l.net, l.created_at, l.available_on, l.status,
            k.file_id, k.category, k.source_id, k.currency, k.gross, k.fee, k.status,
            b.charge_id, b.amount, b.currency, b.checkout_id,
            e.entry_id, e.checkout_id, (SELECT SUM(CASE WHEN p.account = 'psp:clearing' THEN p.amount END) FROM postings p WHERE p.entry_id = e.entry_id),
            (SELECT SUM(CASE WHEN p.account = 'psp:fees' THEN p.amount END) FROM postings p WHERE p.entry_id = e.entry_id), (SELECT MIN(p.currency) FROM postings p WHERE p.entry_id = e.entry_id),
            (SELECT r.entry_id FROM journal_entries r WHERE r.reverses = e.entry_id), u.file_id
        FROM settlement_lines l
        LEFT JOIN settlement_lines k ON k.psp = l.psp AND k.transaction_id = l.transaction_id AND k.is_counted = 1 AND (k.file_id <> l.file_id OR k.line <> l.line)
        LEFT JOIN booked_sessions b ON l.category = 'charge' AND b.charge_id = l.source_id
        LEFT JOIN journal_entries e ON e.kind = {Facts.KindSql} AND e.source_id = {Facts.IdSql}
        LEFT JOIN settlement_lines u ON u.fact = {Facts.FactSql} AND (u.file_id <> l.file_id OR u.line <> l.line)
        WHERE l.file_id = $1
        """;

    private const string Batch = Select + " AND l.line > $2 ORDER BY l.line LIMIT $3";
    private const string One = Select + " AND l.line = $2";

    /// <summary>A fact about the same object, whatever its outcome; the kinds are those of <see cref="Facts.KindSql"/>.</summary>
    private const string OtherOutcome = $"""
        SELECT f.fact, f.amount, f.fee, f.currency, f.checkout_id, (SELECT u.file_id FROM settlement_lines u WHERE u.fact = f.fact AND (u.file_id <> $3 OR u.line <> $4)) FROM (
            SELECT 'charge:' || b.charge_id AS fact, b.amount AS amount, NULL AS fee, b.currency AS currency, b.checkout_id AS checkout_id FROM booked_sessions b WHERE b.charge_id = $1
            UNION ALL
            SELECT {Facts.EntryColumns}
            FROM journal_entries e
            WHERE e.kind IN ({Facts.ActivityKinds}, 'OwnPayoutSent') AND e.source_id IN ($1, $2)) AS f
        LIMIT 1
        """;

    public static List<LineCase> Read(UnitOfWork unit, string fileId, int after, int limit) =>
        WithOthers(unit, fileId, unit.Query(Batch, Read, fileId, after, limit));

    private static LineCase? ReadOne(UnitOfWork unit, string fileId, int line) =>
        WithOthers(unit, fileId, unit.Query(One, Read, fileId, line)).SingleOrDefault();

    /// <summary>What of ours a line that was missing something agrees with by now; null while it still differs.</summary>
    public static OurFact? CameLater(UnitOfWork unit, string fileId, int line) =>
        ReadOne(unit, fileId, line) is { } found && Matcher.Judge(found, fileId, null) is { Bucket: LineBucket.Matched, Paired: { } paired } ? paired : null;

    private static List<LineCase> WithOthers(UnitOfWork unit, string fileId, List<LineCase> cases)
    {
        for (var at = 0; at < cases.Count; at++)
        {
            if (cases[at] is { Same: null, Ours: null, Line: var line }) cases[at] = cases[at] with { Other = Other(unit, fileId, line) };
        }
        return cases;
    }

    private static OurFact? Other(UnitOfWork unit, string fileId, SettlementFields line) => unit.QueryFirst(
        OtherOutcome,
        row =>
        {
            var (amount, fee) = (row.NumberOrNull(1) ?? 0, row.NumberOrNull(2) ?? 0);
            return new OurFact(row.GetString(0), new MoneySide(row.GetString(3), amount + fee, fee), row.TextOrNull(4), !row.IsDBNull(5), false);
        },
        line.SourceId ?? line.TransactionId, line.TransactionId, fileId, line.Line);

    private static LineCase Read(DbDataReader row)
    {
        var line = new SettlementFields(
            row.GetInt32(0), row.GetString(1), row.GetString(2), row.TextOrNull(3), row.GetString(4), row.GetInt64(5), row.GetInt64(6), row.GetInt64(7), row.GetInt64(8), row.NumberOrNull(9), row.TextOrNull(10));
        var same = row.IsDBNull(11) ? null : line with
        {
            Category = row.GetString(12), SourceId = row.TextOrNull(13), Currency = row.GetString(14), Gross = row.GetInt64(15), Fee = row.GetInt64(16), Status = row.TextOrNull(17),
        };
        return new LineCase(line, same, row.TextOrNull(11), Ours(row, line), null);
    }

    private static OurFact? Ours(DbDataReader row, SettlementFields line)
    {
        var (isPaired, fee) = (!row.IsDBNull(28), row.NumberOrNull(25) ?? 0);
        if (line.Category == Facts.Charge)
            return row.IsDBNull(18) ? null : new OurFact(Facts.Of(Facts.Charge, row.GetString(18)), new MoneySide(row.GetString(20), row.GetInt64(19), fee), row.TextOrNull(21), isPaired, false);
        if (row.IsDBNull(22)) return null;
        var (net, currency, isUndone) = (row.NumberOrNull(24) ?? 0, row.GetString(26), !row.IsDBNull(27));
        var side = line.Category switch
        {
            // The opposite entry has the opposite amount.
            Facts.PayoutReversal => new MoneySide(currency, -net, 0),
            Facts.Fee => new MoneySide(currency, net, 0),
            _ => new MoneySide(currency, net + fee, fee),
        };
        if (line.Category == Facts.PayoutReversal && !isUndone) return null;
        var id = line.Category is Facts.Dispute or Facts.DisputeReversal or Facts.Fee ? line.TransactionId : line.SourceId!;
        return new OurFact(Facts.Of(line.Category, id), side, row.TextOrNull(23), isPaired, isUndone);
    }
}
