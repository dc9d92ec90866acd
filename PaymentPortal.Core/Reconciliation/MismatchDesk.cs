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

    /// <summary>The role whose people may look after mismatches: it is the one that may settle them.</summary>
    public const string KeeperRole = "Finance";

    public Task<Result<MismatchState>> NoteAsync(MismatchId id, Actor actor, string note, CancellationToken cancellationToken) =>
        DoAsync(id, new MismatchOrder(MismatchAct.Note, note), actor, cancellationToken);

    /// <summary>The actor looks after it himself.</summary>
    public Task<Result<MismatchState>> TakeAsync(MismatchId id, Actor actor, CancellationToken cancellationToken) => ActAsync(
        id, actor, MismatchCause.Taken, "looks after it",
        (unit, mismatch) =>
        {
            unit.Execute("UPDATE mismatches SET owner = $2 WHERE mismatch_id = $1", mismatch.MismatchId, actor.Value);
            return null;
        },
        cancellationToken);

    /// <summary>Does any other act. One that books asks a second person for the entry; its lines are what <see cref="Lines"/> shows.</summary>
    public Task<Result<MismatchState>> DoAsync(MismatchId id, MismatchOrder order, Actor actor, CancellationToken cancellationToken) => ActAsync(
        id, actor, MismatchActs.CauseOf(order.Act), order.Reason,
        (unit, mismatch) =>
        {
            if (MismatchActs.WhyNot(unit, order) is { } refusal) return refusal;
            if (MismatchActs.WhyNot(mismatch, order.Act) is { } why) return new Refusal(RefusalCodes.StateConflict, 409, why);
            MismatchActs.Prepare(unit, mismatch, order);
            if (MismatchActs.EntryOf(order.Act) is not { } entry) return null;
            var lines = Lines(mismatch, entry);
            var most = lines.Max(line => Math.Abs(line.Amount.Minor));
            return approvals.Ask(unit, new ApprovalAsk(Kind, id.Value, actor, new Money(most, lines[0].Amount.Currency), order.Reason), ApprovalRule.Always).Refusal;
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
                if (string.IsNullOrWhiteSpace(reason) || reason.Length > MismatchActs.LongestReason)
                    return new Refusal(RefusalCodes.Missing, 422, $"Say why in 1 to {MismatchActs.LongestReason} characters: it stays with the mismatch for ever.", "reason");
                if (Mismatch.Find(unit, id.Value) is not { } mismatch) return new Refusal(RefusalCodes.NotFound, 404, $"There is no mismatch {id}.");
                if (!MismatchMoves.CanMove(mismatch.State, cause)) return new Refusal(RefusalCodes.StateConflict, 409, $"{id} is {mismatch.State}: this can't be done any more. Nothing was done.");
                if (also?.Invoke(unit, mismatch) is { } refusal) return refusal;
                return Carry(unit, book, audit, mismatch, cause, reason, actor);
            },
            cancellationToken);

    internal static MismatchState Carry(UnitOfWork unit, MismatchBook book, AuditLog audit, Mismatch mismatch, MismatchOrder order, Actor actor) =>
        Carry(unit, book, audit, mismatch, MismatchActs.CauseOf(order.Act), order.Reason, actor);

    private static MismatchState Carry(UnitOfWork unit, MismatchBook book, AuditLog audit, Mismatch mismatch, MismatchCause cause, string reason, Actor actor)
    {
        var to = book.Move(unit, mismatch, cause, actor, reason.Trim());
        audit.Write(unit, new AuditEntry(actor, $"mismatch.{cause}", mismatch.MismatchId) { Reason = reason.Trim(), Before = mismatch.State.ToString(), After = to.ToString() });
        return to;
    }
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
        // The sweep settles it without an entry; an entry on top would count the same money twice.
        if (MismatchBatches.HasComeLater(unit, mismatch)) return new ApprovalPreview("Nothing: what was missing has come by itself", [], []);
        return new ApprovalPreview(
            mismatch.Proposal == MismatchEntry.WriteOff ? $"Write off {subjectId}" : $"Adjust the books for {subjectId}",
            EntryLines.Of(MismatchPostings.Lines(mismatch, mismatch.Proposal!.Value)), []);
    }

    public Refusal? Approve(UnitOfWork unit, string subjectId, Actor checker)
    {
        var mismatch = Find(unit, subjectId);
        Post(unit, book, journal, mismatch, checker);
        return null;
    }

    internal static void Post(UnitOfWork unit, MismatchBook book, Journal journal, Mismatch mismatch, Actor checker)
    {
        var posted = journal.Post(unit, MismatchPostings.Entry(mismatch, mismatch.Proposal!.Value, unit.Now, $"{mismatch.Kind} {mismatch.SourceId}"));
        unit.Execute("UPDATE mismatches SET entry_id = $2 WHERE mismatch_id = $1", mismatch.MismatchId, posted.EntryId.Value);
        book.Move(unit, mismatch, MismatchCause.EntryPosted, checker);
    }

    public void Drop(UnitOfWork unit, string subjectId, ApprovalState end, Actor by, string? comment) => MismatchBatches.Reopen(unit, book, Find(unit, subjectId), by, comment);

    private static Mismatch Find(UnitOfWork unit, string id) => Mismatch.Find(unit, id) ?? throw new InvalidOperationException($"There is no mismatch {id}.");
}
