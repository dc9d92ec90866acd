using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Psp;

/// <summary>Works on one stored event: hands it to the handler of its object, or notes why nothing follows from it.</summary>
public sealed class InboxStep(WriteLane lane, SqlDialect dialect, PspHealth health, IEnumerable<IPspObjectHandler> handlers) : IRetryHandler
{
    private readonly IPspObjectHandler[] _handlers = [.. handlers];

    public string Kind => PspInbox.Step;

    public TaskEnd.Held? Hold() => PspTrouble.Hold(health);

    public async Task<TaskEnd> RunAsync(ClaimedTask task, CancellationToken cancellationToken)
    {
        var received = await FindAsync(task.SubjectId, cancellationToken).ConfigureAwait(false) ?? throw new InvalidOperationException($"There is no event {task.SubjectId} in the inbox.");
        if (_handlers.FirstOrDefault(handler => handler.Handles(received.Type)) is not { } handler)
        {
            await lane.RunAsync(unit => { Settle(unit, task, InboxState.Ignored); return 0; }, CancellationToken.None).ConfigureAwait(false);
            return new TaskEnd.Settled();
        }
        return await handler.ApplyAsync(received, (unit, state) => Settle(unit, task, state), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What an event says never changes, and it was committed before its step could be claimed: no need to ask the lane.</summary>
    private async Task<ReceivedEvent?> FindAsync(string eventId, CancellationToken cancellationToken)
    {
        await using var connection = dialect.OpenReader();
        var found = await connection.ReadAsync(
            "SELECT event_id, type, object_id, attempt_id FROM psp_inbox WHERE event_id = $1", [eventId],
            row => new ReceivedEvent(row.GetString(0), row.GetString(1), row.GetString(2), row.TextOrNull(3)), cancellationToken).ConfigureAwait(false);
        return found.SingleOrDefault();
    }

    private static void Settle(UnitOfWork unit, ClaimedTask task, InboxState state)
    {
        unit.Execute("UPDATE psp_inbox SET state = $2, applied_at = $3 WHERE event_id = $1", task.SubjectId, state, unit.Now);
        RetryQueue.Finish(unit, task);
    }
}
