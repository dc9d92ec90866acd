using Microsoft.EntityFrameworkCore;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Payments.Returns;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Payments.Refunds;

/// <summary>Which refunds a list shows. All that is set must hold.</summary>
/// <param name="AtLeast">In minor units of <paramref name="Currency"/>, as <paramref name="AtMost"/> is.</param>
/// <param name="MadeBy">The actor who asked.</param>
public sealed record RefundFilter(
    RefundStatus? Status = null, string? CheckoutId = null, string? PaymentOrderId = null, string? About = null, MomentRange Created = default, string? Currency = null, long? AtLeast = null, long? AtMost = null, string? MadeBy = null);

/// <summary>What a list says of a refund that does not stand in its row.</summary>
/// <param name="Approval">Null when one person was enough.</param>
/// <param name="ArrivedAt">When the PSP called it done; null before, and when it came back.</param>
/// <param name="CanCancel">The PSP can't have it.</param>
/// <param name="DeadLetter">The letter of its step, when its tries are over.</param>
/// <param name="Owed">What the buyer is still owed, when it came back and nobody has dealt with it.</param>
public sealed record RefundAside(Approval? Approval, DateTimeOffset? ArrivedAt, bool CanCancel, string? DeadLetter, FinanceTask? Owed);

/// <summary>All about one refund.</summary>
/// <param name="Owed">The task of finance, when it came back from the bank.</param>
public sealed record RefundDetails(Refund Refund, IReadOnlyList<ReturnHistoryLine> History, FinanceTask? Owed, RetryTask? Step, Approval? Approval, bool CanCancel);

/// <summary>Lists refunds newest first, in pages by keyset, and reads one.</summary>
public sealed class RefundQueries(IDbContextFactory<PortalDb> databases)
{
    /// <summary>Counting stops one above it.</summary>
    public const int CountCap = 10_000;

    private static readonly TimeSpan IdSlack = TimeSpan.FromMinutes(1);

    public async Task<ListSlice<Refund>> ListAsync(RefundFilter filter, PagePlace place, int size, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var isBackward = place.IsLast || place.Before is not null;
        var rows = await Walk(Matching(db, filter), place, isBackward).Take(size + 1).ToListAsync(cancellationToken).ConfigureAwait(false);
        var hasMore = rows.Count > size;
        var page = rows.Take(size).ToList();
        if (isBackward) page.Reverse();
        var hasBefore = isBackward ? hasMore : place.After is not null;
        var hasAfter = isBackward ? !place.IsLast : hasMore;
        return new ListSlice<Refund>(page, hasBefore && page.Count > 0 ? page[0].RefundId : null, hasAfter && page.Count > 0 ? page[^1].RefundId : null);
    }

    /// <summary>How many match; one above <see cref="CountCap"/> means more than that.</summary>
    public async Task<int> CountAsync(RefundFilter filter, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        return await Matching(db, filter).Take(CountCap + 1).CountAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The second person, the arrival and what can be done about each refund of a page, by its id.</summary>
    public async Task<IReadOnlyDictionary<string, RefundAside>> AsidesAsync(IReadOnlyCollection<Refund> page, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var (ids, asked, done) = (page.Select(refund => refund.RefundId).ToList(), page.Select(refund => refund.ApprovalId).OfType<string>().ToList(), RefundStatus.Succeeded.Word());
        var approvals = await db.Set<Approval>().AsNoTracking().Where(row => asked.Contains(row.ApprovalId)).ToDictionaryAsync(row => row.ApprovalId, cancellationToken).ConfigureAwait(false);
        var arrivals = await db.Set<ReturnHistoryLine>().AsNoTracking().Where(line => ids.Contains(line.ItemId) && line.ToStatus == done).ToListAsync(cancellationToken).ConfigureAwait(false);
        var sent = await MayBeThere(db).Where(call => ids.Contains(call.Item)).Select(call => call.Item).Distinct().ToListAsync(cancellationToken).ConfigureAwait(false);
        var dead = await db.Set<RetryTask>().AsNoTracking().Where(task => task.Kind == RefundSteps.Refund && ids.Contains(task.SubjectId) && task.State == TaskState.Dead)
            .ToDictionaryAsync(task => task.SubjectId, task => task.DeadLetterId, cancellationToken).ConfigureAwait(false);
        var owed = await db.Set<FinanceTask>().AsNoTracking().Where(task => ids.Contains(task.SessionId) && task.State == FinanceTaskState.Open).ToDictionaryAsync(task => task.SessionId, cancellationToken).ConfigureAwait(false);
        return page.ToDictionary(refund => refund.RefundId, refund => new RefundAside(
            refund.ApprovalId is { } approval ? approvals.GetValueOrDefault(approval) : null,
            refund.Status == RefundStatus.Succeeded ? arrivals.Find(line => line.ItemId == refund.RefundId)?.At : null,
            CanCancel(refund, sent.Contains(refund.RefundId)), dead.GetValueOrDefault(refund.RefundId), owed.GetValueOrDefault(refund.RefundId)));
    }

    /// <summary>Null when there is no such refund.</summary>
    public async Task<RefundDetails?> FindAsync(RefundId id, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        await using var snapshot = await db.Database.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        if (await db.Set<Refund>().AsNoTracking().FirstOrDefaultAsync(row => row.RefundId == id.Value, cancellationToken).ConfigureAwait(false) is not { } refund) return null;
        var history = await db.Set<ReturnHistoryLine>().AsNoTracking().Where(line => line.ItemId == id.Value).OrderBy(line => line.Version).ToListAsync(cancellationToken).ConfigureAwait(false);
        var owed = await db.Set<FinanceTask>().AsNoTracking().FirstOrDefaultAsync(task => task.SessionId == id.Value, cancellationToken).ConfigureAwait(false);
        var step = await db.Set<RetryTask>().AsNoTracking().FirstOrDefaultAsync(task => task.Kind == RefundSteps.Refund && task.SubjectId == id.Value, cancellationToken).ConfigureAwait(false);
        var approval = await db.Set<Approval>().AsNoTracking().FirstOrDefaultAsync(row => row.ApprovalId == refund.ApprovalId, cancellationToken).ConfigureAwait(false);
        var wasSent = await MayBeThere(db).AnyAsync(call => call.Item == id.Value, cancellationToken).ConfigureAwait(false);
        return new RefundDetails(refund, history, owed, step, approval, CanCancel(refund, wasSent));
    }

    /// <summary>As the act itself asks: a call whose end is not proved may have made the refund.</summary>
    private static IQueryable<Psp.PspCallRow> MayBeThere(PortalDb db) =>
        db.Set<Psp.PspCallRow>().AsNoTracking().Where(call => call.Step == RefundSteps.Create && (call.EffectProved == null || call.EffectProved == Psp.PspEffect.Exists));

    private static bool CanCancel(Refund refund, bool wasSent) => refund.Status.IsOpen() && refund.PspRefundId is null && !wasSent;

    private static IQueryable<Refund> Matching(PortalDb db, RefundFilter filter)
    {
        var query = db.Set<Refund>().AsNoTracking();
        if (filter.Status is { } status) query = query.Where(refund => refund.Status == status);
        if (filter.CheckoutId is { } checkout) query = query.Where(refund => refund.CheckoutId == checkout);
        if (filter.PaymentOrderId is { } order) query = query.Where(refund => refund.PaymentOrderId == order);
        if (filter.About is { } about)
            query = query.Where(refund => refund.RefundId == about || refund.CheckoutId == about || refund.PaymentOrderId == about || refund.PspRefundId == about || refund.SellerAccount == about);
        if (filter.Currency is { } currency) query = query.Where(refund => refund.Currency == currency);
        if (filter.AtLeast is { } least) query = query.Where(refund => refund.Amount >= least);
        if (filter.AtMost is { } most) query = query.Where(refund => refund.Amount <= most);
        if (filter.MadeBy is { } maker) query = query.Where(refund => refund.MadeBy == maker);
        if (filter.Created.From is { } from)
        {
            var floor = Ids.Floor<RefundId>(from - IdSlack);
            query = query.Where(refund => string.Compare(refund.RefundId, floor) >= 0 && refund.CreatedAt >= from);
        }
        if (filter.Created.To is { } to)
        {
            var ceiling = Ids.Floor<RefundId>(to + IdSlack);
            query = query.Where(refund => string.Compare(refund.RefundId, ceiling) < 0 && refund.CreatedAt < to);
        }
        return query;
    }

    private static IQueryable<Refund> Walk(IQueryable<Refund> query, PagePlace place, bool isBackward)
    {
        if (!isBackward)
        {
            var older = place.After is { } after ? query.Where(refund => string.Compare(refund.RefundId, after) < 0) : query;
            return older.OrderByDescending(refund => refund.RefundId);
        }
        var newer = place.Before is { } before ? query.Where(refund => string.Compare(refund.RefundId, before) > 0) : query;
        return newer.OrderBy(refund => refund.RefundId);
    }
}
