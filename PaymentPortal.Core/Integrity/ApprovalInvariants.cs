namespace PaymentPortal.Core.Integrity;

/// <summary>What must be true of approvals in every committed state. Whether the thing itself waits, its own feature proves.</summary>
public static class ApprovalInvariants
{
    /// <summary>What people moved without a second person: what it was, who, how much, and when.</summary>
    private const string Alone = """
        SELECT a.what, a.currency, a.amount, a.at, COALESCE(k.owner_id, CASE WHEN a.maker LIKE 'user:%' THEN SUBSTR(a.maker, 6) ELSE a.maker END) AS person FROM (
            SELECT 'payout ' || p.payout_id AS what, p.requested_by AS maker, p.currency, p.amount, h.at FROM payouts p JOIN payout_history h ON h.payout_id = p.payout_id AND h.cause = 'WithinLimit'
            UNION ALL SELECT 'refund ' || r.refund_id, r.made_by, r.currency, r.amount, h.at FROM refunds r JOIN return_history h ON h.item_id = r.refund_id AND h.cause = 'WithinLimit'
            UNION ALL SELECT 'owed refund ' || f.session_id, l.actor, f.currency, f.amount, l.at FROM finance_tasks f JOIN audit_log l ON l.object_id = f.session_id AND l.action = 'refund.paid-elsewhere'
                WHERE f.state = 'PaidElsewhere' AND NOT EXISTS (SELECT 1 FROM approvals o WHERE o.kind = 'owed-paid' AND o.subject_id = f.session_id AND o.state = 'Approved')
            UNION ALL SELECT 'dispute ' || d.dispute_id, l.actor, d.currency, d.amount, l.at FROM disputes d JOIN audit_log l ON l.object_id = d.dispute_id AND l.action = 'dispute.bearer' AND l.after = 'Platform'
                WHERE d.bearer = 'Platform' AND d.is_withdrawn = 1 AND NOT EXISTS (SELECT 1 FROM approvals o WHERE o.kind = 'dispute-bearer' AND o.subject_id = d.dispute_id AND o.state = 'Approved')) AS a
            LEFT JOIN api_keys k ON a.maker = 'key:' || k.key_id
        """;

    public static IReadOnlyList<IInvariant> All { get; } =
    [
        new SqlInvariant("approvals-01", "Nobody decides what he asked for, neither himself nor through an API key of his; only a member of staff approves, and every key's owner is one.", """
            SELECT 'approval ' || a.approval_id || ' was ' || a.state || ' by ' || a.decided_by || ', who asked for it' FROM approvals a LEFT JOIN api_keys k ON a.decided_by = 'key:' || k.key_id
                WHERE a.state IN ('Approved', 'Refused') AND (a.decided_by = a.maker OR a.decided_by = 'user:' || a.maker_person OR k.owner_id = a.maker_person)
            UNION ALL SELECT 'approval ' || a.approval_id || ' was Approved by ' || a.decided_by || ', who is no member of staff' FROM approvals a
                WHERE a.state = 'Approved' AND a.decided_by NOT LIKE 'user:%' AND NOT (a.decided_by LIKE 'key:%' AND EXISTS (SELECT 1 FROM api_keys k WHERE k.key_id = SUBSTR(a.decided_by, 5) AND k.owner_id IS NOT NULL))
            UNION ALL SELECT 'key ' || k.key_id || ' belongs to ' || k.owner_id || ', who is no member of staff' FROM api_keys k WHERE k.owner_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM staff_users s WHERE s.id = k.owner_id)
            """),
        new SqlInvariant("approvals-02", "An approval is pending, or it says who ended it and when; the audit log has its ask and its end once each, as it says.", """
            SELECT 'approval ' || approval_id || ' is ' || state || ', decided by ' || COALESCE(decided_by, 'nobody') FROM approvals
                WHERE (state = 'Pending') <> (decided_by IS NULL) OR (state = 'Pending') <> (decided_at IS NULL)
            UNION ALL SELECT 'approval ' || a.approval_id || ' was asked for ' || COUNT(l.seq) || ' times' FROM approvals a LEFT JOIN audit_log l ON l.object_id = a.approval_id AND l.action = 'approval.ask' AND l.actor = a.maker
                GROUP BY a.approval_id HAVING COUNT(l.seq) <> 1
            UNION ALL SELECT 'approval ' || a.approval_id || ' is ' || a.state || ' and ended ' || COUNT(l.seq) || ' times' FROM approvals a LEFT JOIN audit_log l ON l.object_id = a.approval_id AND l.action = 'approval.end'
                GROUP BY a.approval_id, a.state, a.decided_by
                HAVING COUNT(l.seq) <> CASE WHEN a.state = 'Pending' THEN 0 ELSE 1 END OR COUNT(l.seq) <> COUNT(CASE WHEN (l.after = a.state OR l.after LIKE a.state || ' as %') AND l.actor = a.decided_by THEN 1 END)
            UNION ALL SELECT 'line ' || l.seq || ' of the audit log is about ' || l.object_id || ', which is not there' FROM audit_log l WHERE l.action IN ('approval.ask', 'approval.end')
                AND NOT EXISTS (SELECT 1 FROM approvals a WHERE a.approval_id = l.object_id)
            """),
        new SqlInvariant("approvals-03", "What each checker has approved is what counts against his daily limits.", """
            SELECT person || ' in ' || currency || ' is off by ' || SUM(amount) FROM (
                SELECT person, currency, amount FROM approval_sums WHERE side = 'checked'
                UNION ALL SELECT COALESCE(k.owner_id, SUBSTR(a.decided_by, 6)), a.currency, -a.amount FROM approvals a LEFT JOIN api_keys k ON a.decided_by = 'key:' || k.key_id
                    WHERE a.state = 'Approved' AND a.amount IS NOT NULL) AS both_sides
            GROUP BY person, currency HAVING SUM(amount) <> 0
            """),
        new SqlInvariant("approvals-04", "What went out was approved by a second person, counts against what its maker may move alone, or was made by the PSP itself.", $"""
            SELECT 'payout ' || p.payout_id || ' is ' || p.status || ' and nobody let it go' FROM payouts p WHERE p.status IN ('APPROVED', 'SENDING', 'IN_TRANSIT', 'PAID', 'FAILED', 'RETURNED')
                AND NOT EXISTS (SELECT 1 FROM payout_history h WHERE h.payout_id = p.payout_id AND h.cause IN ('WithinLimit', 'MadeByPsp'))
                AND NOT EXISTS (SELECT 1 FROM approvals a WHERE a.kind = 'payout' AND a.subject_id = p.payout_id AND a.state = 'Approved' AND a.amount = p.amount AND a.currency = p.currency)
            UNION ALL SELECT 'refund ' || r.refund_id || ' is ' || r.status || ' and nobody let it go' FROM refunds r WHERE r.status IN ('APPROVED', 'SENT', 'SUCCEEDED', 'FAILED')
                AND NOT EXISTS (SELECT 1 FROM return_history h WHERE h.item_id = r.refund_id AND h.cause = 'WithinLimit')
                AND NOT EXISTS (SELECT 1 FROM approvals a WHERE a.kind = 'refund' AND a.subject_id = r.refund_id AND a.state = 'Approved' AND a.amount = r.amount AND a.currency = r.currency)
            UNION ALL SELECT person || ' moved ' || -SUM(amount) || ' in ' || currency || ' more alone than counts against his limits' FROM (
                SELECT person, currency, amount FROM approval_sums WHERE side = 'alone'
                UNION ALL SELECT m.person, m.currency, -m.amount FROM ({Alone}) AS m) AS both_sides
                GROUP BY person, currency HAVING SUM(amount) < 0
            """),
        // By the audit log, which is chained: roles are given and taken there, and the decision says as what it was made.
        new SqlInvariant("approvals-05", "Whoever approved or refused was enabled and held the role for it at that moment.", """
            SELECT 'approval ' || approval_id || ' was ' || after || ' by ' || person || ', whom the audit log does not show as an enabled holder of ' || role || ' then' FROM (
                SELECT a.approval_id, l.after, l.seq, COALESCE(k.owner_id, SUBSTR(a.decided_by, 6)) AS person, CASE WHEN a.kind IN ('role-grant', 'retry-policy') THEN 'Admin' ELSE 'Finance' END AS role, a.state
                    FROM approvals a JOIN audit_log l ON l.object_id = a.approval_id AND l.action = 'approval.end' LEFT JOIN api_keys k ON a.decided_by = 'key:' || k.key_id
                    WHERE a.state IN ('Approved', 'Refused')) AS decided
            WHERE after <> state || ' as ' || role
                OR COALESCE((SELECT g.action FROM audit_log g WHERE g.object_id = person AND g.seq < decided.seq
                    AND ((g.action IN ('staff.create', 'staff.role-give') AND g.after = role) OR (g.action = 'staff.role-take' AND g.before = role)) ORDER BY g.seq DESC LIMIT 1), 'staff.role-take') = 'staff.role-take'
                OR (SELECT g.action FROM audit_log g WHERE g.object_id = person AND g.seq < decided.seq AND g.action IN ('staff.disable', 'staff.enable') ORDER BY g.seq DESC LIMIT 1) = 'staff.disable'
            """),
        new SqlInvariant("approvals-06", "Nobody moved more alone, at once or in a day, nor approved more in a day, than the limits of that time allowed.", $"""
            SELECT person || ' came to ' || amount || ' in ' || currency || ' (' || side || ') on a day with a limit of ' || daily_limit FROM approval_sums WHERE amount > daily_limit
            UNION ALL SELECT m.what || ' moved ' || m.amount || ' in ' || m.currency || ' without a second person, where ' || COALESCE(s.single_limit, 0) || ' was allowed' FROM ({Alone}) AS m
                LEFT JOIN approval_sums s ON s.person = m.person AND s.side = 'alone' AND s.currency = m.currency AND s.day <= m.at AND s.day > m.at - 86400000000
                WHERE s.person IS NULL OR m.amount > s.single_limit
            """),
    ];
}
