using System.Diagnostics.Metrics;
using System.Globalization;
using System.Linq.Expressions;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Payments.Disputes;
using PaymentPortal.Core.Payments.Refunds;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Payments;

/// <summary>
/// Lists payments for people: filtered, in pages by keyset both ways, never by offset. Every answer is read from an index in the order of the list
/// or from a small set, so a page costs the same on the first and on the millionth payment.
/// </summary>
public sealed class PaymentQueries(IDbContextFactory<PortalDb> databases, PaymentSearch search, PaymentRows rows, TimeProvider time)
{
    /// <summary>Counting stops one above it: the list then says "10,000+".</summary>
    public const int CountCap = 10_000;

    public const string MeterName = "PaymentPortal.Payments";

    /// <summary>Ids carry the moment at which they were made, which is a little after the moment that the unit wrote down.</summary>
    private static readonly TimeSpan IdSlack = TimeSpan.FromMinutes(1);

    /// <summary>An export reads so many rows at a time.</summary>
    private const int Chunk = 500;

    private static readonly Counter<long> Lists = new Meter(MeterName).CreateCounter<long>("portal.payments.lists", description: "Pages of payments read for people");

    public async Task<ListSlice<PaymentListRow>> ListAsync(PaymentFilter filter, PaymentSort sort, PagePlace place, int size, CancellationToken cancellationToken)
    {
        Lists.Add(1);
        var now = time.GetUtcNow();
        await using var db = await databases.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var isBackward = place.IsLast || place.Before is not null;
        var keys = await Walk(Branches(db, filter, now), new Walked(sort, isBackward, place.IsLast ? null : place.Before ?? place.After, size + 1))
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        var hasMore = keys.Count > size;
        var page = keys.Take(size).ToList();
        if (isBackward) page.Reverse();
        var found = await rows.ReadAsync(db, [.. page.Select(key => key.CheckoutId)], now, cancellationToken).ConfigureAwait(false);
        var hasBefore = isBackward ? hasMore : place.After is not null;
        var hasAfter = isBackward ? !place.IsLast : hasMore;
        return new ListSlice<PaymentListRow>(found, hasBefore && page.Count > 0 ? Cursor(sort, page[0]) : null, hasAfter && page.Count > 0 ? Cursor(sort, page[^1]) : null);
    }

    /// <summary>Every matching payment in the order of the list, on one snapshot, a chunk at a time.</summary>
    internal async IAsyncEnumerable<PaymentListRow> ReadAllAsync(PaymentFilter filter, PaymentSort sort, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var db = await databases.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        await using var snapshot = await db.Database.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        var branches = Branches(db, filter, now);
        string? after = null;
        while (true)
        {
            var keys = await Walk(branches, new Walked(sort, false, after, Chunk)).ToListAsync(cancellationToken).ConfigureAwait(false);
            foreach (var row in await rows.ReadAsync(db, [.. keys.Select(key => key.CheckoutId)], now, cancellationToken).ConfigureAwait(false)) yield return row;
            if (keys.Count < Chunk) yield break;
            after = Cursor(sort, keys[^1]);
        }
    }

    /// <summary>The same rows as they are now, in the order asked; one that is gone is left out.</summary>
    public async Task<IReadOnlyList<PaymentListRow>> ReadAsync(IReadOnlyList<CheckoutId> ids, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        return await rows.ReadAsync(db, [.. ids.Select(id => id.Value)], time.GetUtcNow(), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The payments before and after one in the list that a filter gives, newest first.</summary>
    public async Task<(CheckoutId? Newer, CheckoutId? Older)> NeighboursAsync(PaymentFilter filter, CheckoutId of, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var branches = Branches(db, filter, time.GetUtcNow());
        var newer = await Walk(branches, new Walked(PaymentSort.NewestFirst, true, of.Value, 1)).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        var older = await Walk(branches, new Walked(PaymentSort.NewestFirst, false, of.Value, 1)).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        return (newer is null ? null : new CheckoutId(newer.CheckoutId), older is null ? null : new CheckoutId(older.CheckoutId));
    }

    /// <summary>How many match; one above <see cref="CountCap"/> means more than that.</summary>
    public async Task<int> CountAsync(PaymentFilter filter, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        return await CountAsync(db, filter, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>How many match in each group of states, whatever states the filter itself names.</summary>
    public async Task<IReadOnlyList<int>> CountAsync(PaymentFilter filter, IReadOnlyList<IReadOnlyList<PaymentState>> groups, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var counts = new List<int>(groups.Count);
        foreach (var group in groups) counts.Add(await CountAsync(db, filter with { States = group }, cancellationToken).ConfigureAwait(false));
        return counts;
    }

    /// <summary>How many matching payments are newer than the one a list begins with: what its "n new" says.</summary>
    public Task<int> CountNewerAsync(PaymentFilter filter, CheckoutId than, CancellationToken cancellationToken) =>
        CountAsync(filter, payment => string.Compare(payment.CheckoutId, than.Value) > 0, cancellationToken);

    private async Task<int> CountAsync(PaymentFilter filter, Expression<Func<PaymentEvent, bool>> also, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        var total = 0;
        foreach (var branch in Branches(db, filter, time.GetUtcNow()))
            total += await branch.Where(also).Take(CountCap + 1).CountAsync(cancellationToken).ConfigureAwait(false);
        return Math.Min(total, CountCap + 1);
    }

    private async Task<int> CountAsync(PortalDb db, PaymentFilter filter, CancellationToken cancellationToken)
    {
        var total = 0;
        foreach (var branch in Branches(db, filter, time.GetUtcNow()))
        {
            total += await branch.Take(CountCap + 1 - total).CountAsync(cancellationToken).ConfigureAwait(false);
            if (total > CountCap) break;
        }
        return total;
    }

    /// <summary>The matching payments as disjoint sets.</summary>
    private List<IQueryable<PaymentEvent>> Branches(PortalDb db, PaymentFilter filter, DateTimeOffset now)
    {
        var matching = Matching(db, filter);
        if (filter.States.Count == 0) return [matching];
        var sets = new PaymentStateSets(db, now);
        return [.. filter.States.Distinct().SelectMany(state => sets.Of(matching, state))];
    }

    private IQueryable<PaymentEvent> Matching(PortalDb db, PaymentFilter filter)
    {
        var query = InTime(db.Set<PaymentEvent>().AsNoTracking(), filter.Created);
        if (filter.Currency is { Code: var code }) query = query.Where(payment => payment.Currency == code);
        if (filter.Currency is not null && filter.AtLeast is { } least) query = query.Where(payment => payment.Amount >= least);
        if (filter.Currency is not null && filter.AtMost is { } most) query = query.Where(payment => payment.Amount <= most);
        if (filter.Reference is { } reference) query = query.Where(payment => payment.Reference == reference);
        if (filter.BuyerAccount is { } account)
            query = query.Where(payment => db.Set<Buyer>().Where(buyer => buyer.BuyerAccount == account).Select(buyer => buyer.UserId).Contains(payment.UserId));
        if (filter.Seller is { } seller)
            query = query.Where(payment => db.Set<PaymentOrder>().Where(order => order.SellerAccount == seller).Select(order => order.CheckoutId).Contains(payment.CheckoutId));
        if (filter.Has.Count > 0)
        {
            var having = filter.Has.Select(sequel => Having(db, sequel)).Aggregate((one, other) => one.Union(other));
            query = query.Where(payment => having.Contains(payment.CheckoutId));
        }
        if (filter.Search is not { Length: > 0 } text) return query;
        var found = search.Find(db, text);
        return query.Where(payment => found.Contains(payment.CheckoutId));
    }

    private static IQueryable<string> Having(PortalDb db, PaymentSequel sequel) => sequel switch
    {
        PaymentSequel.Refund => db.Set<Refund>().Select(refund => refund.CheckoutId),
        PaymentSequel.Dispute => db.Set<Dispute>().Select(dispute => dispute.CheckoutId),
    };

    /// <summary>Bounded by id, which has an index and the order of the list, and then exactly by time.</summary>
    private static IQueryable<PaymentEvent> InTime(IQueryable<PaymentEvent> query, MomentRange created)
    {
        if (created.From is { } from)
        {
            var floor = Ids.Floor<CheckoutId>(from - IdSlack);
            query = query.Where(payment => string.Compare(payment.CheckoutId, floor) >= 0 && payment.CreatedAt >= from);
        }
        if (created.To is { } to)
        {
            var ceiling = Ids.Floor<CheckoutId>(to + IdSlack);
            query = query.Where(payment => string.Compare(payment.CheckoutId, ceiling) < 0 && payment.CreatedAt < to);
        }
        return query;
    }

    /// <summary>Each set gives its own first rows in the order of the list; those are merged. So no set is ever sorted as a whole.</summary>
    private static IQueryable<PaymentKey> Walk(List<IQueryable<PaymentEvent>> branches, Walked walked)
    {
        var heads = branches.Select(branch => walked.Order(walked.Beyond(branch.Select(payment => new PaymentKey { CheckoutId = payment.CheckoutId, Amount = payment.Amount }))).Take(walked.Limit)).ToList();
        var merged = heads.Count == 1 ? heads[0] : walked.Order(heads.Aggregate((one, other) => one.Concat(other))).Take(walked.Limit);
        return merged;
    }

    private static string Cursor(PaymentSort sort, PaymentKey key) =>
        sort is PaymentSort.NewestFirst or PaymentSort.OldestFirst ? key.CheckoutId : string.Create(CultureInfo.InvariantCulture, $"{key.Amount}~{key.CheckoutId}");

    private sealed class PaymentKey
    {
        public required string CheckoutId { get; init; }

        public long Amount { get; init; }
    }

    /// <summary>The direction of one read: sort, whether it walks back from a cursor, and where it starts.</summary>
    private sealed record Walked(PaymentSort Sort, bool IsBackward, string? From, int Limit)
    {
        private bool IsByAmount => Sort is PaymentSort.LargestFirst or PaymentSort.SmallestFirst;

        private bool IsDescending => (Sort is PaymentSort.NewestFirst or PaymentSort.LargestFirst) != IsBackward;

        public IQueryable<PaymentKey> Order(IQueryable<PaymentKey> query) => (IsByAmount, IsDescending) switch
        {
            (false, true) => query.OrderByDescending(key => key.CheckoutId),
            (false, false) => query.OrderBy(key => key.CheckoutId),
            (true, true) => query.OrderByDescending(key => key.Amount).ThenByDescending(key => key.CheckoutId),
            (true, false) => query.OrderBy(key => key.Amount).ThenBy(key => key.CheckoutId),
        };

        /// <summary>What lies beyond the cursor; a cursor that is none of ours starts at the beginning.</summary>
        public IQueryable<PaymentKey> Beyond(IQueryable<PaymentKey> query)
        {
            if (From is null) return query;
            if (!IsByAmount) return IsDescending ? query.Where(key => string.Compare(key.CheckoutId, From) < 0) : query.Where(key => string.Compare(key.CheckoutId, From) > 0);
            if (From.Split('~') is not [var minor, var id] || !long.TryParse(minor, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var amount)) return query;
            return IsDescending
                ? query.Where(key => key.Amount <= amount && (key.Amount < amount || string.Compare(key.CheckoutId, id) < 0))
                : query.Where(key => key.Amount >= amount && (key.Amount > amount || string.Compare(key.CheckoutId, id) > 0));
        }
    }
}
