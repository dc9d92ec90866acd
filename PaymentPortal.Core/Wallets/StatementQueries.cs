using System.Data.Common;
using System.Globalization;
using System.Runtime.CompilerServices;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Ledger;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Wallets;

/// <summary>One movement of a wallet and what was in it afterwards. The source is the order, payout or object of the PSP that caused it.</summary>
public sealed record StatementLine(long Seq, JournalEntryId Entry, EntryKind Kind, string SourceId, CheckoutId? Checkout, DateTimeOffset At, Money Amount, Money Balance, string Memo);

/// <summary>
/// A page of a statement, newest first. Opening and closing are of the whole span that was asked for, top and bottom of this page: the top is the balance
/// after its first line, the bottom the one before its last. The cursor carries the balance on, so that no page sums what others show.
/// </summary>
public sealed record Statement(IReadOnlyList<StatementLine> Lines, Money Opening, Money Closing, Money Top, Money Bottom, string? Next);

/// <summary>
/// Movements of a seller's payable, by keyset on the journal's order. The newest balance is the wallet's own and older ones are counted back from it:
/// a statement of a million movements is as quick as one of ten.
/// </summary>
public sealed class StatementQueries(SqlDialect dialect)
{
    private const string Lines = """
        SELECT p.seq, p.line, p.entry_id, e.kind, e.source_id, e.checkout_id, e.posted_at, p.amount, e.memo FROM postings p JOIN journal_entries e ON e.entry_id = p.entry_id
        WHERE p.account = $1 AND p.currency = $2 AND p.seq >= $3 AND p.seq < $4
        """;

    /// <param name="cursor">The <see cref="Statement.Next"/> of the page before; null for the newest.</param>
    public async Task<Statement> ReadAsync(SellerAccount seller, Currency currency, MomentRange span, string? cursor, int size, CancellationToken cancellationToken)
    {
        await using var connection = dialect.OpenReader();
        using var snapshot = dialect.BeginSnapshot(connection);
        var (from, to) = await BoundsAsync(connection, span, cancellationToken).ConfigureAwait(false);
        var closing = await BalanceAsync(connection, seller, currency, to, cancellationToken).ConfigureAwait(false);
        var (before, line, balance) = Place(cursor) ?? (long.MaxValue - 1, 0, closing);
        var top = balance;
        // An entry may move one wallet in two lines, and a page may end between them.
        var rows = await connection.ReadAsync(
            Lines + " AND (p.seq < $5 OR p.line < $6) ORDER BY p.seq DESC, p.line DESC LIMIT $7",
            [Account.SellerPayable(seller).Code, currency.Code, from, Math.Min(before + 1, to), before, line, size + 1], Read, cancellationToken).ConfigureAwait(false);
        var lines = new List<StatementLine>(size);
        foreach (var row in rows.Take(size))
        {
            lines.Add(row.With(currency, balance));
            balance -= row.Amount;
        }
        var hasMore = rows.Count > size;
        var opening = hasMore ? await BalanceAsync(connection, seller, currency, from, cancellationToken).ConfigureAwait(false) : balance;
        return new Statement(
            lines, new Money(opening, currency), new Money(closing, currency), new Money(top, currency), new Money(balance, currency),
            hasMore ? string.Create(CultureInfo.InvariantCulture, $"{rows[size - 1].Seq}~{rows[size - 1].Line}~{balance}") : null);
    }

    /// <summary>The same oldest first, row by row, for files of any length.</summary>
    public async IAsyncEnumerable<StatementLine> StreamAsync(SellerAccount seller, Currency currency, MomentRange span, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var connection = dialect.OpenReader();
        using var snapshot = dialect.BeginSnapshot(connection);
        var (from, to) = await BoundsAsync(connection, span, cancellationToken).ConfigureAwait(false);
        var balance = await BalanceAsync(connection, seller, currency, from, cancellationToken).ConfigureAwait(false);
        await foreach (var row in connection.StreamAsync(Lines + " ORDER BY p.seq, p.line", [Account.SellerPayable(seller).Code, currency.Code, from, to], Read, cancellationToken).ConfigureAwait(false))
        {
            balance += row.Amount;
            yield return row.With(currency, balance);
        }
    }

    /// <summary>Numbers of the journal at two moments. Ids hold the time they were made at, so their index finds the entry without one on time.</summary>
    private static async Task<(long From, long To)> BoundsAsync(DbConnection connection, MomentRange span, CancellationToken cancellationToken) => (
        span.From is { } from ? await SeqAtAsync(connection, from, cancellationToken).ConfigureAwait(false) : 0,
        span.To is { } to ? await SeqAtAsync(connection, to, cancellationToken).ConfigureAwait(false) : long.MaxValue);

    private static async Task<long> SeqAtAsync(DbConnection connection, DateTimeOffset moment, CancellationToken cancellationToken)
    {
        // Ids of one millisecond are in any order, so the least number is taken of those of the first one.
        var floor = Ids.Floor<JournalEntryId>(moment);
        var first = await connection.ReadAsync("SELECT posted_at FROM journal_entries WHERE entry_id >= $1 ORDER BY entry_id LIMIT 1", [floor], row => row.Moment(0), cancellationToken).ConfigureAwait(false);
        if (first is not [var posted]) return long.MaxValue;
        var numbers = await connection.ReadAsync(
            "SELECT MIN(seq) FROM journal_entries WHERE entry_id >= $1 AND entry_id < $2", [floor, Ids.Floor<JournalEntryId>(posted + TimeSpan.FromMilliseconds(2))], row => row.NumberOrNull(0), cancellationToken).ConfigureAwait(false);
        return numbers[0] ?? long.MaxValue;
    }

    /// <summary>The wallet as a span begins, for files that are read from there on.</summary>
    public async Task<Money> OpeningAsync(SellerAccount seller, Currency currency, MomentRange span, CancellationToken cancellationToken)
    {
        await using var connection = dialect.OpenReader();
        using var snapshot = dialect.BeginSnapshot(connection);
        var (from, _) = await BoundsAsync(connection, span, cancellationToken).ConfigureAwait(false);
        return new Money(await BalanceAsync(connection, seller, currency, from, cancellationToken).ConfigureAwait(false), currency);
    }

    /// <summary>The wallet before a number of the journal: now, less all that came since. Of the whole wallet the opening is nothing.</summary>
    private static async Task<long> BalanceAsync(DbConnection connection, SellerAccount seller, Currency currency, long before, CancellationToken cancellationToken)
    {
        if (before == 0) return 0;
        var found = await connection.ReadAsync(
            """
            SELECT COALESCE((SELECT payable FROM wallet_balances WHERE seller_account = $1 AND currency = $2), 0)
                + CASE WHEN $4 = 9223372036854775807 THEN 0 ELSE (SELECT COALESCE(SUM(amount), 0) FROM postings WHERE account = $3 AND currency = $2 AND seq >= $4) END
            """,
            [seller.Value, currency.Code, Account.SellerPayable(seller).Code, before], row => row.GetInt64(0), cancellationToken).ConfigureAwait(false);
        return found[0];
    }

    private static (long Before, long Line, long Balance)? Place(string? cursor)
    {
        if (cursor?.Split('~') is not [var seq, var line, var balance]) return null;
        return long.TryParse(seq, NumberStyles.None, CultureInfo.InvariantCulture, out var before) && before < long.MaxValue
            && long.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var within) && long.TryParse(balance, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var known)
                ? (before, within, known)
                : null;
    }

    private static Row Read(DbDataReader row) => new(
        row.GetInt64(0), row.GetInt64(1), new JournalEntryId(row.GetString(2)), Enum.Parse<EntryKind>(row.GetString(3)), row.GetString(4), row.TextOrNull(5) is { } checkout ? new CheckoutId(checkout) : null, row.Moment(6),
        -row.GetInt64(7), row.GetString(8));

    /// <summary>A credit is below zero in the books and is more money in the wallet.</summary>
    private sealed record Row(long Seq, long Line, JournalEntryId Entry, EntryKind Kind, string Source, CheckoutId? Checkout, DateTimeOffset At, long Amount, string Memo)
    {
        public StatementLine With(Currency currency, long balance) => new(Seq, Entry, Kind, Source, Checkout, At, new Money(Amount, currency), new Money(balance, currency), Memo);
    }
}
