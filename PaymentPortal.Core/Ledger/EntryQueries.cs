using System.Data.Common;
using System.Globalization;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Ledger;

/// <summary>Reads entries with their lines, newest first and by keyset. Entries never change, so a page is right whenever its lines are read.</summary>
public sealed class EntryQueries(SqlDialect dialect)
{
    private const string Columns = """
        SELECT e.entry_id, e.seq, e.kind, e.source_id, e.checkout_id, e.posted_at, e.effective_at, e.available_on, e.memo, e.reverses,
               (SELECT r.entry_id FROM journal_entries r WHERE r.reverses = e.entry_id), e.happened_at
        FROM
        """;

    // Each filter that names few entries is where the walk starts: without statistics SQLite would rather walk all entries in the wanted order.
    private const string ByAccount = "postings a CROSS JOIN journal_entries e WHERE a.seq < $1 AND a.account = $2 AND e.entry_id = a.entry_id";

    /// <summary>Gives an entry with two such lines only once.</summary>
    private const string FirstLine = " AND NOT EXISTS (SELECT 1 FROM postings f WHERE f.entry_id = a.entry_id AND f.line < a.line AND f.account = a.account";

    private const string ByCheckout = "journal_entries e WHERE e.seq < $1 AND e.checkout_id = $2";

    private const string All = $"journal_entries e WHERE e.chain_id = '{Journal.ChainId}' AND e.seq < $1";

    /// <summary>The cursor is the id of the last entry of the page before.</summary>
    public async Task<Page<EntryView>> ListAsync(EntryFilter filter, string? after, int limit, CancellationToken cancellationToken)
    {
        await using var connection = dialect.OpenReader();
        var before = after is null ? long.MaxValue : await SequenceAsync(connection, after, cancellationToken).ConfigureAwait(false);
        var arguments = new List<object?> { before };
        var sql = $"{Columns} {From(filter, arguments)} LIMIT {limit + 1}";
        var entries = await ReadAsync(connection, sql, arguments, cancellationToken).ConfigureAwait(false);
        return new Page<EntryView>([.. entries.Take(limit)], entries.Count > limit ? entries[limit - 1].Id.Value : null);
    }

    /// <summary>A page for people: newest on top, both ways by keyset. The cursors are ids of entries.</summary>
    public async Task<ListSlice<EntryView>> SliceAsync(EntryFilter filter, PagePlace place, int limit, CancellationToken cancellationToken)
    {
        await using var connection = dialect.OpenReader();
        var isBackward = place.IsLast || place.Before is not null;
        var cursor = place.IsLast ? null : place.Before ?? place.After;
        var edge = cursor is not null ? await SequenceAsync(connection, cursor, cancellationToken).ConfigureAwait(false) : isBackward ? 0 : long.MaxValue;
        var arguments = new List<object?> { edge };
        var walk = From(filter, arguments);
        // Backwards is the same walk the other way round, from the same edge.
        if (isBackward) walk = walk.Replace(".seq < $1", ".seq > $1", StringComparison.Ordinal).Replace(".seq DESC", ".seq ASC", StringComparison.Ordinal);
        var rows = await ReadAsync(connection, string.Create(CultureInfo.InvariantCulture, $"{Columns} {walk} LIMIT {limit + 1}"), arguments, cancellationToken).ConfigureAwait(false);
        var hasMore = rows.Count > limit;
        var page = rows.Take(limit).ToList();
        if (page.Count == 0) return new ListSlice<EntryView>([], null, null);
        if (isBackward) page.Reverse();
        var hasBefore = isBackward ? hasMore : place.After is not null;
        var hasAfter = isBackward ? !place.IsLast : hasMore;
        return new ListSlice<EntryView>(page, hasBefore ? page[0].Id.Value : null, hasAfter ? page[^1].Id.Value : null);
    }

    /// <summary>How many match; counting stops at <paramref name="cap"/>.</summary>
    public async Task<int> CountAsync(EntryFilter filter, int cap, CancellationToken cancellationToken)
    {
        await using var connection = dialect.OpenReader();
        var arguments = new List<object?> { long.MaxValue };
        var sql = string.Create(CultureInfo.InvariantCulture, $"SELECT COUNT(*) FROM (SELECT 1 FROM {From(filter, arguments)} LIMIT {cap}) AS found");
        return (await connection.ReadAsync(sql, arguments, row => row.GetInt32(0), cancellationToken).ConfigureAwait(false))[0];
    }

    public async Task<EntryView?> FindAsync(JournalEntryId id, CancellationToken cancellationToken)
    {
        await using var connection = dialect.OpenReader();
        var entries = await ReadAsync(connection, $"{Columns} journal_entries e WHERE e.entry_id = $1", [id.Value], cancellationToken).ConfigureAwait(false);
        return entries is [var entry] ? entry : null;
    }

    /// <summary>All entries of a payment in the order in which they were booked; there are never more than a few per order.</summary>
    public async Task<IReadOnlyList<EntryView>> OfCheckoutAsync(CheckoutId checkout, CancellationToken cancellationToken)
    {
        await using var connection = dialect.OpenReader();
        return await ReadAsync(connection, $"{Columns} journal_entries e WHERE e.checkout_id = $1 ORDER BY e.seq", [checkout.Value], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>An unknown cursor lies before every entry, so the page after it is empty.</summary>
    private static async Task<long> SequenceAsync(DbConnection connection, string id, CancellationToken cancellationToken)
    {
        var found = await connection.ReadAsync("SELECT seq FROM journal_entries WHERE entry_id = $1", [id], row => row.GetInt64(0), cancellationToken).ConfigureAwait(false);
        return found is [var sequence] ? sequence : 0;
    }

    private static string From(EntryFilter filter, List<object?> arguments)
    {
        if (filter.Account is { } account)
        {
            arguments.Add(account.Code);
            var sameCurrency = filter.Currency is null ? ")" : " AND f.currency = a.currency)";
            return $"{ByAccount}{FirstLine}{sameCurrency}{Conditions(filter, "a.currency = $n", arguments)} ORDER BY a.seq DESC";
        }
        const string AnyLine = "EXISTS (SELECT 1 FROM postings p WHERE p.entry_id = e.entry_id AND p.currency = $n)";
        if (filter.CheckoutId is not { } checkout) return $"{All}{Conditions(filter, AnyLine, arguments)} ORDER BY e.seq DESC";
        arguments.Add(checkout.Value);
        return $"{ByCheckout}{Conditions(filter, AnyLine, arguments)} ORDER BY e.seq DESC";
    }

    private static string Conditions(EntryFilter filter, string inCurrency, List<object?> arguments)
    {
        var conditions = "";
        void Add(string condition, object? value)
        {
            if (value is null) return;
            arguments.Add(value);
            conditions += " AND " + condition.Replace("$n", "$" + arguments.Count.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        }
        Add("e.effective_at >= $n", filter.From);
        Add("e.effective_at < $n", filter.Until);
        Add("e.kind = $n", filter.Kind);
        Add("e.checkout_id = $n", filter.CheckoutId?.Value);
        Add(inCurrency, filter.Currency?.Code);
        return conditions;
    }

    private static async Task<List<EntryView>> ReadAsync(DbConnection connection, string sql, List<object?> arguments, CancellationToken cancellationToken)
    {
        var entries = await connection.ReadAsync(sql, arguments, Entry, cancellationToken).ConfigureAwait(false);
        if (entries.Count == 0) return entries;
        var ids = string.Join(", ", Enumerable.Range(1, entries.Count).Select(at => string.Create(CultureInfo.InvariantCulture, $"${at}")));
        var lines = await connection.ReadAsync(
            $"SELECT entry_id, account, currency, amount FROM postings WHERE entry_id IN ({ids}) ORDER BY entry_id, line",
            [.. entries.Select(entry => entry.Id.Value)],
            row => (Entry: row.GetString(0), Posting: new Posting(Account.Of(row.GetString(1)), new Money(row.GetInt64(3), Currency.Of(row.GetString(2))))), cancellationToken).ConfigureAwait(false);
        var byEntry = lines.ToLookup(line => line.Entry, line => line.Posting, StringComparer.Ordinal);
        return [.. entries.Select(entry => entry with { Postings = [.. byEntry[entry.Id.Value]] })];
    }

    private static EntryView Entry(DbDataReader row) => new(
        new JournalEntryId(row.GetString(0)),
        row.GetInt64(1),
        Enum.Parse<EntryKind>(row.GetString(2)),
        row.GetString(3),
        row.TextOrNull(4) is { } checkout ? new CheckoutId(checkout) : null,
        row.Moment(5),
        row.Moment(6),
        row.MomentOrNull(7),
        row.GetString(8),
        row.TextOrNull(9) is { } reverses ? new JournalEntryId(reverses) : null,
        row.TextOrNull(10) is { } reversedBy ? new JournalEntryId(reversedBy) : null,
        [])
    {
        HappenedAt = row.MomentOrNull(11),
    };
}
