using Microsoft.Extensions.Logging;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Payments;

/// <summary>Applies events about sessions, intents and charges: they only lead to the attempt, whose session is then fetched.</summary>
public sealed class SessionEvents(WriteLane lane, IPaymentServiceProvider psp, PspCallLog calls, PaymentStatusCheck check, ILogger<SessionEvents> log) : IPspObjectHandler
{
    private static readonly string[] Families = ["checkout.session.", "payment_intent.", "charge.succeeded", "charge.failed", "charge.captured", "charge.updated"];

    private readonly AttemptTurns _turns = new();

    public bool Handles(string eventType) => Families.Any(family => eventType.StartsWith(family, StringComparison.Ordinal));

    public async Task<bool> ApplyAsync(ReceivedEvent received, Action<UnitOfWork, InboxState> settle, CancellationToken cancellationToken)
    {
        // The PSP tells of one payment in several events at once: in turn, the first look-up settles the payment and the others only find it settled.
        using var turn = await _turns.EnterAsync(received.AttemptId ?? received.ObjectId, cancellationToken).ConfigureAwait(false);
        var end = await check.CheckAsync(unit => Find(unit, received), (unit, _) => settle(unit, InboxState.Applied), cancellationToken).ConfigureAwait(false);
        if (end is { } known) return known != CheckEnd.NoAnswer;
        var attempt = await lane.RunAsync(unit => Find(unit, received), cancellationToken).ConfigureAwait(false);
        if (attempt is { PspToken: null }) attempt = await AdoptAsync(attempt, received, cancellationToken).ConfigureAwait(false);
        if (attempt is null)
        {
            Log.UnknownObject(log, received.EventId, received.ObjectId);
            await lane.RunAsync(unit => { settle(unit, InboxState.UnknownObject); return 0; }, CancellationToken.None).ConfigureAwait(false);
            return true;
        }
        // Told of an object before our own answer was stored, and not of its session: the attempt's own step learns the token, then this event fits.
        if (attempt.PspToken is null) return false;
        return await check.CheckAsync(attempt.Id, (unit, _) => settle(unit, InboxState.Applied), cancellationToken).ConfigureAwait(false) != CheckEnd.NoAnswer;
    }

    private static AttemptRow? Find(UnitOfWork unit, ReceivedEvent received) =>
        AttemptRow.FindByToken(unit, received.ObjectId)
        ?? (Ids.TryParse<AttemptId>(received.AttemptId, out var id) ? AttemptRow.Find(unit, id) : null);

    /// <summary>A session event may bring the token that our lost answer held. The fetched session must carry the key that we stored, or it is not ours.</summary>
    private async Task<AttemptRow?> AdoptAsync(AttemptRow attempt, ReceivedEvent received, CancellationToken cancellationToken)
    {
        if (!received.Type.StartsWith("checkout.session.", StringComparison.Ordinal)) return attempt;
        var call = await lane.RunAsync(unit => calls.Find(unit, attempt.Id.Value, PaymentSteps.CreateSession), cancellationToken).ConfigureAwait(false);
        var answer = await psp.FetchSessionAsync(received.ObjectId, cancellationToken).ConfigureAwait(false);
        if (answer.Value is not { } session) return answer.Verdict == PspVerdict.Rejected ? null : attempt;
        if (call is null || session.PspKey != call.PspKey) return null;
        return await lane.RunAsync(
            unit =>
            {
                calls.RecordFound(unit, call);
                AttemptStep.Adopt(unit, attempt, session);
                return AttemptRow.Find(unit, attempt.Id);
            },
            cancellationToken).ConfigureAwait(false);
    }
}
