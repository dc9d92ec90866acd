using System.Data.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Reconciliation.Closes;

/// <summary>What must be true of closed days in every committed state.</summary>
public static class CloseInvariants
{
    private const string FirstMoment = "(SELECT COALESCE(MIN(ends_at), 0) - 86400000000 FROM locked_days)";
    private const string LastMoment = "(SELECT COALESCE(MAX(ends_at), 0) FROM locked_days)";

    public static IReadOnlyList<IInvariant> All { get; } =
    [
        new SqlInvariant("close-01", "The figures of each closed day, summed anew, are those that two people signed.", $"""
            SELECT 'the ' || category || ' of ' || day || ' in ' || currency || ' is not what was signed' FROM (
                SELECT d.day AS day, r.currency AS currency, r.category AS category, COALESCE(r.orders, 0) AS orders, r.ledger AS ledger, r.wallets AS wallets, r.psp AS psp
                    FROM ({ProofSql.Rows(FirstMoment, LastMoment)}) AS r JOIN locked_days d ON d.ends_at = (r.at / 86400000000 + 1) * 86400000000
                UNION ALL SELECT f.day, f.currency, f.category, -COALESCE(f.orders, 0), -f.ledger, -f.wallets, -f.psp FROM day_close_figures f JOIN locked_days d ON d.day = f.day WHERE f.category <> 'wallets_at_end') AS both_sides
            GROUP BY day, currency, category HAVING SUM(orders) <> 0 OR SUM(ledger) <> 0 OR SUM(wallets) <> 0 OR SUM(psp) <> 0
            UNION ALL SELECT 'sellers'' wallets in ' || currency || ' at the end of ' || day || ' are not what was signed' FROM (
                SELECT d.day AS day, p.currency AS currency, -p.amount AS ledger FROM locked_days d JOIN journal_entries e ON e.effective_at < d.ends_at JOIN postings p ON p.entry_id = e.entry_id
                    WHERE d.ends_at = (SELECT MAX(ends_at) FROM locked_days) AND p.account LIKE 'seller:%'
                UNION ALL SELECT f.day, f.currency, -f.ledger FROM day_close_figures f JOIN locked_days d ON d.day = f.day WHERE f.category = 'wallets_at_end' AND d.ends_at = (SELECT MAX(ends_at) FROM locked_days)) AS both_sides
            GROUP BY day, currency HAVING SUM(ledger) <> 0
            """),
        new SqlInvariant("close-02", "Nothing was booked into a closed day after it was locked; what happened there and came late stands at the start of an open day.", """
            SELECT 'entry ' || e.entry_id || ' is effective on ' || d.day || ' and was booked after that day was locked' FROM locked_days d
                JOIN journal_entries e ON e.effective_at >= d.starts_at AND e.effective_at < d.ends_at WHERE e.seq > d.last_seq
            UNION ALL SELECT 'entry ' || e.entry_id || ' stands under another day than it happened on, and that day was not locked' FROM journal_entries e WHERE e.happened_at IS NOT NULL
                AND NOT EXISTS (SELECT 1 FROM locked_days d WHERE d.ends_at = e.effective_at AND d.ends_at > e.happened_at AND d.last_seq < e.seq)
            UNION ALL SELECT 'line ' || l.line || ' of ' || l.file_id || ' counts under a moment that is not its own' FROM settlement_lines l WHERE (l.is_counted = 1) <> (l.effective_at IS NOT NULL)
                OR (l.effective_at <> l.created_at AND NOT EXISTS (SELECT 1 FROM locked_days d WHERE d.ends_at = l.effective_at AND d.ends_at > l.created_at))
            UNION ALL SELECT 'the lock of ' || d.day || ' does not join the one before it' FROM locked_days d
                WHERE d.starts_at <> COALESCE((SELECT MAX(b.ends_at) FROM locked_days b WHERE b.ends_at < d.ends_at), 0) OR (d.starts_at > 0 AND d.ends_at - d.starts_at <> 86400000000)
            """),
        new SqlInvariant("close-03", "Each locked day was signed by two people who are not the same, as its approval says; every close that the audit log tells of is there.", """
            SELECT 'day ' || d.day || ' is locked and was not closed' FROM locked_days d WHERE NOT EXISTS (SELECT 1 FROM day_closes c WHERE c.day = d.day AND c.state = 'Closed')
            UNION ALL SELECT 'day ' || c.day || ' is closed and not locked' FROM day_closes c WHERE c.state = 'Closed' AND NOT EXISTS (SELECT 1 FROM locked_days d WHERE d.day = c.day)
            UNION ALL SELECT 'day ' || c.day || ' was signed by ' || c.first_by || ' and ' || COALESCE(c.second_by, 'nobody') FROM day_closes c
                WHERE c.state = 'Closed' AND (c.second_by IS NULL OR c.second_by = c.first_by OR c.first_by NOT LIKE 'user:%' OR c.second_by NOT LIKE 'user:%')
            UNION ALL SELECT 'day ' || c.day || ' names ' || c.approval_id || ', which does not say who signed it' FROM day_closes c LEFT JOIN approvals a ON a.approval_id = c.approval_id AND a.kind = 'day-close' AND a.subject_id = c.day
                WHERE a.approval_id IS NULL OR a.maker <> c.first_by OR a.state <> CASE WHEN c.state = 'Closed' THEN 'Approved' ELSE 'Pending' END OR (c.state = 'Closed' AND a.decided_by <> c.second_by)
            UNION ALL SELECT 'day ' || l.object_id || ' was closed by line ' || l.seq || ' of the audit log, and its close is not there' FROM audit_log l WHERE l.action = 'day.close'
                AND NOT EXISTS (SELECT 1 FROM day_closes c WHERE c.day = l.object_id AND c.state = 'Closed' AND c.digest = l.after)
            UNION ALL SELECT 'day ' || c.day || ' is closed, and the audit log does not tell of it' FROM day_closes c WHERE c.state = 'Closed'
                AND NOT EXISTS (SELECT 1 FROM audit_log l WHERE l.object_id = c.day AND l.action = 'day.close' AND l.actor = c.second_by)
            """),
    ];
}

/// <summary>What was signed is still what stands there: the digest covers the frozen figures and differences, the MAC the digest and the signatures.</summary>
internal sealed class CloseMacInvariant(KeyRing keys) : IInvariant
{
    public string Code => "close-04";

    public string Rule => "The frozen figures and the signatures of each day are as they were signed.";

    public async Task<InvariantReport> CheckAsync(DbConnection snapshot, CancellationToken cancellationToken)
    {
        var findings = new List<string>();
        foreach (var close in await snapshot.ReadAsync($"SELECT {DayClose.Columns} FROM day_closes ORDER BY day", [], DayClose.Read, cancellationToken).ConfigureAwait(false))
        {
            if (findings.Count >= InvariantReport.MostFindings) break;
            if (!keys.TryGet(close.KeyId, out var key) || !close.MacUnder(key).AsSpan().SequenceEqual(close.Mac)) findings.Add($"the close of {close.Day} was changed after it was signed");
            var (figures, items) = await CloseQueries.FrozenAsync(snapshot, close.Day, cancellationToken).ConfigureAwait(false);
            if (DayProof.DigestOf(CloseDesk.DayOf(close), figures, items) != close.Digest) findings.Add($"the figures of {close.Day} are not those under which its signatures stand");
            if (DayProof.NamesOf(items) != close.Names) findings.Add($"the differences of {close.Day} are not named as they were when it was signed");
        }
        return findings.Count == 0 ? InvariantReport.Green : new InvariantReport(findings);
    }
}
