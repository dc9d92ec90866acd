using PaymentPortal.Core.Integrity;

namespace PaymentPortal.Core.Retries;

/// <summary>What must be true of next steps, dead letters and redrives in every committed state.</summary>
internal static class RetryInvariants
{
    public static readonly IReadOnlyList<IInvariant> All =
    [
        new AuditedInvariant("policies-01", "The retry policy in force is the one that was published last.", RetryPolicyDesk.Published,
            $"SELECT operation || '/' || error_class, {RetryPolicyVersion.Figures} FROM retry_policies WHERE state = 'Published'", row => (row.GetString(0), PolicyWords.Of(RetryPolicyVersion.Read(row, 1))), isLastOnly: true),
        // Open letters are asked for in the words of their index: by state alone each dead step would look through all of them.
        new SqlInvariant("retries-01", "A dead step has its open case file, and an open file that nobody redrives has its dead step.", """
            SELECT 'step ' || t.kind || ' ' || t.subject_id || ' is dead and has no open letter' FROM retry_tasks t WHERE t.state = 'Dead'
                AND NOT EXISTS (SELECT 1 FROM dead_letters d WHERE d.kind = t.kind AND d.subject_id = t.subject_id AND d.state IN ('Open', 'Redriving') AND d.state <> 'Redriving')
            UNION ALL SELECT 'letter ' || d.dead_letter_id || ' is ' || d.state || ' and its step is gone' FROM dead_letters d WHERE d.state IN ('Open', 'Redriving')
                AND NOT EXISTS (SELECT 1 FROM retry_tasks t WHERE t.kind = d.kind AND t.subject_id = d.subject_id)
            UNION ALL SELECT 'letter ' || d.dead_letter_id || ' is closed without its time' FROM dead_letters d WHERE d.state IN ('Resolved', 'Discarded') AND d.closed_at IS NULL
            UNION ALL SELECT 'letter ' || d.dead_letter_id || ' was discarded by nobody or for no reason' FROM dead_letters d WHERE d.state = 'Discarded' AND (d.closed_by IS NULL OR d.close_reason IS NULL)
            """),
        new SqlInvariant("retries-02", "A redrive that runs has its step, one that does not has none, and no item waits in an ended one.", """
            SELECT 'redrive ' || r.redrive_id || ' is ' || r.state || ' and nothing drives it' FROM redrives r WHERE r.state = 'Running' AND NOT EXISTS (SELECT 1 FROM retry_tasks t WHERE t.kind = 'redrive' AND t.subject_id = r.redrive_id)
            UNION ALL SELECT 'redrive ' || r.redrive_id || ' is ' || r.state || ' and is still driven' FROM redrives r JOIN retry_tasks t ON t.kind = 'redrive' AND t.subject_id = r.redrive_id WHERE r.state <> 'Running'
            UNION ALL SELECT 'item ' || i.seq || ' of ' || i.redrive_id || ' waits for ever' FROM redrive_items i JOIN redrives r ON r.redrive_id = i.redrive_id WHERE i.state = 'Waiting' AND r.state IN ('Stopped', 'Done')
            UNION ALL SELECT 'redrive ' || r.redrive_id || ' of ' || r.total || ' has ' || COUNT(i.seq) || ' items' FROM redrives r LEFT JOIN redrive_items i ON i.redrive_id = r.redrive_id GROUP BY r.redrive_id, r.total HAVING COUNT(i.seq) <> r.total
            """),
        new SqlInvariant("retries-03", "At most one open redrive holds an item, and each names who asked for it and why.", """
            SELECT 'letter ' || dead_letter_id || ' is in ' || COUNT(*) || ' redrives at once' FROM redrive_items WHERE state IN ('Waiting', 'Working') GROUP BY dead_letter_id HAVING COUNT(*) > 1
            UNION ALL SELECT 'redrive ' || redrive_id || ' names nobody' FROM redrives WHERE made_by = '' OR reason = ''
            """),
    ];
}
