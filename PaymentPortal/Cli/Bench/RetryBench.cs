using System.Data.Common;
using Microsoft.Extensions.Logging.Abstractions;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Events;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Cli.Bench;

/// <summary>A backlog worked off by the engine, and what the bare queries of the same work take.</summary>
internal sealed record BacklogFigures(TimeSpan Engine, TimeSpan Raw);

/// <summary>What the three measures came to.</summary>
internal sealed record RetryFigures(int Count, BacklogFigures Tasks, BacklogFigures Events, BacklogFigures Preview, IReadOnlyList<string> Wrong);

/// <summary>
/// After an outage: so many steps are due at once and fail again, so many facts wait for their consumers, and a redrive of so many dead letters is looked
/// at. The bare queries work on the same rows of another store, committed as often as the engine commits.
/// </summary>
internal static class RetryBench
{
    private const int PerCommit = 256;
    private const int PerRead = 500;

    private const string Claim = """
        UPDATE retry_tasks SET lease_until = $1, fence = fence + 1
        WHERE task_id IN (SELECT task_id FROM retry_tasks WHERE state = 'Due' AND due_at <= $2 AND lease_until <= $2 ORDER BY due_at LIMIT 512) RETURNING task_id
        """;

    private const string PutOff = """
        UPDATE retry_tasks SET due_at = $2, lease_until = 0, tries = tries + 1, last_error = 'No answer came.', operation = 'look_up', error_class = 'Unanswered', error_code = 'psp_timeout', failing_since = $3
        WHERE task_id = $1
        """;

    private const string RawPreview = """
        SELECT SUM(x.letters) FROM (SELECT d.effect, d.currency, COUNT(*) AS letters, SUM(d.amount) AS amount FROM dead_letters d JOIN retry_tasks t ON t.kind = d.kind AND t.subject_id = d.subject_id
        WHERE d.state IN ('Open', 'Redriving') AND t.state = 'Dead' GROUP BY d.effect, d.currency) x
        """;

    public static async Task<RetryFigures> RunAsync(string directory, int count, CancellationToken cancellationToken)
    {
        var wrong = new List<string>();
        await using var engine = await BacklogStore.OpenAsync(Path.Combine(directory, "engine"), count, cancellationToken);
        await using var raw = await BacklogStore.OpenAsync(Path.Combine(directory, "raw"), count, cancellationToken);
        var preview = new BacklogFigures(await PreviewAsync(engine, count, wrong, cancellationToken), await TakeAsync(() => raw.CountAsync(RawPreview, cancellationToken)));
        var events = new BacklogFigures(await DrainAsync(engine, count, wrong, cancellationToken), Take(() => RawEvents(raw.Dialect)));
        var tasks = new BacklogFigures(await RetryAsync(engine, count, wrong, cancellationToken), Take(() => RawTasks(raw.Dialect)));
        return new RetryFigures(count, tasks, events, preview, wrong);
    }

    private static async Task<TimeSpan> RetryAsync(BacklogStore store, int count, List<string> wrong, CancellationToken cancellationToken)
    {
        using var worker = new RetryWorker(store.Get<WriteLane>(), [new FailingStep()], store.Get<RetryPolicies>(), store.Get<DeadLetters>(), TimeProvider.System, NullLogger<RetryWorker>.Instance);
        const string Left = "SELECT COUNT(*) FROM retry_tasks WHERE kind = 'bench' AND tries = 0";
        var took = await TakeAsync(async () =>
        {
            using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
            do await worker.RunDueAsync(cancellationToken);
            while (await store.CountAsync(Left, cancellationToken) > 0 && await pace.WaitForNextTickAsync(cancellationToken));
        });
        var once = await store.CountAsync("SELECT COUNT(*) FROM retry_tasks WHERE kind = 'bench' AND tries = 1 AND lease_until = 0 AND due_at > created_at", cancellationToken);
        if (once != count) wrong.Add($"{once} of {count} steps were tried once and put off");
        return took;
    }

    private static async Task<TimeSpan> DrainAsync(BacklogStore store, int count, List<string> wrong, CancellationToken cancellationToken)
    {
        var took = await TakeAsync(async () =>
        {
            await store.Get<OutboxDispatcher>().DispatchAsync(cancellationToken);
            await store.Get<FactPump>().CatchUpAsync(cancellationToken);
        });
        var read = await store.CountAsync("SELECT MIN(position) FROM event_consumers", cancellationToken);
        if (read != count) wrong.Add($"{read} of {count} facts were read by every consumer");
        return took;
    }

    private static async Task<TimeSpan> PreviewAsync(BacklogStore store, int count, List<string> wrong, CancellationToken cancellationToken)
    {
        RedrivePreview? seen = null;
        var took = await TakeAsync(async () => seen = await store.Get<DeadLetterQueries>().PreviewAsync(new DeadLetterFilter(), cancellationToken));
        if (seen!.Total != count || seen.Skipped.Count != 2) wrong.Add($"the preview told of {seen.Total} of {count} letters");
        return took;
    }

    private static void RawTasks(SqlDialect dialect)
    {
        using var connection = dialect.OpenWriter();
        using var claim = dialect.Prepare(connection, Claim, 2);
        using var putOff = dialect.Prepare(connection, PutOff, 3);
        while (true)
        {
            var claimed = new List<string>();
            InTransaction(dialect, connection, () => claim.Read([2_000_000_000_000_000, 1_800_000_000_000_000], row =>
            {
                claimed.Add(row.GetString(0));
                return false;
            }));
            if (claimed.Count == 0) return;
            foreach (var some in claimed.Chunk(PerCommit)) InTransaction(dialect, connection, () => Array.ForEach(some, task => putOff.Execute([task, 1_900_000_000_000_000, 1_800_000_000_000_000])));
        }
    }

    /// <summary>Each fact gets its position, and two consumers read it and note how far they are.</summary>
    private static void RawEvents(SqlDialect dialect)
    {
        using var connection = dialect.OpenWriter();
        using var waiting = dialect.Prepare(connection, $"SELECT seq, payload FROM outbox WHERE position IS NULL ORDER BY seq LIMIT {PerRead}", 0);
        using var mark = dialect.Prepare(connection, "UPDATE outbox SET position = $2, published_at = $3 WHERE seq = $1 AND position IS NULL", 3);
        using var read = dialect.Prepare(connection, $"SELECT position, payload FROM outbox WHERE position > $1 ORDER BY position LIMIT {PerRead}", 1);
        using var move = dialect.Prepare(connection, "INSERT INTO event_consumers (consumer, position, moved_at) VALUES ($1, $2, 0) ON CONFLICT (consumer) DO UPDATE SET position = excluded.position", 2);
        var position = 0L;
        while (Rows(dialect, connection, waiting) is { Count: > 0 } facts)
            InTransaction(dialect, connection, () => facts.ForEach(seq => mark.Execute([seq, ++position, 1_800_000_000_000_000])));
        foreach (var consumer in new[] { "one", "two" })
        {
            var place = 0L;
            while (Rows(dialect, connection, read, place) is { Count: > 0 } facts)
            {
                place = facts[^1];
                InTransaction(dialect, connection, () => move.Execute([consumer, place]));
            }
        }
    }

    private static List<long> Rows(SqlDialect dialect, DbConnection connection, LaneStatement select, params object?[] arguments)
    {
        var rows = new List<long>(PerRead);
        InTransaction(dialect, connection, () => select.Read(arguments, row =>
        {
            rows.Add(row.GetInt64(0));
            return row.GetString(1).Length == 0;
        }));
        return rows;
    }

    private static void InTransaction(SqlDialect dialect, DbConnection connection, Action act)
    {
        using var transaction = dialect.Begin(connection);
        act();
        transaction.Commit();
    }

    private static TimeSpan Take(Action act)
    {
        var start = TimeProvider.System.GetTimestamp();
        act();
        return TimeProvider.System.GetElapsedTime(start);
    }

    private static async Task<TimeSpan> TakeAsync(Func<Task> act)
    {
        var start = TimeProvider.System.GetTimestamp();
        await act();
        return TimeProvider.System.GetElapsedTime(start);
    }

    /// <summary>A step whose PSP does not answer: nothing of the time is its own.</summary>
    private sealed class FailingStep : IRetryHandler
    {
        public string Kind => "bench";

        public Task<TaskEnd> RunAsync(ClaimedTask task, CancellationToken cancellationToken) =>
            Task.FromResult<TaskEnd>(new TaskEnd.Again(new TaskFailure(RetryOperations.LookUp, ErrorClass.Unanswered, "Bench", "psp_timeout", "No answer came.", MoneyEffect.Unknown)));
    }
}
