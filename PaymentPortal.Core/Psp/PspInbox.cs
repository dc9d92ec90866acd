using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Psp;

/// <summary>
/// Takes verified events in. An event is stored with the step that works on it before it is answered, and once for ever: the PSP delivers at least
/// once and in any order.
/// </summary>
public sealed class PspInbox(WriteLane lane, FieldCipher cipher)
{
    /// <summary>The kind of step that works on an event. Subject: the event.</summary>
    public const string Step = "psp.event";

    internal const string Table = "psp_inbox";

    /// <summary>True when the event is new. <paramref name="wake"/> runs after the commit of a new one.</summary>
    public Task<bool> ReceiveAsync(PspEvent received, string rawBody, Action wake, CancellationToken cancellationToken)
    {
        // Sealed before the unit: the lane's time is everybody's.
        var body = cipher.Seal(Table, received.Id, "body", rawBody);
        return lane.RunAsync(unit => Receive(unit, received, body, wake), cancellationToken);
    }

    private static bool Receive(UnitOfWork unit, PspEvent received, Sealed body, Action wake)
    {
        var isNew = unit.Execute(
            """
            INSERT INTO psp_inbox (event_id, type, object_id, attempt_id, account, state, body, created_at, received_at, deliveries)
            VALUES ($1, $2, $3, $4, $5, 'Waiting', $6, $7, $8, 1) ON CONFLICT (event_id) DO NOTHING
            """,
            received.Id, received.Type, received.ObjectId ?? "", received.Attempt, received.Account, body.Bytes, received.CreatedAt, unit.Now) == 1;
        if (!isNew)
        {
            unit.Execute("UPDATE psp_inbox SET deliveries = deliveries + 1 WHERE event_id = $1", received.Id);
            return false;
        }
        RetryQueue.Add(unit, Step, received.Id, unit.Now);
        unit.AfterCommit(wake);
        return true;
    }
}
