using Microsoft.EntityFrameworkCore;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Payments.Returns;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Payments.Disputes;

/// <summary>Which disputes a list shows. All that is set must hold.</summary>
/// <param name="IsOpen">Only those that are not over, or only those that are.</param>
public sealed record DisputeFilter(DisputeStatus? Status = null, bool? IsOpen = null, string? CheckoutId = null, string? About = null);

/// <summary>What a person did about a dispute, in the word of the audit log; what he changed it to, and why.</summary>
public sealed record DisputeAct(long Seq, DateTimeOffset At, string Actor, string Action, string? To, string? Reason);

/// <summary>All about one dispute.</summary>
/// <param name="Evidence">Only opened for who may see it; empty otherwise.</param>
public sealed record DisputeDetails(
    Dispute Dispute, IReadOnlyList<DisputeShareRow> Shares, IReadOnlyList<ReturnHistoryLine> History, IReadOnlyList<DisputeAct> Acts, IReadOnlyDictionary<string, string> Evidence, RetryTask? Answer, bool IsShifted);

/// <summary>Lists disputes by the end of the time for evidence, the most urgent first, in pages by keyset, and reads one.</summary>
public sealed class DisputeQueries(IDbContextFactory<PortalDb> databases, EvidenceText evidence, DisputeSettings settings, TimeProvider time)
{
    /// <summary>Counting stops one above it.</summary>
    public const int CountCap = 10_000;

    /// <summary>Nobody saves evidence that often.</summary>
    private const int ActCap = 500;

    private static readonly DisputeStatus[] Over = [.. Enum.GetValues<DisputeStatus>().Where(status => status.IsOver())];

    /// <summary>The cursor is a dispute's id: its due date is looked up, so that a page goes on where it ended even when the date moved.</summary>
    public async Task<ListSlice<Dispute>> ListAsync(DisputeFilter filter, PagePlace place, int size, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var isBackward = place.IsLast || place.Before is not null;
        var query = Matching(db, filter);
        if (await FindEdgeAsync(db, place.After ?? place.Before, cancellationToken).ConfigureAwait(false) is { } edge)
        {
            query = isBackward
                ? query.Where(dispute => dispute.DueBy < edge.DueBy || (dispute.DueBy == edge.DueBy && string.Compare(dispute.DisputeId, edge.DisputeId) < 0))
                : query.Where(dispute => dispute.DueBy > edge.DueBy || (dispute.DueBy == edge.DueBy && string.Compare(dispute.DisputeId, edge.DisputeId) > 0));
        }
        query = isBackward
            ? query.OrderByDescending(dispute => dispute.DueBy).ThenByDescending(dispute => dispute.DisputeId)
            : query.OrderBy(dispute => dispute.DueBy).ThenBy(dispute => dispute.DisputeId);
        var rows = await query.Take(size + 1).ToListAsync(cancellationToken).ConfigureAwait(false);
        var hasMore = rows.Count > size;
        var page = rows.Take(size).ToList();
        if (isBackward) page.Reverse();
        var hasBefore = isBackward ? hasMore : place.After is not null;
        var hasAfter = isBackward ? !place.IsLast : hasMore;
        return new ListSlice<Dispute>(page, hasBefore && page.Count > 0 ? page[0].DisputeId : null, hasAfter && page.Count > 0 ? page[^1].DisputeId : null);
    }

    /// <summary>How many match; one above <see cref="CountCap"/> means more than that.</summary>
    public async Task<int> CountAsync(DisputeFilter filter, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        return await Matching(db, filter).Take(CountCap + 1).CountAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Disputes whose time for evidence runs out with nothing submitted, and the nearest end.</summary>
    public async Task<(int Count, DateTimeOffset? Nearest)> UrgentAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var limit = time.GetUtcNow() + settings.WarnBefore;
        var due = await db.Set<Dispute>().AsNoTracking()
            .Where(dispute => (dispute.Status == DisputeStatus.NeedsResponse || dispute.Status == DisputeStatus.Inquiry) && dispute.SubmittedAt == null && dispute.SubmitRequestedAt == null && dispute.AcceptRequestedAt == null && dispute.DueBy <= limit)
            .OrderBy(dispute => dispute.DueBy).Select(dispute => dispute.DueBy).Take(CountCap).ToListAsync(cancellationToken).ConfigureAwait(false);
        return (due.Count, due.Count == 0 ? null : due[0]);
    }

    /// <summary>Null when there is no such dispute.</summary>
    public async Task<DisputeDetails?> FindAsync(DisputeId id, bool mayReadEvidence, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        await using var snapshot = await db.Database.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        if (await db.Set<Dispute>().AsNoTracking().FirstOrDefaultAsync(row => row.DisputeId == id.Value, cancellationToken).ConfigureAwait(false) is not { } dispute) return null;
        var shares = await db.Set<DisputeShareRow>().AsNoTracking().Where(share => share.DisputeId == id.Value).OrderBy(share => share.PaymentOrderId).ToListAsync(cancellationToken).ConfigureAwait(false);
        var history = await db.Set<ReturnHistoryLine>().AsNoTracking().Where(line => line.ItemId == id.Value).OrderBy(line => line.Version).ToListAsync(cancellationToken).ConfigureAwait(false);
        var acts = await db.Set<AuditRow>().AsNoTracking().Where(row => row.ObjectId == id.Value).OrderBy(row => row.Seq).Take(ActCap)
            .Select(row => new DisputeAct(row.Seq, row.At, row.Actor, row.Action, row.After, row.Reason)).ToListAsync(cancellationToken).ConfigureAwait(false);
        var answer = await db.Set<RetryTask>().AsNoTracking().FirstOrDefaultAsync(task => task.Kind == DisputeSteps.Answer && task.SubjectId == id.Value, cancellationToken).ConfigureAwait(false);
        var isShifted = await db.Set<Ledger.EntryRow>().AnyAsync(entry => entry.Kind == Ledger.EntryKind.DisputeShifted && entry.SourceId == id.Value, cancellationToken).ConfigureAwait(false);
        return new DisputeDetails(dispute, shares, history, acts, mayReadEvidence ? evidence.Open(id, dispute.Evidence) : new Dictionary<string, string>(), answer, isShifted);
    }

    private static async Task<Dispute?> FindEdgeAsync(PortalDb db, string? id, CancellationToken cancellationToken) =>
        id is null ? null : await db.Set<Dispute>().AsNoTracking().FirstOrDefaultAsync(row => row.DisputeId == id, cancellationToken).ConfigureAwait(false);

    private static IQueryable<Dispute> Matching(PortalDb db, DisputeFilter filter)
    {
        var query = db.Set<Dispute>().AsNoTracking();
        if (filter.Status is { } status) query = query.Where(dispute => dispute.Status == status);
        if (filter.IsOpen is { } isOpen) query = isOpen ? query.Where(dispute => !Over.Contains(dispute.Status)) : query.Where(dispute => Over.Contains(dispute.Status));
        if (filter.CheckoutId is { } checkout) query = query.Where(dispute => dispute.CheckoutId == checkout);
        if (filter.About is { } about) query = query.Where(dispute => dispute.DisputeId == about || dispute.CheckoutId == about || dispute.PspDisputeId == about || dispute.ChargeId == about);
        return query;
    }
}
