using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Retries;

/// <summary>What staff does to dead letters besides redriving many: asks about one, gives up, names an owner, writes a note.</summary>
public sealed class DeadLetterDesk(WriteLane lane, DeadLetters letters, RedriveRules rules, RetryWorker worker, AuditLog audit)
{
    /// <summary>
    /// Tries one letter now, also one whose effect is unknown: its step begins by asking the PSP, or repeats under the same key, which is the PSP's own
    /// way to ask. The answer says what came of it.
    /// </summary>
    public async Task<Result<string>> TryOneAsync(DeadLetterId id, Actor actor, CancellationToken cancellationToken)
    {
        var claimed = await lane.RunAsync(unit => Bring(unit, id, actor), cancellationToken).ConfigureAwait(false);
        if (claimed.IsRefused) return claimed.Refusal!;
        if (claimed.Value is not { } task) return "Its step is being tried at this moment.";
        await worker.RunOneAsync(task, CancellationToken.None).ConfigureAwait(false);
        var state = await lane.RunAsync(unit => unit.QueryFirst("SELECT state, code FROM dead_letters WHERE dead_letter_id = $1", row => (State: row.GetString(0), Code: row.GetString(1)), id.Value), cancellationToken).ConfigureAwait(false);
        return state.State switch
        {
            nameof(DeadLetterState.Resolved) => "Done: the letter is closed.",
            nameof(DeadLetterState.Open) => $"It failed again with {state.Code}.",
            _ => "Tried; it goes on by its policy. The letter closes by itself when its step has done its work.",
        };
    }

    /// <summary>Gives up the work of a letter for good. Refused where something must come of it.</summary>
    public Task<Result<int>> DiscardAsync(IReadOnlyList<DeadLetterId> ids, string reason, Actor actor, CancellationToken cancellationToken) =>
        lane.RunAsync(unit => Discard(unit, ids, reason, actor), cancellationToken);

    public Task<Result<int>> AssignAsync(string causeKey, string? owner, Actor actor, CancellationToken cancellationToken) =>
        lane.RunAsync(unit => Note(unit, causeKey, "owner", string.IsNullOrWhiteSpace(owner) ? null : owner.Trim(), actor, "dead-letter.assign"), cancellationToken);

    public Task<Result<int>> WriteNoteAsync(string causeKey, string? note, Actor actor, CancellationToken cancellationToken) => note?.Length > 1000
        ? Task.FromResult((Result<int>)new Refusal(RefusalCodes.Invalid, 422, "A note is at most 1,000 characters.", "note"))
        : lane.RunAsync(unit => Note(unit, causeKey, "note", string.IsNullOrWhiteSpace(note) ? null : note.Trim(), actor, "dead-letter.note"), cancellationToken);

    /// <summary>Ends the alarm about a new kind of trouble.</summary>
    public Task<int> SeeAsync(string causeKey, Actor actor, CancellationToken cancellationToken) => lane.RunAsync(
        unit => unit.Execute("UPDATE dead_letter_causes SET seen_at = $2, seen_by = $3 WHERE cause_key = $1 AND seen_at IS NULL", causeKey, unit.Now, actor.Value), cancellationToken);

    private Result<ClaimedTask?> Bring(UnitOfWork unit, DeadLetterId id, Actor actor)
    {
        var letter = unit.QueryFirst(
            $"SELECT d.kind, d.subject_id, {rules.WhyNotAsk}, EXISTS (SELECT 1 FROM redrive_items i WHERE i.dead_letter_id = d.dead_letter_id AND i.state IN ('Waiting', 'Working')) FROM dead_letters d WHERE d.dead_letter_id = $1",
            row => new { Kind = row.GetString(0), Subject = row.GetString(1), Why = row.TextOrNull(2), IsHeld = row.GetBoolean(3) }, id.Value);
        if (letter is null) return NotFound(id);
        if ((letter.IsHeld ? "held" : letter.Why) is { } why) return new Refusal(RefusalCodes.StateConflict, 409, rules.TextOf(why) + ".");
        RedriveStep.Bring(unit, letters, id.Value, letter.Kind, letter.Subject);
        audit.Write(unit, new AuditEntry(actor, "dead-letter.try", id.Value));
        return worker.ClaimNow(unit, letter.Kind, letter.Subject);
    }

    private Result<int> Discard(UnitOfWork unit, IReadOnlyList<DeadLetterId> ids, string reason, Actor actor)
    {
        if (string.IsNullOrWhiteSpace(reason)) return new Refusal(RefusalCodes.Missing, 422, "Say why this work is given up.", "reason");
        foreach (var id in ids)
        {
            var letter = unit.QueryFirst(
                "SELECT kind, subject_id, state, EXISTS (SELECT 1 FROM redrive_items i WHERE i.dead_letter_id = dead_letters.dead_letter_id AND i.state IN ('Waiting', 'Working')) FROM dead_letters WHERE dead_letter_id = $1",
                row => new { Kind = row.GetString(0), Subject = row.GetString(1), State = row.GetString(2), IsHeld = row.GetBoolean(3) }, id.Value);
            if (letter is null) return NotFound(id);
            if (letter.State != nameof(DeadLetterState.Open)) return new Refusal(RefusalCodes.StateConflict, 409, $"{id} is {letter.State.ToLowerInvariant()} by now; nothing was changed.");
            if (letter.IsHeld) return new Refusal(RefusalCodes.StateConflict, 409, $"A redrive holds {id}; nothing was changed.");
            if (letters.Find(letter.Kind) is not { } step) return new Refusal(RefusalCodes.StateConflict, 409, "No part of the program knows how to give up this kind of step.");
            if (step.WhyNotGiveUp(unit, letter.Subject) is { } why) return new Refusal(RefusalCodes.StateConflict, 409, $"{id}: {why}", Money: MoneyEffect.Unknown);
            step.GiveUp(unit, letter.Subject);
            // Closed before its step goes: what is removed afterwards has no open file left to resolve.
            unit.Execute("UPDATE dead_letters SET state = 'Discarded', closed_at = $2, closed_by = $3, close_reason = $4 WHERE dead_letter_id = $1", id.Value, unit.Now, actor.Value, reason.Trim());
            RetryQueue.Remove(unit, letter.Kind, letter.Subject);
            unit.Signal(DeadLetters.Changed);
            audit.Write(unit, new AuditEntry(actor, "dead-letter.discard", id.Value) { Reason = reason.Trim(), Before = letter.Subject });
        }
        return ids.Count;
    }

    private Result<int> Note(UnitOfWork unit, string causeKey, string column, string? text, Actor actor, string action)
    {
        var before = unit.QueryFirst($"SELECT {column} FROM dead_letter_causes WHERE cause_key = $1", row => (Found: true, Text: row.TextOrNull(0)), causeKey);
        if (!before.Found) return new Refusal(RefusalCodes.NotFound, 404, $"There is no cause {causeKey}.");
        unit.Execute($"UPDATE dead_letter_causes SET {column} = $2 WHERE cause_key = $1", causeKey, text);
        audit.Write(unit, new AuditEntry(actor, action, causeKey) { Before = before.Text, After = text });
        return 1;
    }

    private static Refusal NotFound(DeadLetterId id) => new(RefusalCodes.NotFound, 404, $"There is no dead letter {id}.");
}
