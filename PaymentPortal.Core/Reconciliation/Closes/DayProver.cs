using System.Data.Common;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Reconciliation.Closes;

/// <summary>
/// Proves a UTC day out of one snapshot, beside the lane: sums by category in the database, and only what differs comes into memory. The proof changes
/// nothing; <see cref="CloseDesk"/> freezes one.
/// </summary>
public sealed class DayProver(SqlDialect dialect, TimeProvider time)
{
    private static readonly string Rows = ProofSql.Rows("$1", "$2");

    private static readonly string Figures = $"SELECT currency, category, SUM(orders), SUM(ledger), SUM(wallets), SUM(psp) FROM ({Rows}) AS rows_of_day GROUP BY currency, category ORDER BY currency, category";

    private static readonly string Differing =
        $"SELECT {ProofSql.ByItem} FROM ({Rows}) AS rows_of_day GROUP BY category, item, currency HAVING SUM(ledger) <> SUM(psp) OR NOT ({ProofSql.SameSides}) ORDER BY category, item, currency LIMIT {DayProof.MostItems + 1}";

    /// <summary>The wallets' own rows, counted back to the day's end, beside the journal up to there: the last close's sum and what was posted since.</summary>
    private const string WalletsAtEnd = """
        SELECT currency, SUM(ledger), SUM(wallets) FROM (
            SELECT currency, payable + held AS wallets, 0 AS ledger FROM wallet_balances
            UNION ALL SELECT p.currency, p.amount, 0 FROM journal_entries e JOIN postings p ON p.entry_id = e.entry_id WHERE e.effective_at >= $1 AND p.account LIKE 'seller:%'
            UNION ALL SELECT p.currency, 0, -p.amount FROM journal_entries e JOIN postings p ON p.entry_id = e.entry_id WHERE e.effective_at >= $2 AND e.effective_at < $1 AND p.account LIKE 'seller:%'
            UNION ALL SELECT currency, 0, ledger FROM day_close_figures WHERE day = $3 AND category = 'wallets_at_end') AS sides
        GROUP BY currency HAVING SUM(ledger) <> 0 OR SUM(wallets) <> 0 ORDER BY currency
        """;

    /// <summary>Of those whose wallets moved on the day: which wallet, as it stands now, is not the sum of its postings. Two sellers' wallets that were swapped sum up all the same.</summary>
    private const string WrongWallets = """
        SELECT moved.account, moved.currency FROM (
            SELECT DISTINCT p.account AS account, p.currency AS currency FROM journal_entries e JOIN postings p ON p.entry_id = e.entry_id
                WHERE e.effective_at >= $1 AND e.effective_at < $2 AND p.account LIKE 'seller:%') AS moved
            LEFT JOIN wallet_balances w ON w.currency = moved.currency AND moved.account IN ('seller:' || w.seller_account || ':payable', 'seller:' || w.seller_account || ':held')
                AND w.seller_account = SUBSTR(moved.account, 8, LENGTH(moved.account) - CASE WHEN moved.account LIKE '%:held' THEN 12 ELSE 15 END)
        WHERE COALESCE(CASE WHEN moved.account LIKE '%:held' THEN w.held ELSE w.payable END, 0) <> -(SELECT SUM(p.amount) FROM postings p WHERE p.account = moved.account AND p.currency = moved.currency)
        ORDER BY 1, 2 LIMIT 10
        """;

    public async Task<DayProof> ProveAsync(DateOnly day, CancellationToken cancellationToken)
    {
        var (from, to) = (DayProof.StartOf(day), DayProof.StartOf(day.AddDays(1)));
        await using var connection = dialect.OpenReader();
        await using var snapshot = dialect.BeginSnapshot(connection);
        var calendar = await CloseCalendar.ReadAsync(connection, cancellationToken).ConfigureAwait(false);
        var figures = await connection.ReadAsync(
            Figures, [from, to], row => new ProofFigure(row.GetString(0), row.GetString(1), row.NumberOrNull(2), row.GetInt64(3), row.GetInt64(4), row.GetInt64(5)), cancellationToken).ConfigureAwait(false);
        figures.AddRange(await WalletsAsync(connection, day, calendar, cancellationToken).ConfigureAwait(false));
        var wrong = await connection.ReadAsync(WrongWallets, [from, to], row => (Account: row.GetString(0), Currency: row.GetString(1)), cancellationToken).ConfigureAwait(false);
        var differing = await connection.ReadAsync(Differing, [from, to], ItemRow.Read, cancellationToken).ConfigureAwait(false);
        var naming = new ItemNaming(connection, time.GetUtcNow());
        var items = new List<ProofItem>();
        foreach (var row in differing.Take(DayProof.MostItems)) items.Add(await naming.NameAsync(row, cancellationToken).ConfigureAwait(false));
        items.AddRange(await naming.WithoutMoneyAsync(from, to, items, cancellationToken).ConfigureAwait(false));
        var mark = (await connection.ReadAsync(ProofSql.Mark, [from, to], row => row.GetString(0), cancellationToken).ConfigureAwait(false))[0];
        var blocks = await calendar.WhyNotAsync(connection, day, time.GetUtcNow(), cancellationToken).ConfigureAwait(false);
        return new DayProof(day, figures, items, mark, calendar.LockedUntil, [.. blocks, .. Blocks(figures, items, differing.Count), .. wrong.Select(one => $"The wallet {one.Account} in {one.Currency} is not the sum of its postings: see Integrity.")]);
    }

    private static async Task<IEnumerable<ProofFigure>> WalletsAsync(DbConnection connection, DateOnly day, CloseCalendar calendar, CancellationToken cancellationToken)
    {
        // The sum of the last close before is where the summing starts; without one, the beginning of the books.
        var start = DayProof.StartOf(day) < calendar.LockedUntil ? DayProof.StartOf(day) : calendar.LockedUntil;
        var before = DayProof.TextOf(CloseCalendar.DayOf(start.AddTicks(-1)));
        var isClosed = await connection.ReadAsync("SELECT 1 FROM locked_days WHERE day = $1", [before], _ => true, cancellationToken).ConfigureAwait(false);
        return await connection.ReadAsync(
            WalletsAtEnd, [DayProof.StartOf(day.AddDays(1)), isClosed is [true] ? start : DateTimeOffset.UnixEpoch, before],
            row => new ProofFigure(row.GetString(0), ProofFigure.WalletsAtEnd, null, row.GetInt64(1), row.GetInt64(2), null), cancellationToken).ConfigureAwait(false);
    }

    private static IEnumerable<string> Blocks(List<ProofFigure> figures, List<ProofItem> items, int differing)
    {
        if (differing > DayProof.MostItems) yield return $"More than {DayProof.MostItems} items differ: settle their common cause first.";
        var unexplained = items.Count(item => item.Reason == ItemReason.Unexplained);
        if (unexplained > 0) yield return $"{unexplained} of the differences {(unexplained == 1 ? "has" : "have")} no explanation.";
        foreach (var figure in figures.Where(figure => figure.Category == ProofFigure.WalletsAtEnd && !figure.IsEqual))
            yield return $"Sellers' wallets in {figure.Currency} are not what the journal says: see Integrity.";
    }
}

/// <summary>An item whose sides differ, before it is named.</summary>
internal sealed record ItemRow(string Category, string Item, string Currency, long? Orders, long Ledger, long Wallets, long Psp, string? FileId, long? Line, DateTimeOffset At)
{
    public static ItemRow Read(DbDataReader row) => new(
        row.GetString(0), row.GetString(1), row.GetString(2), row.NumberOrNull(3), row.GetInt64(4), row.GetInt64(5), row.GetInt64(6), row.TextOrNull(7), row.NumberOrNull(8), row.Moment(9));

    public bool IsOurSideOne => Wallets == Ledger && (Orders ?? Ledger) == Ledger;
}
