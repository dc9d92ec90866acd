using PaymentPortal.Core.Integrity;

namespace PaymentPortal.Core.Ledger;

/// <summary>What must be true of the books in every committed state, each rule as the query that finds its exceptions.</summary>
public static class LedgerInvariants
{
    public static IReadOnlyList<IInvariant> All { get; } =
    [
        new SqlInvariant("ledger-01", "Every entry has at least two postings and balances in each currency; no posting stands without its entry.", """
            SELECT 'entry ' || entry_id || ' is off by ' || SUM(amount) || ' ' || currency FROM postings GROUP BY entry_id, currency HAVING SUM(amount) <> 0
            UNION ALL SELECT 'entry ' || e.entry_id || ' has fewer than two postings' FROM journal_entries e WHERE (SELECT COUNT(*) FROM postings p WHERE p.entry_id = e.entry_id) < 2
            UNION ALL SELECT 'posting ' || p.line || ' belongs to no entry: ' || p.entry_id FROM postings p WHERE NOT EXISTS (SELECT 1 FROM journal_entries e WHERE e.entry_id = p.entry_id)
            """),
        new SqlInvariant("ledger-02", "All postings together sum to zero in each currency.", """
            SELECT 'the books are off by ' || SUM(amount) || ' ' || currency FROM postings GROUP BY currency HAVING SUM(amount) <> 0
            """),
        new SqlInvariant("ledger-03", "Each account snapshot is the sum of the account's postings up to its entry.", """
            SELECT 'snapshot of ' || account || ' in ' || currency || ' at entry ' || seq || ' says ' || balance
            FROM (SELECT account, currency, seq, balance,
                         LAG(balance, 1, 0) OVER (PARTITION BY account, currency ORDER BY seq) AS earlier_balance,
                         LAG(seq, 1, 0) OVER (PARTITION BY account, currency ORDER BY seq) AS earlier_seq
                  FROM account_snapshots) AS step
            WHERE balance - earlier_balance <>
                  (SELECT COALESCE(SUM(p.amount), 0) FROM postings p WHERE p.account = step.account AND p.currency = step.currency AND p.seq > step.earlier_seq AND p.seq <= step.seq)
            """),
        new ChartInvariant(),
        new SqlInvariant("ledger-05", "Every line repeats its entry's place and availability, and lines are numbered from 1 without a gap.", """
            SELECT 'line ' || p.line || ' of entry ' || p.entry_id || ' says other than its entry'
            FROM postings p JOIN journal_entries e ON e.entry_id = p.entry_id
            WHERE p.seq <> e.seq OR (p.available_on IS NOT NULL AND (e.available_on IS NULL OR p.available_on <> e.available_on))
               OR (p.available_on IS NULL AND e.available_on IS NOT NULL AND p.amount < 0 AND p.account LIKE 'seller:%:payable')
            UNION ALL SELECT 'lines of entry ' || entry_id || ' are not 1 to ' || COUNT(*) FROM postings GROUP BY entry_id HAVING MIN(line) <> 1 OR MAX(line) <> COUNT(*)
            """),
        new SqlInvariant("ledger-06", "An entry is reversed at most once, by its exact opposite, and a reversal is never reversed.", """
            SELECT 'entry ' || reverses || ' is reversed ' || COUNT(*) || ' times' FROM journal_entries WHERE reverses IS NOT NULL GROUP BY reverses HAVING COUNT(*) > 1
            UNION ALL SELECT 'entry ' || entry_id || ' does not name what it reverses as its source' FROM journal_entries
                WHERE (kind = 'Reversal' AND (reverses IS NULL OR reverses <> source_id)) OR (kind <> 'Reversal' AND reverses IS NOT NULL)
            UNION ALL SELECT 'entry ' || r.entry_id || ' reverses a reversal' FROM journal_entries r JOIN journal_entries o ON o.entry_id = r.reverses WHERE o.kind = 'Reversal'
            UNION ALL SELECT 'entry ' || r.entry_id || ' is not the exact opposite of ' || r.reverses FROM journal_entries r WHERE r.reverses IS NOT NULL AND (
                (SELECT COUNT(*) FROM postings p WHERE p.entry_id = r.entry_id) <> (SELECT COUNT(*) FROM postings p WHERE p.entry_id = r.reverses)
                OR EXISTS (SELECT 1 FROM postings p WHERE p.entry_id = r.entry_id AND NOT EXISTS (
                    SELECT 1 FROM postings o WHERE o.entry_id = r.reverses AND o.line = p.line AND o.account = p.account AND o.currency = p.currency AND o.amount = -p.amount)))
            """),
        new SqlInvariant("ledger-07", "Entries are numbered from 1 without a gap within their chain, and each chain has its head.", """
            SELECT 'chain ' || chain_id || ' holds ' || COUNT(*) || ' entries numbered ' || MIN(seq) || ' to ' || MAX(seq) FROM journal_entries
                GROUP BY chain_id HAVING MIN(seq) <> 1 OR MAX(seq) <> COUNT(*) OR COUNT(DISTINCT seq) <> COUNT(*)
            UNION ALL SELECT DISTINCT 'chain ' || e.chain_id || ' has no head' FROM journal_entries e WHERE NOT EXISTS (SELECT 1 FROM chain_heads h WHERE h.chain_id = e.chain_id)
            """),
        new SqlInvariant("ledger-08", "One cause is booked at most once per kind, the kind is known and the cause is named.", $"""
            SELECT kind || ' of ' || source_id || ' is booked ' || COUNT(*) || ' times' FROM journal_entries GROUP BY kind, source_id HAVING COUNT(*) > 1
            UNION ALL SELECT 'entry ' || entry_id || ' has the unknown kind ' || kind FROM journal_entries WHERE kind NOT IN ({string.Join(", ", Enum.GetNames<EntryKind>().Select(kind => $"'{kind}'"))})
            UNION ALL SELECT 'entry ' || entry_id || ' names no cause' FROM journal_entries WHERE source_id = ''
            """),
    ];
}
