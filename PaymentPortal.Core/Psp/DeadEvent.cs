using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Psp;

/// <summary>An event of the PSP that could not be applied. Trying it again only asks the PSP.</summary>
public sealed class DeadEvent : IDeadStep
{
    public string Kind => PspInbox.Step;

    public string Label => "Apply an event of the PSP";

    public string Act => "'Ask the PSP for the object of ' || d.subject_id || ' and apply what it says'";

    public IReadOnlyList<RedriveSkip> Skips { get; } =
        [new("event.settled", "The event was settled meanwhile", "EXISTS (SELECT 1 FROM psp_inbox e WHERE e.event_id = d.subject_id AND e.state <> 'Waiting')")];

    public DeadSubject Describe(UnitOfWork unit, string subjectId) => new(
        unit.QueryFirst("SELECT a.checkout_id FROM psp_inbox e JOIN attempts a ON a.attempt_id = e.attempt_id WHERE e.event_id = $1", row => row.GetString(0), subjectId), null);

    public void Revive(UnitOfWork unit, string subjectId)
    {
        // The event's own row says all that a look-up needs.
    }

    public string? WhyNotGiveUp(UnitOfWork unit, string subjectId) => null;

    /// <summary>The poll still looks at the payment: what is given up is only this notice.</summary>
    public void GiveUp(UnitOfWork unit, string subjectId) =>
        unit.Execute("UPDATE psp_inbox SET state = 'Ignored', applied_at = $2 WHERE event_id = $1 AND state = 'Waiting'", subjectId, unit.Now);
}
