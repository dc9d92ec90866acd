using System.Data.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Reconciliation;

/// <summary>What must be true of files, lines and mismatches in every committed state.</summary>
public static class ReconciliationInvariants
{
    public static IReadOnlyList<IInvariant> All { get; } =
    [
        new AuditedInvariant("recon-07", "The fee terms are those that people set.", FeeTermDesk.Set, $"SELECT {FeeTerm.Columns} FROM fee_terms", row => FeeTerm.Read(row).Told),
        new SqlInvariant("recon-01", "A settlement file and a movement of the PSP's count once, the lines of a file add up to its control totals, and it is as long as when it came in.", """
            SELECT 'file ' || sha256 || ' is here ' || COUNT(*) || ' times' FROM settlement_files WHERE state IN ('Staged', 'Accepting', 'Accepted', 'RollingBack') GROUP BY sha256 HAVING COUNT(*) > 1
            UNION ALL SELECT transaction_id || ' counts ' || COUNT(*) || ' times' FROM settlement_lines WHERE is_counted = 1 GROUP BY psp, transaction_id HAVING COUNT(*) > 1
            UNION ALL SELECT 'the lines of ' || t.file_id || ' do not add up to its totals in ' || t.currency FROM settlement_totals t
                LEFT JOIN (SELECT file_id, currency, COUNT(*) AS rows, SUM(gross) AS gross, SUM(fee) AS fee, SUM(net) AS net FROM settlement_lines GROUP BY file_id, currency) AS s ON s.file_id = t.file_id AND s.currency = t.currency
                WHERE s.rows IS NULL OR s.rows <> t.rows OR s.gross <> t.gross OR s.fee <> t.fee OR s.net <> t.net
            UNION ALL SELECT f.file_id || ' says that it has ' || f.rows || ' rows' FROM settlement_files f
                WHERE f.state <> 'Reading' AND f.rows <> (SELECT COALESCE(SUM(t.rows), 0) FROM settlement_totals t WHERE t.file_id = f.file_id)
            UNION ALL SELECT 'line ' || l.line || ' of ' || l.file_id || ' is in a currency without a total' FROM settlement_lines l JOIN settlement_files f ON f.file_id = l.file_id AND f.state <> 'Reading'
                WHERE NOT EXISTS (SELECT 1 FROM settlement_totals t WHERE t.file_id = l.file_id AND t.currency = l.currency)
            UNION ALL SELECT f.file_id || ' is not the file that the audit log saw come in' FROM settlement_files f WHERE f.state <> 'Reading'
                AND NOT EXISTS (SELECT 1 FROM audit_log a WHERE a.object_id = f.file_id AND a.action = 'settlement.stage' AND a.after = f.rows || ' rows, ' || f.unreadable || ' unreadable, sha256 ' || f.sha256)
            UNION ALL SELECT a.object_id || ' came in by line ' || a.seq || ' of the audit log and is not there' FROM audit_log a WHERE a.action = 'settlement.stage'
                AND NOT EXISTS (SELECT 1 FROM settlement_files f WHERE f.file_id = a.object_id)
            """),
        new SqlInvariant("recon-02", "Each line of an accepted file is in exactly one bucket, each that is not matched has exactly one mismatch, a file that is not accepted counts for nothing, and every charge past its lag is in a file or missed.", """
            SELECT 'line ' || l.line || ' of ' || l.file_id || ' is in no bucket' FROM settlement_lines l JOIN settlement_files f ON f.file_id = l.file_id WHERE f.state = 'Accepted' AND l.bucket IS NULL
            UNION ALL SELECT 'line ' || l.line || ' of ' || l.file_id || ' counts although its file does not' FROM settlement_lines l JOIN settlement_files f ON f.file_id = l.file_id
                WHERE f.state IN ('Reading', 'Staged', 'Discarded', 'RolledBack') AND (l.bucket IS NOT NULL OR l.is_counted = 1 OR l.fact IS NOT NULL)
            UNION ALL SELECT 'line ' || l.line || ' of ' || l.file_id || ' is ' || l.bucket || ' and has no mismatch' FROM settlement_lines l JOIN settlement_files f ON f.file_id = l.file_id AND f.state <> 'RollingBack'
                WHERE l.bucket IN ('Differing', 'MissingOurs', 'Duplicate') AND NOT EXISTS (SELECT 1 FROM mismatches m WHERE m.file_id = l.file_id AND m.line = l.line AND m.state <> 'Withdrawn')
            UNION ALL SELECT 'line ' || line || ' of ' || file_id || ' is matched with nothing' FROM settlement_lines WHERE bucket = 'Matched' AND fact IS NULL
            UNION ALL SELECT 'line ' || line || ' of ' || file_id || ' is ' || bucket || ' and counts' FROM settlement_lines WHERE bucket IN ('Duplicate', 'Known') AND is_counted = 1
            UNION ALL SELECT 'line ' || line || ' of ' || file_id || ' is ' || bucket || ' and does not count' FROM settlement_lines WHERE bucket IN ('Matched', 'Differing', 'MissingOurs') AND is_counted = 0
            UNION ALL SELECT 'charge ' || b.charge_id || ' is past its lag and neither in a file nor missed' FROM settlement_files f JOIN booked_sessions b ON b.booked_at >= f.period_from AND b.booked_at < f.period_to
                WHERE f.state = 'Accepted' AND f.is_swept = 1 AND f.kind = 'Activity' AND NOT EXISTS (SELECT 1 FROM settlement_lines l WHERE l.fact = 'charge:' || b.charge_id)
                    AND NOT EXISTS (SELECT 1 FROM mismatches m WHERE m.fact = 'charge:' || b.charge_id AND m.file_id IS NULL AND m.state <> 'Withdrawn')
            UNION ALL SELECT fact || ' is paired ' || COUNT(*) || ' times' FROM settlement_lines WHERE fact IS NOT NULL GROUP BY fact HAVING COUNT(*) > 1
            """),
        new SqlInvariant("recon-03", "Every adjustment belongs to a mismatch that names it, and was approved by another person than asked for it unless it was within a limit.", """
            SELECT 'entry ' || e.entry_id || ' adjusts no mismatch' FROM journal_entries e WHERE e.kind = 'Adjustment' AND NOT EXISTS (SELECT 1 FROM mismatches m WHERE m.mismatch_id = e.source_id AND m.entry_id = e.entry_id)
            UNION ALL SELECT 'mismatch ' || m.mismatch_id || ' names ' || m.entry_id || ', which is not its entry' FROM mismatches m LEFT JOIN journal_entries e ON e.entry_id = m.entry_id
                WHERE m.entry_id IS NOT NULL AND (e.entry_id IS NULL OR e.kind <> 'Adjustment' OR e.source_id <> m.mismatch_id)
            UNION ALL SELECT 'mismatch ' || m.mismatch_id || ' was settled by ' || m.entry_id || ' without a second person' FROM mismatches m
                WHERE m.entry_id IS NOT NULL AND m.class <> 'Automatic' AND NOT EXISTS (SELECT 1 FROM approvals a WHERE a.subject_id IN (m.mismatch_id, m.batch_id) AND a.kind = CASE a.subject_id WHEN m.mismatch_id THEN 'mismatch' ELSE 'mismatches' END AND a.state = 'Approved' AND a.decided_by <> a.maker)
            """),
        // A history whose end was cut off fits its row when that was put back, too: what else was written in the same unit tells of it. What the sweep would do again by itself is no finding.
        new SqlInvariant("recon-06", "What was done about a mismatch, as audit log, ledger, approvals, files and lines tell of it, stands in its history.", """
            SELECT 'mismatch ' || id || ' was ' || cause || ' ' || SUM(audited) || ' times by the audit log and ' || SUM(told) || ' times by its history' FROM (
                SELECT object_id AS id, SUBSTR(action, 10) AS cause, 1 AS audited, 0 AS told FROM audit_log WHERE action LIKE 'mismatch.%'
                UNION ALL SELECT mismatch_id, cause, 0, 1 FROM mismatch_history WHERE cause IN ('Noted', 'Taken', 'Assigned', 'MarkedTiming', 'EntryAsked', 'Matched', 'Ignored')) AS both_sides
            GROUP BY id, cause HAVING SUM(audited) <> SUM(told)
            UNION ALL SELECT 'mismatch ' || m.mismatch_id || ' has the entry ' || m.entry_id || ', which its history does not tell of' FROM mismatches m WHERE m.entry_id IS NOT NULL
                AND NOT EXISTS (SELECT 1 FROM mismatch_history h WHERE h.mismatch_id = m.mismatch_id AND h.cause IN ('EntryPosted', 'SettledWithinLimit'))
            UNION ALL SELECT 'mismatch ' || m.mismatch_id || ' waits for a second person whom nobody asks' FROM mismatches m WHERE m.state = 'Asked'
                AND NOT EXISTS (SELECT 1 FROM approvals a WHERE a.state = 'Pending' AND a.subject_id IN (m.mismatch_id, m.batch_id) AND a.kind = CASE a.subject_id WHEN m.mismatch_id THEN 'mismatch' ELSE 'mismatches' END)
            UNION ALL SELECT 'mismatch ' || m.mismatch_id || ' is ' || m.state || ', and its file was rolled back' FROM settlement_files f JOIN mismatches m ON m.file_id = f.file_id WHERE f.state = 'RolledBack' AND m.state <> 'Withdrawn'
            UNION ALL SELECT 'mismatch ' || mismatch_id || ' is within a limit and was never settled' FROM mismatches WHERE class = 'Automatic' AND history_version = 1
            UNION ALL SELECT 'mismatch ' || m.mismatch_id || ' is ' || m.state || ', and its line is matched' FROM mismatches m JOIN settlement_lines l ON l.file_id = m.file_id AND l.line = m.line AND l.bucket = 'Matched'
                WHERE m.kind IN ('MissingOurs', 'Status') AND m.state IN ('Open', 'Timing')
            UNION ALL SELECT 'mismatch ' || m.mismatch_id || ' was settled by a line that is not there' FROM mismatches m WHERE m.state = 'Resolved' AND m.file_id IS NULL
                AND NOT EXISTS (SELECT 1 FROM settlement_lines l WHERE l.fact = m.fact)
                AND (SELECT h.cause FROM mismatch_history h WHERE h.mismatch_id = m.mismatch_id AND h.to_status = 'Resolved' AND h.from_status <> 'Resolved' ORDER BY h.version DESC LIMIT 1) = 'CameLater'
            """),
    ];
}

/// <summary>Every line still says what it said when it came in.</summary>
internal sealed class LineMacInvariant(KeyRing keys) : IInvariant
{
    public string Code => "recon-04";

    public string Rule => "No line of a settlement file was changed after it came in.";

    public async Task<InvariantReport> CheckAsync(DbConnection snapshot, CancellationToken cancellationToken)
    {
        const string lines = """
            SELECT file_id, line, transaction_id, category, source_id, currency, gross, fee, net, created_at, available_on, status, mac, key_id FROM settlement_lines
            """;
        var findings = new List<string>();
        await foreach (var finding in snapshot.StreamAsync(lines, [], Judge, cancellationToken).ConfigureAwait(false))
        {
            if (finding is not null) findings.Add(finding);
            if (findings.Count >= Snapshot.MostFindings) break;
        }
        return findings.Count == 0 ? InvariantReport.Green : new InvariantReport(findings);
    }

    private string? Judge(DbDataReader row)
    {
        var line = new SettlementFields(
            row.GetInt32(1), row.GetString(2), row.GetString(3), row.TextOrNull(4), row.GetString(5), row.GetInt64(6), row.GetInt64(7), row.GetInt64(8), row.GetInt64(9), row.NumberOrNull(10), row.TextOrNull(11));
        return keys.TryGet(row.GetString(13), out var key) && line.Mac(key, row.GetString(0)).AsSpan().SequenceEqual((byte[])row[12]) ? null : $"line {line.Line} of {row.GetString(0)} was changed after it came in";
    }
}
