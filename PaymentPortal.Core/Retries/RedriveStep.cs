using System.Data.Common;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Retries;

/// <summary>
/// Drives one redrive: once a second it brings back the next few letters, each judged anew in the unit that revives it. It sends nothing itself:
/// a revived step is tried by the worker like any other, and its own end settles its item.
/// </summary>
public sealed class RedriveStep(WriteLane lane, DeadLetters letters, RedriveRules rules) : IRetryHandler
{
    /// <summary>So many may be under way at once; the rest waits, whatever the pace.</summary>
    private const int MostUnderWay = 200;

    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);

    /// <summary>A step that is neither done nor dead by then goes on by its own policy, and the redrive need not wait for it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public string Kind => RedriveDesk.Step;

    public async Task<TaskEnd> RunAsync(ClaimedTask task, CancellationToken cancellationToken)
    {
        CrashPoint.Hit("redrive-before-release");
        await lane.RunAsync(unit => { Turn(unit, task); return 0; }, cancellationToken).ConfigureAwait(false);
        CrashPoint.Hit("redrive-after-release");
        return new TaskEnd.Settled();
    }

    private void Turn(UnitOfWork unit, ClaimedTask task)
    {
        RetryQueue.Guard(unit, task);
        var redrive = unit.QueryFirst("SELECT per_second, stop_after FROM redrives WHERE redrive_id = $1 AND state = 'Running'", row => (PerSecond: row.GetInt32(0), StopAfter: row.GetInt32(1)), task.SubjectId);
        if (redrive == default)
        {
            RetryQueue.Finish(unit, task);
            return;
        }
        unit.Execute(
            "UPDATE redrive_items SET state = 'GoesOn', after = 'Still being tried; its own policy goes on with it.', settled_at = $2 WHERE redrive_id = $1 AND state = 'Working' AND released_at <= $3",
            task.SubjectId, unit.Now, unit.Now - Patience);
        var counts = unit.QueryFirst(
            """
            SELECT COALESCE(SUM(CASE WHEN state = 'Waiting' THEN 1 ELSE 0 END), 0), COALESCE(SUM(CASE WHEN state = 'Working' THEN 1 ELSE 0 END), 0), COALESCE(SUM(CASE WHEN state = 'FailedAgain' THEN 1 ELSE 0 END), 0)
            FROM redrive_items WHERE redrive_id = $1
            """,
            row => (Waiting: row.GetInt32(0), Working: row.GetInt32(1), Failed: row.GetInt32(2)), task.SubjectId);
        if (counts.Failed >= redrive.StopAfter && counts.Waiting > 0) Finish(unit, task, RedriveState.Stopped, $"{counts.Failed} failures");
        else if (counts is { Waiting: 0, Working: 0 }) Finish(unit, task, RedriveState.Done, "its end");
        else
        {
            // Never more than the failures that are still allowed: the stop rule would come too late for the rest.
            var room = Math.Min(Math.Min(redrive.PerSecond, MostUnderWay - counts.Working), redrive.StopAfter - counts.Failed - counts.Working);
            foreach (var item in NextItems(unit, task.SubjectId, Math.Max(0, room))) Release(unit, task.SubjectId, item);
            RetryQueue.PutOff(unit, task, unit.Now + Beat);
        }
    }

    private static List<Item> NextItems(UnitOfWork unit, string redrive, int most) => unit.Query(
        """
        SELECT i.seq, d.dead_letter_id, d.kind, d.subject_id FROM redrive_items i JOIN dead_letters d ON d.dead_letter_id = i.dead_letter_id
        WHERE i.redrive_id = $1 AND i.state = 'Waiting' ORDER BY i.seq LIMIT $2
        """,
        Item.Read, redrive, most);

    private void Release(UnitOfWork unit, string redrive, Item item)
    {
        var why = unit.QueryFirst($"SELECT {rules.WhyNotOwn} FROM dead_letters d WHERE d.dead_letter_id = $1", row => row.TextOrNull(0), item.Letter);
        if (why is null) Bring(unit, letters, item.Letter, item.Kind, item.Subject);
        unit.Execute(
            "UPDATE redrive_items SET state = $3, after = $4, released_at = $5, settled_at = $6 WHERE redrive_id = $1 AND seq = $2",
            redrive, item.Seq, why is null ? RedriveItemState.Working : RedriveItemState.Skipped, why is null ? null : rules.TextOf(why), unit.Now, why is null ? null : unit.Now);
    }

    /// <summary>Brings one letter's step back; the caller has asked the rules.</summary>
    internal static void Bring(UnitOfWork unit, DeadLetters letters, string letter, string kind, string subject)
    {
        letters.Find(kind)!.Revive(unit, subject);
        if (!RetryQueue.Revive(unit, kind, subject)) throw new InvalidOperationException($"The step of {letter} is not dead.");
        unit.Execute("UPDATE dead_letters SET state = 'Redriving' WHERE dead_letter_id = $1", letter);
        unit.Signal(DeadLetters.Changed);
    }

    private static void Finish(UnitOfWork unit, ClaimedTask task, RedriveState state, string by)
    {
        RedriveDesk.End(unit, task.SubjectId, state, by);
        RetryQueue.Finish(unit, task);
    }

    private sealed record Item(int Seq, string Letter, string Kind, string Subject)
    {
        public static Item Read(DbDataReader row) => new(row.GetInt32(0), row.GetString(1), row.GetString(2), row.GetString(3));
    }
}
