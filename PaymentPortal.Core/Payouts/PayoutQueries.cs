using System.Data.Common;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Payouts;

/// <summary>Which payouts a list shows; null and empty mean all.</summary>
public sealed record PayoutFilter
{
    public IReadOnlyList<PayoutStatus> Statuses { get; init; } = [];

    public SellerAccount? Seller { get; init; }

    public string? Currency { get; init; }

    public MomentRange Created { get; init; }

    /// <summary>The actor who asked.</summary>
    public string? Maker { get; init; }

    /// <summary>An id of it: ours, or the PSP's of its transfer, or of any payout that it was sent by.</summary>
    public string? Trace { get; init; }

    public bool IsEmpty => this is { Statuses.Count: 0, Seller: null, Currency: null, Maker: null, Trace: null } && Created == default;
}

/// <summary>One move of a payout as a page tells it.</summary>
public sealed record PayoutMove(long Version, PayoutStatus? From, PayoutStatus To, PayoutCause Cause, string Actor, string? Note, DateTimeOffset At);

/// <summary>A payout with its history.</summary>
public sealed record PayoutDetails(PayoutView Payout, IReadOnlyList<PayoutMove> Moves, IReadOnlyList<string> EntryIds);

/// <summary>Reads payouts beside the lane, newest first, by keyset.</summary>
public sealed class PayoutQueries(SqlDialect dialect)
{
    /// <summary>Counting stops here, as every list's does.</summary>
    private const int CountCap = 10_001;

    private const string Columns = """
        p.payout_id, p.seller_account, p.amount, p.currency, p.status, p.bank_last4, p.transfer_id, p.psp_payout_id, p.is_taking_back, p.cancel_requested_at IS NOT NULL, p.is_waiting_for_balance,
        p.failure_code, p.failure_message, p.reason, p.requested_by, p.arrives_at, p.paid_at, p.created_at, p.updated_at, p.round,
        (SELECT a.approval_id FROM approvals a WHERE a.kind IN ('payout', 'payout-again') AND a.subject_id = p.payout_id AND a.state = 'Pending' LIMIT 1),
        (SELECT a.decided_by FROM approvals a WHERE a.kind IN ('payout', 'payout-again') AND a.subject_id = p.payout_id AND a.state = 'Approved' ORDER BY a.decided_at DESC LIMIT 1)
        """;

    public async Task<PayoutView?> FindAsync(PayoutId id, CancellationToken cancellationToken)
    {
        await using var connection = dialect.OpenReader();
        return (await connection.ReadAsync($"SELECT {Columns} FROM payouts p WHERE p.payout_id = $1", [id.Value], Read, cancellationToken).ConfigureAwait(false)).SingleOrDefault();
    }

    public async Task<PayoutDetails?> DetailsAsync(PayoutId id, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, cancellationToken).ConfigureAwait(false) is not { } payout) return null;
        await using var connection = dialect.OpenReader();
        var moves = await connection.ReadAsync(
            "SELECT version, from_status, to_status, cause, actor, note, at FROM payout_history WHERE payout_id = $1 ORDER BY version", [id.Value],
            row => new PayoutMove(
                row.GetInt64(0), row.TextOrNull(1) is { } from ? PayoutStatuses.Parse(from) : null, PayoutStatuses.Parse(row.GetString(2)), Enum.Parse<PayoutCause>(row.GetString(3)), row.GetString(4),
                row.TextOrNull(5), row.Moment(6)),
            cancellationToken).ConfigureAwait(false);
        var entries = await connection.ReadAsync(
            """
            WITH own AS (SELECT e.entry_id FROM payouts p JOIN journal_entries e ON (e.kind IN ('PayoutHold', 'PayoutRelease') AND e.source_id = p.payout_id)
                    OR (e.kind = 'PayoutTransfer' AND e.source_id = p.transfer_id) OR (e.kind = 'PayoutTransferBack' AND e.source_id = p.reversal_id)
                    OR (e.kind IN ('PayoutPaid', 'OwnPayoutSent', 'OwnPayoutPaid') AND e.source_id IN (SELECT s.psp_payout_id FROM payout_sends s WHERE s.payout_id = p.payout_id))
                WHERE p.payout_id = $1)
            SELECT entry_id FROM own UNION SELECT r.entry_id FROM journal_entries r WHERE r.reverses IN (SELECT entry_id FROM own) ORDER BY 1
            """,
            [id.Value], row => row.GetString(0), cancellationToken).ConfigureAwait(false);
        return new PayoutDetails(payout, moves, entries);
    }

    /// <summary>Newest first. A cursor is the id of the first or last row shown.</summary>
    public async Task<ListSlice<PayoutView>> ListAsync(PayoutFilter filter, string? after, string? before, bool isLast, int size, CancellationToken cancellationToken)
    {
        var isBackwards = before is not null || isLast;
        var (where, values) = Where(filter);
        if (after is not null) where.Add($"p.payout_id < ${Next(values, after)}");
        if (before is not null) where.Add($"p.payout_id > ${Next(values, before)}");
        await using var connection = dialect.OpenReader();
        var rows = await connection.ReadAsync(
            $"SELECT {Columns} FROM payouts p {And(where)} ORDER BY p.payout_id {(isBackwards ? "ASC" : "DESC")} LIMIT ${Next(values, size + 1)}", values, Read, cancellationToken).ConfigureAwait(false);
        var hasMore = rows.Count > size;
        if (hasMore) rows.RemoveAt(size);
        if (isBackwards) rows.Reverse();
        var (hasPrevious, hasNext) = isBackwards ? (hasMore, before is not null) : (after is not null, hasMore);
        return new ListSlice<PayoutView>(rows, hasPrevious && rows.Count > 0 ? rows[0].Id.Value : null, hasNext && rows.Count > 0 ? rows[^1].Id.Value : null);
    }

    public async Task<int> CountAsync(PayoutFilter filter, CancellationToken cancellationToken)
    {
        var (where, values) = Where(filter);
        await using var connection = dialect.OpenReader();
        return (await connection.ReadAsync($"SELECT COUNT(*) FROM (SELECT 1 FROM payouts p {And(where)} LIMIT {CountCap}) AS counted", values, row => row.GetInt32(0), cancellationToken).ConfigureAwait(false))[0];
    }

    /// <summary>How many payouts did not arrive and wait for a person, and what they come to in each currency. Our own are back at the PSP and wait for nobody.</summary>
    public async Task<(int Count, IReadOnlyList<Money> Sums)> StrandedAsync(CancellationToken cancellationToken)
    {
        await using var connection = dialect.OpenReader();
        var rows = await connection.ReadAsync(
            "SELECT currency, COUNT(*), SUM(amount) FROM payouts WHERE status IN ('FAILED', 'RETURNED') AND seller_account IS NOT NULL AND NOT is_taking_back GROUP BY currency ORDER BY currency",
            [], row => (Count: row.GetInt32(1), Sum: new Money(row.GetInt64(2), Currency.Of(row.GetString(0)))), cancellationToken).ConfigureAwait(false);
        return (rows.Sum(row => row.Count), [.. rows.Select(row => row.Sum)]);
    }

    internal static PayoutView View(UnitOfWork unit, PayoutId id) => unit.QueryFirst($"SELECT {Columns} FROM payouts p WHERE p.payout_id = $1", Read, id.Value)!;

    private static (List<string> Where, List<object?> Values) Where(PayoutFilter filter)
    {
        var (where, values) = (new List<string>(), new List<object?>());
        if (filter.Statuses.Count > 0) where.Add($"p.status IN ({string.Join(", ", filter.Statuses.Select(status => $"'{status.Word()}'"))})");
        if (filter.Seller is { } seller) where.Add($"p.seller_account = ${Next(values, seller.Value)}");
        if (filter.Currency is { } currency) where.Add($"p.currency = ${Next(values, currency)}");
        if (filter.Maker is { } maker) where.Add($"p.requested_by = ${Next(values, maker)}");
        if (filter.Trace is { } trace)
        {
            var id = Next(values, trace);
            where.Add($"(p.payout_id = ${id} OR p.transfer_id = ${id} OR p.payout_id IN (SELECT s.payout_id FROM payout_sends s WHERE s.psp_payout_id = ${id}))");
        }
        if (filter.Created.From is { } from) where.Add($"p.payout_id >= ${Next(values, Ids.Floor<PayoutId>(from))}");
        if (filter.Created.To is { } to) where.Add($"p.payout_id < ${Next(values, Ids.Floor<PayoutId>(to))}");
        return (where, values);
    }

    private static int Next(List<object?> values, object value)
    {
        values.Add(value);
        return values.Count;
    }

    private static string And(List<string> where) => where.Count == 0 ? "" : "WHERE " + string.Join(" AND ", where);

    private static PayoutView Read(DbDataReader row) => new(
        new PayoutId(row.GetString(0)), row.TextOrNull(1) is { } seller ? SellerAccount.Of(seller) : null, new Money(row.GetInt64(2), Currency.Of(row.GetString(3))), PayoutStatuses.Parse(row.GetString(4)),
        row.TextOrNull(5), row.TextOrNull(6), row.TextOrNull(7), row.GetBoolean(8), row.GetBoolean(9), row.GetBoolean(10), row.TextOrNull(11), row.TextOrNull(12), row.TextOrNull(13), row.GetString(14),
        row.MomentOrNull(15), row.MomentOrNull(16), row.Moment(17), row.Moment(18), row.GetInt32(19), row.TextOrNull(20), row.TextOrNull(21));
}
