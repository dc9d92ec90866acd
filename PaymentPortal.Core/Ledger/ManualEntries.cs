using Microsoft.EntityFrameworkCore;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Ledger;

/// <summary>Entries by hand: proposed by one member of finance with a reason, booked when another approves. Nothing is booked before.</summary>
public sealed class ManualEntries(WriteLane lane, IDbContextFactory<PortalDb> databases, Journal journal, Approvals approvals)
{
    /// <summary>The kind of their approvals.</summary>
    public const string Kind = "journal-entry";

    public Task<Result<ApprovalId>> ProposeAsync(ManualTemplate template, IReadOnlyList<Posting> lines, Actor actor, string reason, CancellationToken cancellationToken) =>
        lane.RunAsync(unit => Propose(unit, template, lines, null, actor, reason), cancellationToken);

    public Task<Result<ApprovalId>> ProposeReversalAsync(JournalEntryId entry, Actor actor, string reason, CancellationToken cancellationToken) =>
        lane.RunAsync<Result<ApprovalId>>(
            unit =>
            {
                if (journal.Find(unit, entry) is not { } posted) return new Refusal(RefusalCodes.NotFound, 404, $"There is no entry {entry}.");
                var isReversed = unit.Scalar("SELECT COUNT(*) FROM journal_entries WHERE reverses = $1", entry.Value) > 0;
                if (ManualRules.WhyNotReverse(posted.Entry.Kind, isReversed) is { } why) return new Refusal(RefusalCodes.StateConflict, 409, why);
                if (unit.Scalar("SELECT COUNT(*) FROM manual_entries WHERE reverses = $1 AND state = 'Proposed'", entry.Value) > 0)
                    return new Refusal(RefusalCodes.StateConflict, 409, "Its reversal waits for a second person already.");
                return Propose(unit, ManualTemplate.Reversal, [.. posted.Entry.Postings.Select(line => new Posting(line.Account, -line.Amount))], entry, actor, reason);
            },
            cancellationToken);

    /// <summary>The newest proposals, for the list.</summary>
    public async Task<IReadOnlyList<ManualEntry>> ListAsync(int limit, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        return await db.Set<ManualEntry>().AsNoTracking().OrderByDescending(row => row.ManualEntryId).Take(limit).ToListAsync(cancellationToken).ConfigureAwait(false);
    }

    private Result<ApprovalId> Propose(UnitOfWork unit, ManualTemplate template, IReadOnlyList<Posting> lines, JournalEntryId? reverses, Actor actor, string reason)
    {
        if (string.IsNullOrWhiteSpace(reason) || reason.Length > 400) return new Refusal(RefusalCodes.Missing, 422, "Say why in 1 to 400 characters: it stays with the entry for ever.", "reason");
        if (ManualRules.WhyNot(lines) is { } why) return new Refusal(RefusalCodes.Invalid, 422, why + " Nothing was stored.", "lines");
        if (SuspenseByHand.WhyNot(unit, lines) is { } waiting) return waiting;
        var id = unit.NewId<ManualEntryId>();
        unit.Execute(
            $"INSERT INTO manual_entries ({ManualEntry.Columns}) VALUES ($1, $2, 'Proposed', $3, $4, $5, $6, $7, NULL)",
            id.Value, template, ManualEntry.LinesOf(lines), reverses?.Value, reason.Trim(), actor.Value, unit.Now);
        var moved = new Money(lines.Where(line => line.Amount.Minor > 0).Sum(line => line.Amount.Minor), lines[0].Amount.Currency);
        return approvals.Ask(unit, new ApprovalAsk(Kind, id.Value, actor, moved, reason), ApprovalRule.Always);
    }
}

/// <summary>The second person's part: books a proposed entry, or drops it.</summary>
public sealed class ManualEntryApproval(Journal journal) : IApprovalKind
{
    public string Kind => ManualEntries.Kind;

    public string Label => "Manual journal entry";

    public Approvers Approvers => Approvers.Finance;

    public string? PageOf(string subjectId) => null;

    public ApprovalPreview Preview(UnitOfWork unit, string subjectId)
    {
        var proposed = Find(unit, subjectId);
        return new ApprovalPreview(
            proposed.Template switch
            {
                ManualTemplate.Free => "Manual entry",
                ManualTemplate.FeeCorrection => "Correct a PSP fee",
                ManualTemplate.WriteOff => "Write off",
                ManualTemplate.SuspenseToOrder => "Suspense to a seller's order",
                ManualTemplate.Reversal => $"Reverse entry {proposed.Reverses}",
            },
            EntryLines.Of(proposed.Postings), []);
    }

    public Refusal? Approve(UnitOfWork unit, string subjectId, Actor checker)
    {
        var proposed = Find(unit, subjectId);
        if (SuspenseByHand.WhyNot(unit, proposed.Postings) is { } waiting) return waiting;
        var posted = proposed.Reverses is { } reverses
            ? journal.Reverse(unit, new JournalEntryId(reverses), unit.Now, proposed.Reason)
            : journal.Post(unit, new JournalEntry(EntryKind.Manual, subjectId, unit.Now, proposed.Postings) { Memo = proposed.Reason });
        // A debt comes from refunds and disputes only; a person who needs one has made a mistake.
        foreach (var line in proposed.Postings.Where(line => line.Account.IsSellerPayable && line.Amount.Minor > 0))
        {
            if (unit.Scalar("SELECT payable FROM wallet_balances WHERE seller_account = $1 AND currency = $2", line.Account.Seller!.Value.Value, line.Amount.Currency.Code) < 0)
                return new Refusal(RefusalCodes.StateConflict, 409, $"{line.Account} would fall below zero. Nothing was booked; refuse this and propose a smaller amount.");
        }
        unit.Execute("UPDATE manual_entries SET state = 'Posted', entry_id = $2 WHERE manual_entry_id = $1", subjectId, posted.EntryId.Value);
        return null;
    }

    public void Drop(UnitOfWork unit, string subjectId, ApprovalState end, Actor by, string? comment) =>
        unit.Execute("UPDATE manual_entries SET state = 'Dropped' WHERE manual_entry_id = $1", subjectId);

    private static ManualEntry Find(UnitOfWork unit, string id) =>
        unit.QueryFirst($"SELECT {ManualEntry.Columns} FROM manual_entries WHERE manual_entry_id = $1", ManualEntry.Read, id)
        ?? throw new InvalidOperationException($"There is no proposed entry {id}.");
}
