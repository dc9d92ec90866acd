using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Ledger;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Reconciliation;

/// <summary>
/// Accepts files and takes them back, whole. The work goes in batches that a crash can't lose: each moves the file's mark in its own unit, and a step
/// waits to go on where the caller stopped.
/// </summary>
public sealed class SettlementDesk(WriteLane lane, AuditLog audit, Journal journal, Approvals approvals, MismatchBook book)
{
    /// <summary>The step that finishes an acceptance or a roll back; its subject is the file.</summary>
    public const string Step = "settlement.file";

    private const int AtOnce = 2_000;

    /// <summary>The caller goes on by himself; the step is for when he dies.</summary>
    private static readonly TimeSpan CallersOwn = TimeSpan.FromMinutes(2);

    public async Task<Result<SettlementFileId>> AcceptAsync(SettlementFileId id, Actor actor, CancellationToken cancellationToken)
    {
        var begun = await lane.RunAsync(unit => BeginAccept(unit, id, actor), cancellationToken).ConfigureAwait(false);
        if (!begun.IsRefused) await AdvanceAsync(id, cancellationToken).ConfigureAwait(false);
        return begun;
    }

    public async Task<Result<SettlementFileId>> RollBackAsync(SettlementFileId id, Actor actor, string reason, CancellationToken cancellationToken)
    {
        var begun = await lane.RunAsync(unit => BeginRollBack(unit, id, actor, reason), cancellationToken).ConfigureAwait(false);
        if (!begun.IsRefused) await AdvanceAsync(id, cancellationToken).ConfigureAwait(false);
        return begun;
    }

    /// <summary>A file that was shown and is not wanted.</summary>
    public Task<Result<SettlementFileId>> DiscardAsync(SettlementFileId id, Actor actor, string reason, CancellationToken cancellationToken) =>
        lane.RunAsync<Result<SettlementFileId>>(
            unit =>
            {
                if (string.IsNullOrWhiteSpace(reason)) return NoReason;
                if (SettlementFile.Find(unit, id) is not { } file) return NotFound(id);
                if (file.State != SettlementFileState.Staged) return Conflict(file, "Only a file that waits to be accepted can be discarded.");
                End(unit, id, SettlementFileState.Discarded, actor, reason);
                audit.Write(unit, new AuditEntry(actor, "settlement.discard", id.Value) { Reason = reason });
                return id;
            },
            cancellationToken);

    /// <summary>Does what is left of an acceptance or a roll back.</summary>
    public async Task AdvanceAsync(SettlementFileId id, CancellationToken cancellationToken)
    {
        while (await lane.RunAsync(unit => Advance(unit, id), cancellationToken).ConfigureAwait(false))
        {
            // Between the batches the lane belongs to the payments.
        }
    }

    private static Refusal NoReason => new(RefusalCodes.Missing, 422, "Say why: it stays with the file for ever.", "reason");

    private Result<SettlementFileId> BeginAccept(UnitOfWork unit, SettlementFileId id, Actor actor)
    {
        if (SettlementFile.Find(unit, id) is not { } file) return NotFound(id);
        if (file.State is SettlementFileState.Accepting or SettlementFileState.Accepted) return id;
        if (file.State != SettlementFileState.Staged) return Conflict(file, "Bring it in anew.");
        if (file.Unreadable > 0)
            return new Refusal(RefusalCodes.StateConflict, 409, $"{file.Unreadable} of its rows can't be read, so it may not be whole. Nothing counts of it; take the file from the PSP anew.");
        unit.Execute("UPDATE settlement_files SET state = 'Accepting', accepted_by = $2, accepted_at = $3 WHERE file_id = $1", id.Value, actor.Value, unit.Now);
        RetryQueue.Add(unit, Step, id.Value, unit.Now + CallersOwn);
        audit.Write(unit, new AuditEntry(actor, "settlement.accept", id.Value) { Before = nameof(SettlementFileState.Staged) });
        return id;
    }

    private Result<SettlementFileId> BeginRollBack(UnitOfWork unit, SettlementFileId id, Actor actor, string reason)
    {
        if (string.IsNullOrWhiteSpace(reason)) return NoReason;
        if (SettlementFile.Find(unit, id) is not { } file) return NotFound(id);
        if (file.State != SettlementFileState.Accepted) return Conflict(file, "Only an accepted file can be rolled back.");
        if (unit.QueryFirst("SELECT file_id FROM settlement_files WHERE state IN ('Accepting', 'Accepted') AND known_from LIKE '%' || $1 || '%'", row => row.GetString(0), id.Value) is { } later)
            return Conflict(file, $"{later} holds lines that count here. Roll that file back first.");
        if (unit.Scalar("SELECT COUNT(*) FROM (SELECT 1 FROM settlement_lines WHERE file_id = $1 AND is_counted = 1 AND effective_at < $2 LIMIT 1) AS one", id.Value, LockedDays.Until(unit)) > 0)
            return Conflict(file, "A day that it proves is closed: two people have signed these lines. Settle what is wrong in it by its mismatches.");
        End(unit, id, SettlementFileState.RollingBack, actor, reason);
        RetryQueue.Add(unit, Step, id.Value, unit.Now + CallersOwn);
        audit.Write(unit, new AuditEntry(actor, "settlement.roll-back", id.Value) { Reason = reason, Before = nameof(SettlementFileState.Accepted) });
        return id;
    }

    /// <summary>One batch. False when nothing is left.</summary>
    private bool Advance(UnitOfWork unit, SettlementFileId id)
    {
        var file = SettlementFile.Find(unit, id) ?? throw new InvalidOperationException($"There is no settlement file {id}.");
        return file.State switch
        {
            SettlementFileState.Accepting => Match(unit, file),
            SettlementFileState.RollingBack => Undo(unit, file),
            _ => false,
        };
    }

    private bool Match(UnitOfWork unit, SettlementFile file)
    {
        var cases = LineCases.Read(unit, file.FileId, file.MatchedTo, AtOnce);
        if (cases.Count == 0)
        {
            unit.Execute("UPDATE settlement_files SET state = 'Accepted' WHERE file_id = $1", file.FileId);
            RetryQueue.Remove(unit, Step, file.FileId);
            return false;
        }
        new MatchBatch(unit, file, book).Run(cases);
        return true;
    }

    /// <summary>First the mismatches, with the entries that they led to; then the lines.</summary>
    private bool Undo(UnitOfWork unit, SettlementFile file)
    {
        var (by, why) = (Actor.Stored(file.EndedBy!), file.Reason!);
        var open = unit.Query($"SELECT {Mismatch.Columns} FROM mismatches WHERE file_id = $1 AND state <> 'Withdrawn' LIMIT {AtOnce}", Mismatch.Read, file.FileId);
        foreach (var mismatch in open)
        {
            if (mismatch.State == MismatchState.Asked) approvals.Close(unit, MismatchDesk.Kind, mismatch.MismatchId, by);
            if (mismatch.EntryId is { } entry) journal.Reverse(unit, new JournalEntryId(entry), unit.Now, StoredText.Cut($"{file.FileId} was rolled back: {why}"));
            book.Move(unit, Mismatch.Find(unit, mismatch.MismatchId)!, MismatchCause.RolledBack, by, why);
        }
        if (open.Count > 0) return true;
        if (unit.Execute($"UPDATE settlement_lines SET bucket = NULL, is_counted = 0, fact = NULL, effective_at = NULL WHERE file_id = $1 AND line IN (SELECT line FROM settlement_lines WHERE file_id = $1 AND bucket IS NOT NULL LIMIT {AtOnce})", file.FileId) > 0) return true;
        unit.Execute("UPDATE settlement_files SET state = 'RolledBack' WHERE file_id = $1", file.FileId);
        // What its lines told of belongs to other files' days too, and is looked for again.
        unit.Execute("UPDATE settlement_files SET is_swept = 0 WHERE state = 'Accepted' AND kind = $1", file.Kind);
        RetryQueue.Remove(unit, Step, file.FileId);
        return false;
    }

    private static void End(UnitOfWork unit, SettlementFileId id, SettlementFileState state, Actor actor, string reason) =>
        unit.Execute("UPDATE settlement_files SET state = $2, ended_by = $3, ended_at = $4, reason = $5 WHERE file_id = $1", id.Value, state, actor.Value, unit.Now, StoredText.Cut(reason.Trim()));

    private static Refusal NotFound(SettlementFileId id) => new(RefusalCodes.NotFound, 404, $"There is no settlement file {id}.", "id");

    private static Refusal Conflict(SettlementFile file, string what) => new(RefusalCodes.StateConflict, 409, $"{file.FileId} is {file.State}. {what} Nothing was done.");
}
