using System.Text.Json;
using Microsoft.Extensions.Logging;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Psp;

/// <summary>
/// Takes verified events in. An event is stored with the step that works on it before it is answered, and once for ever: the PSP delivers at least
/// once and in any order.
/// </summary>
public sealed class PspInbox(WriteLane lane, FieldCipher cipher, PspMode mode, ILogger<PspInbox> log)
{
    /// <summary>The kind of step that works on an event. Subject: the event.</summary>
    public const string Step = "psp.event";

    internal const string Bodies = "psp_bodies";

    private const int ListedAtOnce = 200;
    private const int RepeatsKept = 100;

    /// <summary>True when the event is new. <paramref name="wake"/> runs after the commit of a new one.</summary>
    public Task<bool> ReceiveAsync(PspEvent received, string rawBody, Action wake, CancellationToken cancellationToken)
    {
        // Sealed before the unit: the lane's time is everybody's.
        var body = cipher.Seal(Bodies, received.Id, "body", rawBody);
        return lane.RunAsync(unit => Receive(unit, received, body, wake), cancellationToken);
    }

    /// <summary>Puts events into the inbox that stood on the PSP's list and had not come; tells which those were.</summary>
    public async Task<IReadOnlyList<PspEvent>> AddListedAsync(IReadOnlyList<PspEvent> listed, CancellationToken cancellationToken)
    {
        var missing = new List<PspEvent>();
        foreach (var chunk in listed.Chunk(ListedAtOnce))
        {
            var bodies = chunk.Select(one => cipher.Seal(Bodies, one.Id, "body", JsonSerializer.Serialize(new { id = one.Id, type = one.Type, @object = one.ObjectId, created = one.CreatedAt }))).ToList();
            missing.AddRange(await lane.RunAsync(unit => chunk.Where((one, at) => AddListed(unit, one, bodies[at])).ToList(), cancellationToken).ConfigureAwait(false));
        }
        return missing;
    }

    private bool AddListed(UnitOfWork unit, PspEvent listed, Sealed body)
    {
        var isNew = unit.Execute(
            """
            INSERT INTO psp_inbox (event_id, type, object_id, attempt_id, account, state, created_at, received_at, deliveries, listed_at)
            VALUES ($1, $2, $3, $4, $5, 'Waiting', $6, $7, 0, $7) ON CONFLICT (event_id) DO NOTHING
            """,
            listed.Id, listed.Type, listed.ObjectId ?? "", listed.Attempt, listed.Account, listed.CreatedAt, unit.Now) == 1;
        if (isNew) Begin(unit, listed, body);
        return isNew;
    }

    /// <summary>The body of a new event, and the step that works on it. One of the other mode gets none: it is settled as it is stored, with an alarm.</summary>
    private void Begin(UnitOfWork unit, PspEvent received, Sealed body)
    {
        unit.Execute("INSERT INTO psp_bodies (event_id, body) VALUES ($1, $2)", received.Id, body.Bytes);
        if (received.IsLive == mode.IsLive)
        {
            RetryQueue.Add(unit, Step, received.Id, unit.Now);
            return;
        }
        unit.Execute("UPDATE psp_inbox SET state = 'WrongMode', applied_at = $2 WHERE event_id = $1", received.Id, unit.Now);
        unit.AfterCommit(() => Log.WrongMode(log, received.Id, received.Type, PspMode.Word(received.IsLive), PspMode.Word(mode.IsLive)));
    }

    /// <summary>Every repeat is counted, and the first ones are kept with their time: a flood of genuine repeats must not fill the store.</summary>
    private static void NoteRepeat(UnitOfWork unit, string eventId)
    {
        unit.Execute("UPDATE psp_inbox SET deliveries = deliveries + 1 WHERE event_id = $1", eventId);
        var kept = unit.Scalar("SELECT MAX(number) FROM psp_repeats WHERE event_id = $1", eventId);
        if (kept <= RepeatsKept) unit.Execute("INSERT INTO psp_repeats (event_id, number, received_at) VALUES ($1, $2, $3)", eventId, Math.Max(kept, 1) + 1, unit.Now);
    }

    private bool Receive(UnitOfWork unit, PspEvent received, Sealed body, Action wake)
    {
        var isNew = unit.Execute(
            """
            INSERT INTO psp_inbox (event_id, type, object_id, attempt_id, account, state, created_at, received_at, deliveries, is_out_of_order)
            VALUES ($1, $2, $3, $4, $5, 'Waiting', $6, $7, 1, EXISTS (SELECT 1 FROM psp_inbox later WHERE later.attempt_id = $4 AND later.created_at > $6)) ON CONFLICT (event_id) DO NOTHING
            """,
            received.Id, received.Type, received.ObjectId ?? "", received.Attempt, received.Account, received.CreatedAt, unit.Now) == 1;
        if (!isNew)
        {
            NoteRepeat(unit, received.Id);
            return false;
        }
        Begin(unit, received, body);
        unit.AfterCommit(wake);
        return true;
    }
}
