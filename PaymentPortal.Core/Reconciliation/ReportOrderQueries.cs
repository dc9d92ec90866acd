using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Reconciliation;

/// <summary>How far an ordered report is.</summary>
public enum ReportOrderState
{
    /// <summary>Asked for again and again until the PSP has made it.</summary>
    Waiting,

    /// <summary>A dead letter: a person redrives it.</summary>
    Dead,

    /// <summary>Its file is read in.</summary>
    Done,
}

/// <summary>One ordered report: the file that came of it, or what it waits for and when it is looked at again, or the cause of its dead letter.</summary>
public sealed record ReportOrderRow(string OrderId, SettlementKind Kind, DateTimeOffset Day, ReportOrderState State, string? FileId, DateTimeOffset? NextLook, string? Why, string? CauseKey);

/// <summary>Reads the reports that were ordered from the PSP.</summary>
public sealed class ReportOrderQueries(SqlDialect dialect)
{
    private const int Most = 60;

    /// <summary>All that are not here yet, and those of the days since; the newest day first.</summary>
    public async Task<IReadOnlyList<ReportOrderRow>> ListAsync(DateTimeOffset since, CancellationToken cancellationToken)
    {
        await using var connection = dialect.OpenReader();
        return await connection.ReadAsync(
            """
            SELECT o.order_id, o.kind, o.period_from, o.file_id, o.done_at, t.state, t.due_at, t.last_error, d.cause_key
            FROM report_orders o
            LEFT JOIN retry_tasks t ON t.kind = $1 AND t.subject_id = o.order_id
            LEFT JOIN dead_letters d ON d.dead_letter_id = t.dead_letter_id
            WHERE o.done_at IS NULL OR o.period_from >= $2
            ORDER BY o.period_from DESC, o.kind LIMIT $3
            """,
            [SettlementReports.Step, since, Most],
            row =>
            {
                var state = row.MomentOrNull(4) is not null ? ReportOrderState.Done : row.TextOrNull(5) == nameof(TaskState.Dead) ? ReportOrderState.Dead : ReportOrderState.Waiting;
                return new ReportOrderRow(
                    row.GetString(0), Enum.Parse<SettlementKind>(row.GetString(1)), row.Moment(2), state, row.TextOrNull(3),
                    state == ReportOrderState.Waiting ? row.MomentOrNull(6) : null, state == ReportOrderState.Done ? null : row.TextOrNull(7), row.TextOrNull(8));
            },
            cancellationToken).ConfigureAwait(false);
    }
}
