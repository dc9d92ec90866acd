using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Ledger;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Reconciliation;

/// <summary>What people do about a mismatch. Each act needs a reason and stands in its history; one that books anything waits for a second person.</summary>
public sealed class MismatchDesk(WriteLane lane, MismatchBook book, Approvals approvals, AuditLog audit)
{
    /// <summary>The kind of its approvals.</summary>
    public const string Kind = "mismatch";

    /// <summary>Nothing is left alone for longer without somebody looking again.</summary>
    public static readonly TimeSpan LongestTiming = TimeSpan.FromDays(30);

    public Task<Result<MismatchState>> NoteAsync(MismatchId id, Actor actor, string note, CancellationToken cancellationToken) => ActAsync(id, actor, MismatchCause.Noted, note, null, cancellationToken);

    /// <summary>Both sides mean the same after all: nothing is booked.</summary>
    public Task<Result<MismatchState>> MatchAsync(MismatchId id, Actor actor, string reason, CancellationToken cancellationToken) => ActAsync(
        id, actor, MismatchCause.Matched, reason,
        (_, mismatch) => mismatch.Variance == 0 ? null : new Refusal(RefusalCodes.StateConflict, 409, $"{mismatch.Difference} {mismatch.Currency} differ: book or write off the difference, or ignore it with a reason. Nothing was done."),
        cancellationToken);

    public Task<Result<MismatchState>> IgnoreAsync(MismatchId id, Actor actor, string reason, CancellationToken cancellationToken) => ActAsync(id, actor, MismatchCause.Ignored, reason, null, cancellationToken);

    public Task<Result<MismatchState>> TakeAsync(MismatchId id, Actor actor, CancellationToken cancellationToken) => ActAsync(
        id, actor, MismatchCause.Taken, "looks after it",
        (unit, mismatch) =>
        {
            unit.Execute("UPDATE mismatches SET owner = $2 WHERE mismatch_id = $1", mismatch.MismatchId, actor.Value);
            return null;
        },
        cancellationToken);

    public Task<Result<MismatchState>> MarkTimingAsync(MismatchId id, Actor actor, DateTimeOffset until, string reason, CancellationToken cancellationToken) => ActAsync(
        id, actor, MismatchCause.MarkedTiming, reason,
        (unit, mismatch) =>
        {
            if (until <= unit.Now || until > unit.Now + LongestTiming) return new Refusal(RefusalCodes.Invalid, 422, $"The day lies between now and {LongestTiming.Days} days from now. Nothing was done.", "until");
            unit.Execute("UPDATE mismatches SET timing_until = $2 WHERE mismatch_id = $1", mismatch.MismatchId, until);
            return null;
        },
        cancellationToken);

    /// <summary>Asks a second person for the entry that settles it; its lines are what <see cref="Lines"/> shows.</summary>
    public Task<Result<MismatchState>> AskEntryAsync(MismatchId id, Actor actor, MismatchEntry how, string reason, CancellationToken cancellationToken) => ActAsync(
        id, actor, MismatchCause.EntryAsked, reason,
        (unit, mismatch) =>
        {
            var lines = Lines(mismatch, how);
            if (lines.Count == 0) return new Refusal(RefusalCodes.StateConflict, 409, "No money differs, so there is nothing to book. Match or ignore it.");
            unit.Execute("UPDATE mismatches SET proposal = $2 WHERE mismatch_id = $1", mismatch.MismatchId, how);
            var most = lines.Max(line => Math.Abs(line.Amount.Minor));
            return approvals.Ask(unit, new ApprovalAsk(Kind, id.Value, actor, new Money(most, lines[0].Amount.Currency), reason)).Refusal;
        },
        cancellationToken);

    /// <summary>The lines of the entry that would settle it.</summary>
    public static IReadOnlyList<Posting> Lines(Mismatch mismatch, MismatchEntry how) => MismatchPostings.Lines(mismatch, how);

    public static bool May(MismatchState state, MismatchCause cause) => MismatchMoves.CanMove(state, cause);

    private Task<Result<MismatchState>> ActAsync(
        MismatchId id, Actor actor, MismatchCause cause, string reason, Func<UnitOfWork, Mismatch, Refusal?>? also, CancellationToken cancellationToken) =>
        lane.RunAsync<Result<MismatchState>>(
            unit =>
            {
                if (string.IsNullOrWhiteSpace(reason) || reason.Length > 400) return new Refusal(RefusalCodes.Missing, 422, "Say why in 1 to 400 characters: it stays with the mismatch for ever.", "reason");
                if (Mismatch.Find(unit, id.Value) is not { } mismatch) return new Refusal(RefusalCodes.NotFound, 404, $"There is no mismatch {id}.");
                if (!MismatchMoves.CanMove(mismatch.State, cause)) return new Refusal(RefusalCodes.StateConflict, 409, $"{id} is {mismatch.State}: this can't be done any more. Nothing was done.");
                if (also?.Invoke(unit, mismatch) is { } refusal) return refusal;
                var to = book.Move(unit, mismatch, cause, actor, reason.Trim());
                audit.Write(unit, new AuditEntry(actor, $"mismatch.{cause}", id.Value) { Reason = reason.Trim(), Before = mismatch.State.ToString(), After = to.ToString() });
                return to;
            },
            cancellationToken);
}

/// <summary>The second person's part: books the entry that settles a mismatch, or drops it.</summary>
public sealed class MismatchApproval(MismatchBook book, Journal journal) : IApprovalKind
{
    public string Kind => MismatchDesk.Kind;

    public string Label => "Entry for a mismatch";

    public Approvers Approvers => Approvers.Finance;

    public string? PageOf(string subjectId) => "/recon/mismatches/" + subjectId;

    public ApprovalPreview Preview(UnitOfWork unit, string subjectId)
    {
        var mismatch = Find(unit, subjectId);
        if (HasComeLater(unit, mismatch)) return new ApprovalPreview("Nothing: what was missing has come by itself", [], []);
        return new ApprovalPreview(
            mismatch.Proposal == MismatchEntry.WriteOff ? $"Write off {subjectId}" : $"Adjust the books for {subjectId}",
            [.. MismatchPostings.Lines(mismatch, mismatch.Proposal!.Value).Select(line => new ApprovalLine(line.Account.Code, line.Amount))], []);
    }

    public Refusal? Approve(UnitOfWork unit, string subjectId, Actor checker)
    {
        var mismatch = Find(unit, subjectId);
        var posted = journal.Post(unit, MismatchPostings.Entry(mismatch, mismatch.Proposal!.Value, unit.Now, $"{mismatch.Kind} {mismatch.SourceId}"));
        unit.Execute("UPDATE mismatches SET entry_id = $2 WHERE mismatch_id = $1", subjectId, posted.EntryId.Value);
        book.Move(unit, mismatch, MismatchCause.EntryPosted, checker);
        return null;
    }

    public void Drop(UnitOfWork unit, string subjectId, ApprovalState end, Actor by, string? comment)
    {
        unit.Execute("UPDATE mismatches SET proposal = NULL WHERE mismatch_id = $1", subjectId);
        book.Move(unit, Find(unit, subjectId), MismatchCause.EntryDropped, by, comment);
    }

    /// <summary>The sweep settles it without an entry; an entry on top would count the same money twice.</summary>
    private static bool HasComeLater(UnitOfWork unit, Mismatch mismatch) => mismatch.Line is { } line
        ? LineCases.CameLater(unit, mismatch.FileId!, line) is not null
        : unit.Scalar("SELECT COUNT(*) FROM settlement_lines WHERE fact = $1", mismatch.Fact) > 0;

    private static Mismatch Find(UnitOfWork unit, string id) => Mismatch.Find(unit, id) ?? throw new InvalidOperationException($"There is no mismatch {id}.");
}
