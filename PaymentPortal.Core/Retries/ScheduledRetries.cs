using System.Data.Common;
using System.Globalization;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Retries;

/// <summary>A step that failed or is held and will be tried again.</summary>
public sealed record ScheduledRow(
    string TaskId, string Kind, string SubjectId, DateTimeOffset DueAt, int Tries, bool IsHeld, bool IsUnderWay, string? LastError, string? Operation, ErrorClass? ErrorClass, string? ErrorCode, DateTimeOffset? FailingSince);

/// <summary>Which of the waiting steps; what is null is not asked for.</summary>
public sealed record ScheduledFilter(string? Operation = null, ErrorClass? ErrorClass = null, string? Text = null, DateTimeOffset? DueBefore = null, bool OnlyHeld = false)
{
    public bool IsAll => this == new ScheduledFilter();
}

/// <summary>What will be tried next and when, and what a person may do about one: run it now, or end its tries.</summary>
public sealed class ScheduledRetries(WriteLane lane, SqlDialect dialect, DeadLetters letters, RetryWorker worker, TimeProvider time, AuditLog audit)
{
    private const string Select = "SELECT t.task_id, t.kind, t.subject_id, t.due_at, t.tries, t.is_held, t.lease_until, t.last_error, t.operation, t.error_class, t.error_code, t.failing_since FROM retry_tasks t";
    private const string Waiting = "t.state = 'Due' AND t.last_error IS NOT NULL";

    /// <summary>Soonest first. The cursor is the due time and the id of the last row.</summary>
    public async Task<ListSlice<ScheduledRow>> ListAsync(ScheduledFilter filter, string? after, int size, CancellationToken cancellationToken)
    {
        var (moment, id) = after?.Split('~') is [var first, var second] && long.TryParse(first, CultureInfo.InvariantCulture, out var at) ? (at, second) : (long.MinValue, "");
        await using var connection = dialect.OpenReader();
        var rows = await connection.ReadAsync(
            $"""
            {Select}
            WHERE {Waiting} AND ($1 IS NULL OR t.operation = $1) AND ($2 IS NULL OR t.subject_id = $2 OR t.task_id = $2) AND (NOT $3 OR t.is_held)
                AND ($4 IS NULL OR t.error_class = $4) AND ($5 IS NULL OR t.due_at < $5) AND (t.due_at > $6 OR (t.due_at = $6 AND t.task_id > $7))
            ORDER BY t.due_at, t.task_id LIMIT $8
            """,
            [filter.Operation, filter.Text, filter.OnlyHeld, filter.ErrorClass, filter.DueBefore, moment, id, size + 1],
            Read, cancellationToken).ConfigureAwait(false);
        var hasMore = rows.Count > size;
        if (hasMore) rows.RemoveAt(size);
        return new ListSlice<ScheduledRow>(rows, null, hasMore ? string.Create(CultureInfo.InvariantCulture, $"{rows[^1].DueAt.ToMicroseconds()}~{rows[^1].TaskId}") : null);
    }

    /// <summary>Those of the given steps that still wait for another try.</summary>
    public async Task<IReadOnlyList<ScheduledRow>> ReadAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        if (ids.Count == 0) return [];
        await using var connection = dialect.OpenReader();
        return await connection.ReadAsync($"{Select} WHERE {Waiting} AND t.task_id IN ({string.Join(", ", ids.Select((_, at) => string.Create(CultureInfo.InvariantCulture, $"${at + 1}")))})", ids, Read, cancellationToken).ConfigureAwait(false);
    }

    public async Task<int> CountAsync(int most, CancellationToken cancellationToken)
    {
        await using var connection = dialect.OpenReader();
        return (await connection.ReadAsync($"SELECT COUNT(*) FROM (SELECT 1 FROM retry_tasks t WHERE {Waiting} LIMIT {most})", [], row => row.GetInt32(0), cancellationToken).ConfigureAwait(false))[0];
    }

    /// <summary>Tries one step now. While the PSP's circuit is open it is held again, and the answer says so.</summary>
    public async Task<Result<string>> RunNowAsync(string kind, string subjectId, Actor actor, CancellationToken cancellationToken)
    {
        var claimed = await lane.RunAsync(unit => Claim(unit, kind, subjectId, actor), cancellationToken).ConfigureAwait(false);
        if (claimed.IsRefused) return claimed.Refusal!;
        return await worker.RunOneAsync(claimed.Value, CancellationToken.None).ConfigureAwait(false) switch
        {
            TaskEnd.Held held => $"Not tried: {held.Why}",
            TaskEnd.Again again => $"It failed again: {again.Failure.Reason}",
            TaskEnd.Dead dead => $"It failed for good: {dead.Failure.Reason}",
            _ => "It ran.",
        };
    }

    /// <summary>Ends the automatic tries of a step: it becomes a dead letter that says who did it. Refused where only the PSP's word may end it.</summary>
    public Task<Result<string>> CancelAsync(string kind, string subjectId, string reason, Actor actor, CancellationToken cancellationToken) =>
        lane.RunAsync(unit => Cancel(unit, kind, subjectId, reason, actor), cancellationToken);

    private Result<ClaimedTask> Claim(UnitOfWork unit, string kind, string subjectId, Actor actor)
    {
        if (worker.ClaimNow(unit, kind, subjectId) is not { } task) return NotWaiting;
        audit.Write(unit, new AuditEntry(actor, "retry.run-now", subjectId));
        return task;
    }

    private Result<string> Cancel(UnitOfWork unit, string kind, string subjectId, string reason, Actor actor)
    {
        if (string.IsNullOrWhiteSpace(reason)) return new Refusal(RefusalCodes.Missing, 422, "Say why it should not be tried again.", "reason");
        if (letters.Find(kind) is not { } step) return new Refusal(RefusalCodes.StateConflict, 409, "This kind of step can't be cancelled.");
        if (step.WhyNotGiveUp(unit, subjectId) is { } why) return new Refusal(RefusalCodes.StateConflict, 409, why, Money: MoneyEffect.Unknown);
        if (worker.ClaimNow(unit, kind, subjectId) is not { } task) return NotWaiting;
        letters.Bury(unit, task, new TaskFailure(kind, ErrorClass.Rejected, TaskFailure.Us, "canceled_by_staff", reason.Trim(), MoneyEffect.None));
        audit.Write(unit, new AuditEntry(actor, "retry.cancel", subjectId) { Reason = reason.Trim() });
        return "Cancelled. It stands under Dead letters, where it can be redriven or discarded.";
    }

    private ScheduledRow Read(DbDataReader row) => new(
        row.GetString(0), row.GetString(1), row.GetString(2), row.Moment(3), row.GetInt32(4), row.GetBoolean(5), row.Moment(6) > time.GetUtcNow(), row.TextOrNull(7), row.TextOrNull(8),
        row.TextOrNull(9) is { } error ? Enum.Parse<ErrorClass>(error) : null, row.TextOrNull(10), row.MomentOrNull(11));

    private static Refusal NotWaiting => new(RefusalCodes.StateConflict, 409, "It is being tried at this moment, or it is done; nothing was changed.");
}
