using System.Data.Common;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Retries;

/// <summary>A task under a lease of ours. Only the holder of the newest fence may write its end.</summary>
public sealed record ClaimedTask(TaskId Id, string Kind, string SubjectId, int Tries, long Fence);

/// <summary>The lease ran out and another worker took the task: whatever we wanted to write about it is void.</summary>
public sealed class LeaseLostException(string taskId) : Exception($"The lease on {taskId} was lost to another worker.");

/// <summary>The task table, written inside units only, so that a step and the next step are one commit.</summary>
public static class RetryQueue
{
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    /// <summary>Given with every step that is due at once, so that the worker need not wait for its timer.</summary>
    internal const string DueNow = "retries.due";

    /// <summary>Makes sure that the step is waiting, not later than <paramref name="dueAt"/>. A dead task of the same step comes alive again.</summary>
    public static void Add(UnitOfWork unit, string kind, string subjectId, DateTimeOffset dueAt)
    {
        unit.Execute(
            """
            INSERT INTO retry_tasks (task_id, kind, subject_id, state, due_at, tries, lease_until, fence, created_at)
            VALUES ($1, $2, $3, 'Due', $4, 0, 0, 0, $5)
            ON CONFLICT (kind, subject_id) DO UPDATE SET state = 'Due', due_at = CASE WHEN retry_tasks.state = 'Dead' OR excluded.due_at < retry_tasks.due_at THEN excluded.due_at ELSE retry_tasks.due_at END
            """,
            unit.NewId<TaskId>().Value, kind, subjectId, dueAt, unit.Now);
        if (dueAt <= unit.Now) unit.Signal(DueNow);
    }

    /// <summary>Adds a step that the caller works on at once: it is born under the caller's lease, and another worker takes it up if the caller dies.</summary>
    public static ClaimedTask AddClaimed(UnitOfWork unit, string kind, string subjectId)
    {
        var id = unit.NewId<TaskId>();
        unit.Execute(
            "INSERT INTO retry_tasks (task_id, kind, subject_id, state, due_at, tries, lease_until, fence, created_at) VALUES ($1, $2, $3, 'Due', $4, 0, $5, 1, $4)",
            id.Value, kind, subjectId, unit.Now, unit.Now + Lease);
        return new ClaimedTask(id, kind, subjectId, 0, 1);
    }

    /// <summary>Sets the time of a step, whether that is earlier or later.</summary>
    public static void Move(UnitOfWork unit, string kind, string subjectId, DateTimeOffset dueAt) =>
        unit.Execute("UPDATE retry_tasks SET due_at = $3 WHERE kind = $1 AND subject_id = $2 AND state = 'Due'", kind, subjectId, dueAt);

    public static List<ClaimedTask> ClaimDue(UnitOfWork unit, int limit) =>
        unit.Query(
            """
            UPDATE retry_tasks SET lease_until = $2, fence = fence + 1
            WHERE task_id IN (SELECT task_id FROM retry_tasks WHERE state = 'Due' AND due_at <= $1 AND lease_until <= $1 ORDER BY due_at LIMIT $3)
            RETURNING task_id, kind, subject_id, tries, fence
            """,
            Read, unit.Now, unit.Now + Lease, limit);

    /// <summary>Takes one step whatever its time, for a person or a request that wants it now; null when it doesn't exist or somebody works on it.</summary>
    public static ClaimedTask? ClaimNow(UnitOfWork unit, string kind, string subjectId) =>
        unit.QueryFirst(
            """
            UPDATE retry_tasks SET lease_until = $4, fence = fence + 1
            WHERE kind = $1 AND subject_id = $2 AND state = 'Due' AND lease_until <= $3
            RETURNING task_id, kind, subject_id, tries, fence
            """,
            Read, kind, subjectId, unit.Now, unit.Now + Lease);

    /// <summary>Ends a step in the unit that holds its effect.</summary>
    public static void Finish(UnitOfWork unit, ClaimedTask task) =>
        Fenced(task, unit.Execute("DELETE FROM retry_tasks WHERE task_id = $1 AND fence = $2", task.Id.Value, task.Fence));

    /// <summary>Removes a step whoever holds it: its subject is settled. The holder's own write is then refused by its fence.</summary>
    public static void Remove(UnitOfWork unit, string kind, string subjectId) =>
        unit.Execute("DELETE FROM retry_tasks WHERE kind = $1 AND subject_id = $2", kind, subjectId);

    /// <summary>Gives the step back for a later time.</summary>
    public static void Reschedule(UnitOfWork unit, ClaimedTask task, DateTimeOffset dueAt, string? error, bool countsAsTry)
    {
        Fenced(task, unit.Execute(
            "UPDATE retry_tasks SET due_at = $3, lease_until = 0, tries = tries + $4, last_error = $5 WHERE task_id = $1 AND fence = $2",
            task.Id.Value, task.Fence, dueAt, countsAsTry ? 1 : 0, Cut(error)));
        if (dueAt <= unit.Now) unit.Signal(DueNow);
    }

    public static void Bury(UnitOfWork unit, ClaimedTask task, string error) =>
        Fenced(task, unit.Execute(
            "UPDATE retry_tasks SET state = 'Dead', lease_until = 0, tries = tries + 1, last_error = $3 WHERE task_id = $1 AND fence = $2",
            task.Id.Value, task.Fence, Cut(error)));

    /// <summary>Voids every lease. Only for the start of the one process of an embedded store: whoever held them is dead, and waiting them out would keep buyers waiting.</summary>
    public static int ReleaseAll(UnitOfWork unit) => unit.Execute("UPDATE retry_tasks SET lease_until = 0, fence = fence + 1 WHERE lease_until > 0");

    private static void Fenced(ClaimedTask task, int rows)
    {
        if (rows != 1) throw new LeaseLostException(task.Id.Value);
    }

    private static string? Cut(string? error) => error is { Length: > 500 } ? error[..500] : error;

    private static ClaimedTask Read(DbDataReader row) =>
        new(new TaskId(row.GetString(0)), row.GetString(1), row.GetString(2), row.GetInt32(3), row.GetInt64(4));
}
