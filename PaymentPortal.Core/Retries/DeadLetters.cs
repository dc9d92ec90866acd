using Microsoft.Extensions.Logging;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Retries;

/// <summary>Opens, reopens and closes the case files of dead steps, always in the unit in which the step itself dies, comes back or ends.</summary>
public sealed class DeadLetters(IEnumerable<IDeadStep> steps, ILogger<DeadLetters> log)
{
    /// <summary>Given whenever a letter is opened, comes back or is closed: open pages listen to it.</summary>
    public const string Changed = "dead-letters.changed";

    private readonly Dictionary<string, IDeadStep> _steps = steps.ToDictionary(step => step.Kind, StringComparer.Ordinal);

    public IReadOnlyCollection<IDeadStep> Steps => _steps.Values;

    /// <summary>Null for a kind that nobody has described: it can neither be redriven nor given up.</summary>
    public IDeadStep? Find(string kind) => _steps.GetValueOrDefault(kind);

    /// <summary>Ends a failed try: put off as the policy says, or buried when it gives up. True when the step goes on.</summary>
    public bool FailOrBury(UnitOfWork unit, ClaimedTask task, TaskFailure failure, RetryPolicies policies)
    {
        var failingFor = task.FailingSince is { } since ? unit.Now - since : TimeSpan.Zero;
        if (policies.NextDelay(failure, task.Tries + 1, failingFor) is { } wait)
        {
            RetryQueue.Fail(unit, task, unit.Now + wait, failure);
            CrashPoint.Hit("schedule-before-commit");
            unit.AfterCommit(() => CrashPoint.Hit("schedule-after-commit"));
            return true;
        }
        Bury(unit, task, failure);
        return false;
    }

    /// <summary>Ends the automatic tries of a step. The first letter of a new kind of trouble raises an alarm.</summary>
    public void Bury(UnitOfWork unit, ClaimedTask task, TaskFailure failure)
    {
        RetryQueue.Bury(unit, task, failure);
        var key = CauseKey(failure);
        var subject = Find(task.Kind)?.Describe(unit, task.SubjectId) ?? new DeadSubject(null, null);
        NoteCause(unit, key, failure);
        var reason = StoredText.Cut(failure.Reason);
        var id = unit.QueryFirst(
            """
            INSERT INTO dead_letters (dead_letter_id, kind, subject_id, cause_key, operation, error_class, code, reason, effect, checkout_id, amount, currency, state, tries, deaths, first_seen, last_seen)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'Open', $13, 1, $14, $14)
            ON CONFLICT (kind, subject_id) WHERE state IN ('Open', 'Redriving') DO UPDATE SET cause_key = excluded.cause_key, operation = excluded.operation, error_class = excluded.error_class, code = excluded.code,
                reason = excluded.reason, effect = excluded.effect, amount = excluded.amount, currency = excluded.currency, state = 'Open', tries = dead_letters.tries + excluded.tries, deaths = dead_letters.deaths + 1,
                last_seen = excluded.last_seen
            RETURNING dead_letter_id
            """,
            row => row.GetString(0),
            unit.NewId<DeadLetterId>().Value, task.Kind, task.SubjectId, key, failure.Operation, failure.Class, failure.Code, reason, failure.Effect, subject.CheckoutId,
            subject.AtRisk?.Minor, subject.AtRisk?.Currency.Code, task.Tries + 1, unit.Now)!;
        unit.Execute("UPDATE retry_tasks SET dead_letter_id = $2 WHERE task_id = $1", task.Id.Value, id);
        EndItem(unit, id, RedriveItemState.FailedAgain, $"{failure.Code}: {reason}");
        unit.Signal(Changed);
        unit.Signal(RetryQueue.Changed);
        CrashPoint.Hit("exhaust-before-commit");
        unit.AfterCommit(() => CrashPoint.Hit("exhaust-after-commit"));
    }

    /// <summary>The step of this letter did its work: whoever brought it back, the case is closed.</summary>
    internal static void Resolve(UnitOfWork unit, string letterId)
    {
        unit.Execute("UPDATE dead_letters SET state = 'Resolved', closed_at = $2 WHERE dead_letter_id = $1 AND state IN ('Open', 'Redriving')", letterId, unit.Now);
        EndItem(unit, letterId, RedriveItemState.Ok, "Done.");
        unit.Signal(Changed);
    }

    /// <summary>The same trouble has the same key: a redrive of one kind can name it.</summary>
    public static string CauseKey(TaskFailure failure) => $"{failure.Party}:{failure.Code}:{failure.Operation}";

    private void NoteCause(UnitOfWork unit, string key, TaskFailure failure)
    {
        var total = unit.Scalar(
            """
            INSERT INTO dead_letter_causes (cause_key, party, code, operation, first_seen, last_seen, total) VALUES ($1, $2, $3, $4, $5, $5, 1)
            ON CONFLICT (cause_key) DO UPDATE SET last_seen = excluded.last_seen, total = dead_letter_causes.total + 1 RETURNING total
            """,
            key, failure.Party, failure.Code, failure.Operation, unit.Now);
        if (total == 1) unit.AfterCommit(() => Log.NewCause(log, key, failure.Reason));
    }

    private static void EndItem(UnitOfWork unit, string letterId, RedriveItemState state, string after) => unit.Execute(
        "UPDATE redrive_items SET state = $2, after = $3, settled_at = $4 WHERE dead_letter_id = $1 AND state = 'Working'", letterId, state, after, unit.Now);
}
