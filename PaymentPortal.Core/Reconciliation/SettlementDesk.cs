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

    /// <summary>Lines of a unit, each of which ends in a commit.</summary>
    private const int AtOnce = 2_000;

    /// <summary>Lines that are in memory together: what is alive for longer is carried into the older generations, which are cleared late.</summary>
    private const int Slice = 500;

    private static readonly string NextLines = $"file_id = $1 AND line IN (SELECT line FROM settlement_lines WHERE file_id = $1 AND bucket IS NOT NULL ORDER BY line LIMIT {AtOnce})";

    /// <summary>What was missing at the PSP until one of the lines came that are next to be taken back. The last condition but one names the index.</summary>
    private static readonly string SettledByLines = $"""
        SELECT {Mismatch.Columns} FROM mismatches WHERE state = 'Resolved' AND fact IN (SELECT fact FROM settlement_lines WHERE {NextLines} AND fact IS NOT NULL) AND file_id IS NULL AND state <> 'Withdrawn'
            AND (SELECT h.cause FROM mismatch_history h WHERE h.mismatch_id = mismatches.mismatch_id AND h.to_status = 'Resolved' AND h.from_status <> 'Resolved' ORDER BY h.version DESC LIMIT 1) = 'CameLater'
        """;

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
        CrashPoint.Hit("settlement-begun");
        // Between the batches the lane belongs to the payments.
        while (await lane.RunAsync(unit => Advance(unit, id), cancellationToken).ConfigureAwait(false)) CrashPoint.Hit("settlement-batch");
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
        for (var done = 0; done < AtOnce; done += Slice)
        {
            var now = done == 0 ? file : SettlementFile.Find(unit, new SettlementFileId(file.FileId))!;
            if (LineCases.Read(unit, now.FileId, now.MatchedTo, Slice) is not { Count: > 0 } cases)
            {
                unit.Execute("UPDATE settlement_files SET state = 'Accepted' WHERE file_id = $1", file.FileId);
                RetryQueue.Remove(unit, Step, file.FileId);
                return false;
            }
            new MatchBatch(unit, now, book).Run(cases);
        }
        return true;
    }

    /// <summary>First the mismatches, with the entries that they led to; then the lines.</summary>
    private bool Undo(UnitOfWork unit, SettlementFile file)
    {
        var (by, why) = (Actor.Stored(file.EndedBy!), file.Reason!);
        var open = unit.Query($"SELECT {Mismatch.Columns} FROM mismatches WHERE file_id = $1 AND state <> 'Withdrawn' LIMIT {AtOnce}", Mismatch.Read, file.FileId);
        foreach (var mismatch in open)
        {
            if (mismatch.State == MismatchState.Asked) StopAsking(unit, mismatch, by);
            if (mismatch.EntryId is { } entry) journal.Reverse(unit, new JournalEntryId(entry), unit.Now, StoredText.Cut($"{file.FileId} was rolled back: {why}"));
            book.Move(unit, Mismatch.Find(unit, mismatch.MismatchId)!, MismatchCause.RolledBack, by, why);
        }
        if (open.Count > 0) return true;
        var missed = unit.Query(SettledByLines, Mismatch.Read, file.FileId);
        if (unit.Execute($"UPDATE settlement_lines SET bucket = NULL, is_counted = 0, fact = NULL, effective_at = NULL WHERE {NextLines}", file.FileId) > 0)
        {
            foreach (var mismatch in missed) book.Move(unit, mismatch, MismatchCause.LineTakenBack, by, why);
            return true;
        }
        unit.Execute("UPDATE settlement_files SET state = 'RolledBack' WHERE file_id = $1", file.FileId);
        // What its lines told of belongs to other files' days too, and is looked for again.
        unit.Execute("UPDATE settlement_files SET is_swept = 0 WHERE state = 'Accepted' AND kind = $1", file.Kind);
        RetryQueue.Remove(unit, Step, file.FileId);
        return false;
    }

    /// <summary>Of entries that were asked for together the others are open again, too.</summary>
    private void StopAsking(UnitOfWork unit, Mismatch mismatch, Actor by)
    {
        if (Mismatch.Find(unit, mismatch.MismatchId) is not { State: MismatchState.Asked } asked) return;
        approvals.Close(unit, asked.BatchId is null ? MismatchDesk.Kind : MismatchBatches.Name, asked.BatchId ?? asked.MismatchId, by);
        var why = $"The file of {asked.MismatchId} is rolled back.";
        if (asked.BatchId is { } batch) MismatchBatches.Dissolve(unit, book, batch, by, why);
        else MismatchBatches.Reopen(unit, book, asked, by, why);
    }

    private static void End(UnitOfWork unit, SettlementFileId id, SettlementFileState state, Actor actor, string reason) =>
        unit.Execute("UPDATE settlement_files SET state = $2, ended_by = $3, ended_at = $4, reason = $5 WHERE file_id = $1", id.Value, state, actor.Value, unit.Now, StoredText.Cut(reason.Trim()));

    private static Refusal NotFound(SettlementFileId id) => new(RefusalCodes.NotFound, 404, $"There is no settlement file {id}.", "id");

    private static Refusal Conflict(SettlementFile file, string what) => new(RefusalCodes.StateConflict, 409, $"{file.FileId} is {file.State}. {what} Nothing was done.");
}
