using Microsoft.Extensions.Logging;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Payments;

/// <summary>Applies events about sessions, intents and charges: they only lead to the attempt, whose session is then fetched.</summary>
public sealed class SessionEvents(WriteLane lane, IPaymentServiceProvider psp, PspCallLog calls, PaymentStatusCheck check, ILogger<SessionEvents> log) : IPspObjectHandler
{
    private static readonly string[] Families = ["checkout.session.", "payment_intent.", "charge.succeeded", "charge.failed", "charge.captured", "charge.updated"];

    private readonly AttemptTurns _turns = new();

    public bool Handles(string eventType) => Families.Any(family => eventType.StartsWith(family, StringComparison.Ordinal));

    public async Task<TaskEnd> ApplyAsync(ReceivedEvent received, Action<UnitOfWork, InboxState> settle, CancellationToken cancellationToken)
    {
        // The PSP tells of one payment in several events at once: in turn, the first look-up settles the payment and the others only find it settled.
        using var turn = await _turns.EnterAsync(received.AttemptId ?? received.ObjectId, cancellationToken).ConfigureAwait(false);
        var end = await check.CheckAsync(unit => Find(unit, received), (unit, _) => settle(unit, InboxState.Applied), cancellationToken).ConfigureAwait(false);
        if (end is { } known) return known.Trouble ?? new TaskEnd.Settled();
        var attempt = await lane.RunAsync(unit => Find(unit, received), cancellationToken).ConfigureAwait(false);
        if (attempt is { PspToken: null })
        {
            var adopted = await AdoptAsync(attempt, received, cancellationToken).ConfigureAwait(false);
            if (adopted.Trouble is not null) return adopted.Trouble;
            attempt = adopted.Attempt;
        }
        if (attempt is null)
        {
            Log.UnknownObject(log, received.EventId, received.ObjectId);
            await lane.RunAsync(unit => { settle(unit, InboxState.UnknownObject); return 0; }, CancellationToken.None).ConfigureAwait(false);
            return new TaskEnd.Settled();
        }
        var result = await check.CheckAsync(attempt.Id, (unit, _) => settle(unit, InboxState.Applied), cancellationToken).ConfigureAwait(false);
        return result.Trouble ?? new TaskEnd.Settled();
    }

    private static bool IsOfSession(ReceivedEvent received) => received.Type.StartsWith("checkout.session.", StringComparison.Ordinal);

    private static AttemptRow? Find(UnitOfWork unit, ReceivedEvent received) =>
        (IsOfSession(received) ? AttemptRow.FindByToken(unit, received.ObjectId) : null)
        ?? (Ids.TryParse<AttemptId>(received.AttemptId, out var id) ? AttemptRow.Find(unit, id) : null);

    /// <summary>A session event may bring the token that our lost answer held. The fetched session must carry the key that we stored, or it is not ours.</summary>
    private async Task<(AttemptRow? Attempt, TaskEnd? Trouble)> AdoptAsync(AttemptRow attempt, ReceivedEvent received, CancellationToken cancellationToken)
    {
        // Told of an object before our own answer was stored, and not of its session: the attempt's own step learns the token, then this event fits.
        if (!IsOfSession(received))
            return (null, PspTrouble.NotReady(psp.Name, RetryOperations.ApplyEvent, "session_not_known_yet", "The payment page's own id is not known to us yet.", MoneyEffect.Unknown));
        var call = await lane.RunAsync(unit => calls.Find(unit, attempt.Id.Value, PaymentSteps.CreateSession), cancellationToken).ConfigureAwait(false);
        var answer = await psp.FetchSessionAsync(received.ObjectId, cancellationToken).ConfigureAwait(false);
        if (answer.Value is not { } session) return answer.Exchange.HttpStatus == 404 ? (null, null) : (null, PspTrouble.Of(psp.Name, RetryOperations.LookUp, answer, MoneyEffect.Unknown));
        if (call is null || session.PspKey != call.PspKey) return (null, null);
        return (await lane.RunAsync(
            unit =>
            {
                calls.RecordFound(unit, call);
                AttemptStep.Adopt(unit, attempt, session);
                return AttemptRow.Find(unit, attempt.Id);
            },
            cancellationToken).ConfigureAwait(false), null);
    }
}
