using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Reconciliation;

/// <summary>Which mismatches an act is about: those ids, or all that a filter finds.</summary>
public sealed record MismatchChoice(MismatchFilter Filter, IReadOnlyList<string>? Ids = null);

/// <summary>One of the chosen with why it would be left alone; null when the act goes through.</summary>
public sealed record ChosenMismatch(Mismatch Mismatch, string? WhyNot);

/// <summary>What an act would do. <paramref name="Matching"/> may be more than are taken at once.</summary>
public sealed record ManyPreview(int Matching, IReadOnlyList<ChosenMismatch> Chosen)
{
    public IReadOnlyList<Mismatch> Done { get; } = [.. Chosen.Where(one => one.WhyNot is null).Select(one => one.Mismatch)];

    public IReadOnlyList<ChosenMismatch> LeftAlone { get; } = [.. Chosen.Where(one => one.WhyNot is not null)];

    /// <summary>What the mismatches that the act goes through for come to, debts and gains apart.</summary>
    public IReadOnlyList<Money> Sums { get; } = [.. Chosen.Where(one => one.WhyNot is null && one.Mismatch.Variance != 0)
        .GroupBy(one => (one.Mismatch.Currency, IsGain: one.Mismatch.Variance > 0)).OrderBy(group => group.Key.Currency, StringComparer.Ordinal).ThenBy(group => group.Key.IsGain)
        .Select(group => group.Aggregate(Money.Zero(Currency.Of(group.Key.Currency)), (sum, one) => sum + one.Mismatch.Difference))];
}

/// <summary>What became of it. <see cref="Approvals"/> are those that the entries wait for, one for each currency.</summary>
public sealed record ManyDone(int Done, IReadOnlyList<ChosenMismatch> LeftAlone, IReadOnlyList<ApprovalId> Approvals);

/// <summary>
/// The same act on many mismatches, with a preview. Done is what was shown: one that moved meanwhile is left alone, and said. Each has its own line of
/// history and of audit; entries wait for one second person together.
/// </summary>
public sealed class MismatchManyDesk(WriteLane lane, MismatchBook book, Approvals approvals, AuditLog audit, ReconciliationQueries queries)
{
    /// <summary>At once: as many as one unit books without keeping payments waiting.</summary>
    public const int Most = 500;

    private const int AtOnce = 100;

    public async Task<ManyPreview> PreviewAsync(MismatchChoice choice, MismatchAct act, CancellationToken cancellationToken)
    {
        var filter = choice.Ids is { } ids ? new MismatchFilter(IsClosedToo: true, Ids: [.. ids.Distinct(StringComparer.Ordinal)]) : choice.Filter;
        var page = await queries.MismatchesAsync(filter, null, Most, cancellationToken).ConfigureAwait(false);
        var matching = page.Next is null ? page.Items.Count : await queries.CountAsync(filter, cancellationToken).ConfigureAwait(false);
        return new ManyPreview(matching, [.. page.Items.Select(one => new ChosenMismatch(one, MismatchActs.WhyNot(one, act)))]);
    }

    /// <summary>Does it to those that the preview let through, as they were then.</summary>
    public async Task<Result<ManyDone>> DoAsync(IReadOnlyList<Mismatch> shown, MismatchOrder order, Actor actor, CancellationToken cancellationToken)
    {
        if (shown.Count is 0 or > Most) return new Refusal(RefusalCodes.Invalid, 422, $"Choose 1 to {Most} mismatches. Nothing was done.", "mismatches");
        // Entries go to a second person together, so they must stand or fall in one unit.
        var bites = MismatchActs.EntryOf(order.Act) is null ? AtOnce : Most;
        var (done, left, asked) = (0, new List<ChosenMismatch>(), new List<ApprovalId>());
        foreach (var bite in shown.Chunk(bites))
        {
            var part = await lane.RunAsync(unit => Do(unit, bite, order, actor), cancellationToken).ConfigureAwait(false);
            if (part.IsRefused) return part;
            done += part.Value.Done;
            left.AddRange(part.Value.LeftAlone);
            asked.AddRange(part.Value.Approvals);
        }
        return new ManyDone(done, left, asked);
    }

    private Result<ManyDone> Do(UnitOfWork unit, IReadOnlyList<Mismatch> shown, MismatchOrder order, Actor actor)
    {
        if (MismatchActs.WhyNot(unit, order) is { } refusal) return refusal;
        var (fit, left) = (new List<Mismatch>(), new List<ChosenMismatch>());
        foreach (var one in shown)
        {
            var now = Mismatch.Find(unit, one.MismatchId);
            var why = now is null || now.HistoryVersion != one.HistoryVersion ? "Something was done about it since it was shown." : MismatchActs.WhyNot(now, order.Act);
            if (why is null) fit.Add(now!);
            else left.Add(new ChosenMismatch(now ?? one, why));
        }
        foreach (var one in fit) MismatchActs.Prepare(unit, one, order);
        var asked = Ask(unit, fit, order, actor);
        if (asked.IsRefused) return asked.Refusal!;
        foreach (var one in fit) MismatchDesk.Carry(unit, book, audit, one, order, actor);
        return new ManyDone(fit.Count, left, asked.Value);
    }

    /// <summary>An approval for each currency: limits are by currency.</summary>
    private Result<IReadOnlyList<ApprovalId>> Ask(UnitOfWork unit, IReadOnlyList<Mismatch> fit, MismatchOrder order, Actor actor)
    {
        var asked = new List<ApprovalId>();
        if (MismatchActs.EntryOf(order.Act) is not { } entry) return asked;
        foreach (var group in fit.GroupBy(one => one.Currency).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            var batch = unit.NewId<MismatchBatchId>().Value;
            var total = Money.Zero(Currency.Of(group.Key));
            foreach (var one in group)
            {
                unit.Execute("UPDATE mismatches SET batch_id = $2 WHERE mismatch_id = $1", one.MismatchId, batch);
                total += new Money(MismatchPostings.Lines(one, entry).Where(line => line.Amount.Currency.Code == group.Key).Select(line => Math.Abs(line.Amount.Minor)).DefaultIfEmpty().Max(), total.Currency);
            }
            var approval = approvals.Ask(unit, new ApprovalAsk(MismatchBatches.Name, batch, actor, total, order.Reason.Trim()), ApprovalRule.Always);
            if (approval.IsRefused) return approval.Refusal!;
            asked.Add(approval.Value);
        }
        return asked;
    }
}
