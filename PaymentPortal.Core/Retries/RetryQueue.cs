using System.Data.Common;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Retries;

/// <summary>A task under a lease of ours. Only the holder of the newest fence may write its end.</summary>
public sealed record ClaimedTask(TaskId Id, string Kind, string SubjectId, int Tries, int Polls, DateTimeOffset? FailingSince, long Fence);

/// <summary>The lease ran out and another worker took the task: whatever we wanted to write about it is void.</summary>
public sealed class LeaseLostException(string taskId) : Exception($"The lease on {taskId} was lost to another worker.");

/// <summary>The task table, written inside units only, so that a step and the next step are one commit.</summary>
public static class RetryQueue
{
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    /// <summary>Given with every step that is due at once, so that the worker need not wait for its timer.</summary>
    internal const string DueNow = "retries.due";

    /// <summary>Given whenever a step begins to fail, fails on, or gets well: open pages listen to it.</summary>
    public const string Changed = "retries.changed";

    private const string Claimed = "task_id, kind, subject_id, tries, polls, failing_since, fence";

    /// <summary>Makes sure that the step is waiting, not later than <paramref name="dueAt"/>. A dead task of the same step comes alive again.</summary>
    public static void Add(UnitOfWork unit, string kind, string subjectId, DateTimeOffset dueAt)
    {
        unit.Execute(
            """
            INSERT INTO retry_tasks (task_id, kind, subject_id, state, due_at, tries, lease_until, fence, created_at)
            VALUES ($1, $2, $3, 'Due', $4, 0, 0, 0, $5)
            ON CONFLICT (kind, subject_id) DO UPDATE SET state = 'Due', tries = CASE WHEN retry_tasks.state = 'Dead' THEN 0 ELSE retry_tasks.tries END,
                failing_since = CASE WHEN retry_tasks.state = 'Dead' THEN NULL ELSE retry_tasks.failing_since END,
                due_at = CASE WHEN retry_tasks.state = 'Dead' OR excluded.due_at < retry_tasks.due_at THEN excluded.due_at ELSE retry_tasks.due_at END
            """,
            unit.NewId<TaskId>().Value, kind, subjectId, dueAt, unit.Now);
        SignalIfDue(unit, dueAt);
    }

    /// <summary>Adds a step that the caller works on at once: it is born under the caller's lease, and another worker takes it up if the caller dies.</summary>
    public static ClaimedTask AddClaimed(UnitOfWork unit, string kind, string subjectId)
    {
        var id = unit.NewId<TaskId>();
        unit.Execute(
            "INSERT INTO retry_tasks (task_id, kind, subject_id, state, due_at, tries, lease_until, fence, created_at) VALUES ($1, $2, $3, 'Due', $4, 0, $5, 1, $4)",
            id.Value, kind, subjectId, unit.Now, unit.Now + Lease);
        return new ClaimedTask(id, kind, subjectId, 0, 0, null, 1);
    }

    /// <summary>Sets the time of a step, whether that is earlier or later.</summary>
    public static void Move(UnitOfWork unit, string kind, string subjectId, DateTimeOffset dueAt) =>
        unit.Execute("UPDATE retry_tasks SET due_at = $3 WHERE kind = $1 AND subject_id = $2 AND state = 'Due'", kind, subjectId, dueAt);

    /// <param name="held">Ids of tasks whose leases have not run out, whatever the wall clock says by now.</param>
    public static List<ClaimedTask> ClaimDue(UnitOfWork unit, int limit, string held = "") =>
        unit.Query(
            $"""
            UPDATE retry_tasks SET lease_until = $2, fence = fence + 1
            WHERE task_id IN (SELECT task_id FROM retry_tasks WHERE state = 'Due' AND due_at <= $1 AND lease_until <= $1 AND (lease_until = 0 OR replace($4, task_id, '') = $4) ORDER BY due_at LIMIT $3)
            RETURNING {Claimed}
            """,
            Read, unit.Now, unit.Now + Lease, limit, held);

    /// <summary>Takes one step whatever its time; null when it doesn't exist or somebody works on it.</summary>
    /// <param name="isHeld">Its lease has not run out, whatever the wall clock says by now.</param>
    public static ClaimedTask? ClaimNow(UnitOfWork unit, string kind, string subjectId, bool isHeld = false) =>
        unit.QueryFirst(
            $"""
            UPDATE retry_tasks SET lease_until = $4, fence = fence + 1
            WHERE kind = $1 AND subject_id = $2 AND state = 'Due' AND lease_until <= $3 AND (lease_until = 0 OR NOT $5)
            RETURNING {Claimed}
            """,
            Read, kind, subjectId, unit.Now, unit.Now + Lease, isHeld);

    /// <summary>Ends a step in the unit that holds its effect.</summary>
    public static void Finish(UnitOfWork unit, ClaimedTask task)
    {
        var ended = unit.Query("DELETE FROM retry_tasks WHERE task_id = $1 AND fence = $2 RETURNING dead_letter_id", row => row.TextOrNull(0), task.Id.Value, task.Fence);
        Fenced(task, ended.Count);
        SignalIfFailing(unit, task);
        if (ended[0] is { } letter) DeadLetters.Resolve(unit, letter);
    }

    /// <summary>Removes a step whoever holds it: its subject is settled. The holder's own write is then refused by its fence.</summary>
    public static void Remove(UnitOfWork unit, string kind, string subjectId)
    {
        if (unit.QueryFirst("DELETE FROM retry_tasks WHERE kind = $1 AND subject_id = $2 RETURNING dead_letter_id", row => row.TextOrNull(0), kind, subjectId) is { } letter) DeadLetters.Resolve(unit, letter);
    }

    /// <summary>Brings a dead step back to life, due now and with no failure counted. False when it is not dead.</summary>
    internal static bool Revive(UnitOfWork unit, string kind, string subjectId)
    {
        var revived = unit.Execute(
            "UPDATE retry_tasks SET state = 'Due', due_at = $3, lease_until = 0, tries = 0, is_held = 0, failing_since = NULL WHERE kind = $1 AND subject_id = $2 AND state = 'Dead'", kind, subjectId, unit.Now);
        if (revived == 1) unit.Signal(DueNow);
        return revived == 1;
    }

    /// <summary>Throws unless the caller still holds the lease. For units that write before the step's own end does.</summary>
    public static void Guard(UnitOfWork unit, ClaimedTask task) =>
        Fenced(task, (int)unit.Scalar("SELECT COUNT(*) FROM retry_tasks WHERE task_id = $1 AND fence = $2", task.Id.Value, task.Fence));

    /// <summary>This try went well and the step goes on later: failures before it are forgotten.</summary>
    public static void PutOff(UnitOfWork unit, ClaimedTask task, DateTimeOffset dueAt, bool isPoll = false)
    {
        var moved = unit.Query(
            """
            UPDATE retry_tasks SET due_at = $3, lease_until = 0, tries = 0, polls = polls + $4, is_held = 0, last_error = NULL, operation = NULL, error_class = NULL, error_code = NULL, failing_since = NULL
            WHERE task_id = $1 AND fence = $2 RETURNING dead_letter_id
            """,
            row => row.TextOrNull(0), task.Id.Value, task.Fence, dueAt, isPoll ? 1 : 0);
        Fenced(task, moved.Count);
        SignalIfFailing(unit, task);
        if (moved[0] is { } letter) Recovered(unit, task, letter);
        SignalIfDue(unit, dueAt);
    }

    /// <summary>Nothing failed, and a rule wants time to pass before the next look.</summary>
    public static void Wait(UnitOfWork unit, ClaimedTask task, DateTimeOffset dueAt, string why)
    {
        Fenced(task, unit.Execute(
            "UPDATE retry_tasks SET due_at = $3, lease_until = 0, is_held = 0, last_error = $4, error_class = NULL, failing_since = COALESCE(failing_since, $5) WHERE task_id = $1 AND fence = $2",
            task.Id.Value, task.Fence, dueAt, StoredText.Cut(why), unit.Now));
        unit.Signal(Changed);
        SignalIfDue(unit, dueAt);
    }

    /// <summary>Put off without counting: this try could not have gone well.</summary>
    public static void Hold(UnitOfWork unit, ClaimedTask task, DateTimeOffset dueAt, string why)
    {
        Fenced(task, unit.Execute(
            "UPDATE retry_tasks SET due_at = $3, lease_until = 0, is_held = 1, last_error = $4, failing_since = COALESCE(failing_since, $5) WHERE task_id = $1 AND fence = $2",
            task.Id.Value, task.Fence, dueAt, StoredText.Cut(why), unit.Now));
        unit.Signal(Changed);
        SignalIfDue(unit, dueAt);
    }

    /// <summary>
    /// What was held, or failed for want of an answer, is due within <paramref name="spread"/> at the latest. Not the merchants' webhooks: they wait
    /// for somebody else.
    /// </summary>
    internal static int BringForward(UnitOfWork unit, TimeSpan spread, Dice dice, int most)
    {
        var late = unit.Query(
            """
            SELECT task_id FROM retry_tasks
            WHERE state = 'Due' AND due_at > $1 AND (is_held = 1 OR error_class IN ('Unreachable', 'Unanswered')) AND (operation IS NULL OR operation <> $2) LIMIT $3
            """,
            row => row.GetString(0), unit.Now + spread, RetryOperations.MerchantWebhook, most);
        foreach (var task in late) unit.Execute("UPDATE retry_tasks SET due_at = $2 WHERE task_id = $1", task, unit.Now + dice.UpTo(spread));
        if (late.Count > 0) unit.Signal(Changed);
        return late.Count;
    }

    /// <summary>A failed try, counted, and the time of the next.</summary>
    public static void Fail(UnitOfWork unit, ClaimedTask task, DateTimeOffset dueAt, TaskFailure failure)
    {
        Fenced(task, unit.Execute(
            """
            UPDATE retry_tasks SET due_at = $3, lease_until = 0, tries = tries + 1, is_held = 0, last_error = $4, operation = $5, error_class = $6, error_code = $7, failing_since = COALESCE(failing_since, $8)
            WHERE task_id = $1 AND fence = $2
            """,
            task.Id.Value, task.Fence, dueAt, StoredText.Cut(failure.Reason), failure.Operation, failure.Class, failure.Code, unit.Now));
        unit.Signal(Changed);
        SignalIfDue(unit, dueAt);
    }

    /// <summary>Only <see cref="DeadLetters"/> calls it: a dead step has its case file.</summary>
    internal static void Bury(UnitOfWork unit, ClaimedTask task, TaskFailure failure) =>
        Fenced(task, unit.Execute(
            """
            UPDATE retry_tasks SET state = 'Dead', lease_until = 0, tries = tries + 1, is_held = 0, last_error = $3, operation = $4, error_class = $5, error_code = $6, failing_since = COALESCE(failing_since, $7)
            WHERE task_id = $1 AND fence = $2
            """,
            task.Id.Value, task.Fence, StoredText.Cut(failure.Reason), failure.Operation, failure.Class, failure.Code, unit.Now));

    /// <summary>Voids every lease. Only for the start of the one process of an embedded store: whoever held them is dead, and waiting them out would keep buyers waiting.</summary>
    public static int ReleaseAll(UnitOfWork unit) => unit.Execute("UPDATE retry_tasks SET lease_until = 0, fence = fence + 1 WHERE lease_until > 0");

    private static void Fenced(ClaimedTask task, int rows)
    {
        if (rows != 1) throw new LeaseLostException(task.Id.Value);
    }

    /// <summary>A step that had died and now had a good try is alive for good: its case is closed, and a later death opens a new one.</summary>
    private static void Recovered(UnitOfWork unit, ClaimedTask task, string letter)
    {
        DeadLetters.Resolve(unit, letter);
        unit.Execute("UPDATE retry_tasks SET dead_letter_id = NULL WHERE task_id = $1", task.Id.Value);
    }

    /// <summary>Steps that go well all along say nothing: they are most of the work.</summary>
    private static void SignalIfFailing(UnitOfWork unit, ClaimedTask task)
    {
        if (task.FailingSince is not null) unit.Signal(Changed);
    }

    private static void SignalIfDue(UnitOfWork unit, DateTimeOffset dueAt)
    {
        if (dueAt <= unit.Now) unit.Signal(DueNow);
    }

    private static ClaimedTask Read(DbDataReader row) =>
        new(new TaskId(row.GetString(0)), row.GetString(1), row.GetString(2), row.GetInt32(3), row.GetInt32(4), row.MomentOrNull(5), row.GetInt64(6));
}
