using System.Data.Common;
using System.Runtime.CompilerServices;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Ledger;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Reconciliation;

/// <summary>One payment's fee: what the PSP charged as our books have it by now, and what the contract says; null where it says nothing.</summary>
public sealed record FeeOfPayment(CheckoutId Checkout, string ChargeId, DateTimeOffset PaidAt, Money Paid, Money Charged, Money? Expected)
{
    /// <summary>Above zero: the PSP took too much.</summary>
    public Money? Difference => Expected is { } expected ? Charged - expected : null;
}

/// <summary>A month's payments in one currency. Those without terms are counted apart, and are in none of the sums but <see cref="Charged"/> and <see cref="Paid"/>.</summary>
public sealed record FeeSum(Currency Currency, int Payments, int Differing, int WithoutTerms, Money Paid, Money Charged, Money ChargedWithTerms, Money Expected)
{
    public Money Difference => ChargedWithTerms - Expected;
}

/// <summary>Fees of a month that belong to no charge, by the kind of their entries.</summary>
public sealed record OtherFee(EntryKind Kind, Money Amount);

/// <summary>The fees of one UTC month, with the payments whose differences are the largest.</summary>
public sealed record FeeMonth(IReadOnlyList<FeeSum> Sums, IReadOnlyList<FeeOfPayment> Largest, IReadOnlyList<OtherFee> Others);

/// <summary>
/// Expected against charged fees. A payment belongs to the month in which its first money was booked, whole: a second charge of it and later corrections of
/// its fee count there too. What is expected is computed as it is read, by the terms of each charge's day.
/// </summary>
public sealed class FeeReport(SqlDialect dialect, FeeTermDesk terms)
{
    /// <summary>How many payments a page shows; the file has all.</summary>
    public const int MostShown = 100;

    // The account stands in the sum: as a condition it would tempt the store to walk all postings of that account for each payment.
    private const string Payments = """
        SELECT b.session_id, b.checkout_id, b.charge_id, b.currency, b.booked_at, o.amount, o.booked_at,
            (SELECT SUM(CASE WHEN p.account = 'psp:fees' AND p.currency = b.currency THEN p.amount END) FROM journal_entries e JOIN postings p ON p.entry_id = e.entry_id
                WHERE e.checkout_id = b.checkout_id AND e.kind IN ('PspFee', 'Adjustment', 'Reversal'))
        FROM booked_sessions b JOIN booked_sessions o ON o.checkout_id = b.checkout_id AND o.currency = b.currency
        WHERE b.booked_at >= $1 AND b.booked_at < $2 AND NOT EXISTS (SELECT 1 FROM booked_sessions f
            WHERE f.checkout_id = b.checkout_id AND f.currency = b.currency AND (f.booked_at < b.booked_at OR (f.booked_at = b.booked_at AND f.session_id < b.session_id)))
        ORDER BY b.booked_at, b.session_id
        """;

    private const string Rest = """
        SELECT e.kind, p.currency, SUM(CASE WHEN p.account = 'psp:fees' THEN p.amount ELSE 0 END) FROM journal_entries e JOIN postings p ON p.entry_id = e.entry_id
        WHERE e.kind IN ('DisputeWithdrawn', 'Adjustment', 'Manual', 'Reversal') AND e.effective_at >= $1 AND e.effective_at < $2
            AND (e.kind NOT IN ('Adjustment', 'Reversal') OR e.checkout_id IS NULL)
        GROUP BY e.kind, p.currency HAVING SUM(CASE WHEN p.account = 'psp:fees' THEN p.amount ELSE 0 END) <> 0 ORDER BY e.kind, p.currency
        """;

    /// <param name="month">Its first day.</param>
    public async Task<FeeMonth> ReadAsync(DateOnly month, CancellationToken cancellationToken)
    {
        var sums = new SortedDictionary<string, FeeSum>(StringComparer.Ordinal);
        var largest = new PriorityQueue<FeeOfPayment, long>();
        await foreach (var one in PaymentsAsync(month, cancellationToken).ConfigureAwait(false))
        {
            sums[one.Paid.Currency.Code] = Add(sums.GetValueOrDefault(one.Paid.Currency.Code) ?? Nothing(one.Paid.Currency), one);
            if (one.Difference is not { IsZero: false } difference) continue;
            largest.Enqueue(one, Math.Abs(difference.Minor));
            if (largest.Count > MostShown) largest.Dequeue();
        }
        var shown = largest.UnorderedItems.OrderByDescending(item => item.Priority).ThenBy(item => item.Element.Checkout.Value, StringComparer.Ordinal).Select(item => item.Element);
        await using var reader = dialect.OpenReader();
        var (from, to) = Span(month);
        var others = await reader.ReadAsync(Rest, [from, to], row => new OtherFee(Enum.Parse<EntryKind>(row.GetString(0)), new Money(row.GetInt64(2), Currency.Of(row.GetString(1)))), cancellationToken).ConfigureAwait(false);
        return new FeeMonth([.. sums.Values], [.. shown], others);
    }

    /// <summary>Every payment of the month, in the order of its booking.</summary>
    public async IAsyncEnumerable<FeeOfPayment> PaymentsAsync(DateOnly month, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var known = await terms.ListAsync(cancellationToken).ConfigureAwait(false);
        var (from, to) = Span(month);
        await using var reader = dialect.OpenReader();
        (string Session, FeeOfPayment Fee)? open = null;
        await foreach (var (session, fee) in reader.StreamAsync(Payments, [from, to], row => Read(row, known), cancellationToken).ConfigureAwait(false))
        {
            if (open is { } same && same.Session == session)
            {
                open = (session, same.Fee with { Paid = same.Fee.Paid + fee.Paid, Expected = same.Fee.Expected is { } first && fee.Expected is { } second ? first + second : null });
                continue;
            }
            if (open is { } done) yield return done.Fee;
            open = (session, fee);
        }
        if (open is { } last) yield return last.Fee;
    }

    private static (DateTimeOffset From, DateTimeOffset To) Span(DateOnly month)
    {
        var first = new DateOnly(month.Year, month.Month, 1);
        return (new DateTimeOffset(first.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero), new DateTimeOffset(first.AddMonths(1).ToDateTime(TimeOnly.MinValue), TimeSpan.Zero));
    }

    private static (string Session, FeeOfPayment Fee) Read(DbDataReader row, IReadOnlyList<FeeTerm> terms)
    {
        var currency = Currency.Of(row.GetString(3));
        var paid = new Money(row.GetInt64(5), currency);
        return (row.GetString(0), new FeeOfPayment(
            new CheckoutId(row.GetString(1)), row.GetString(2), row.Moment(4), paid, new Money(row.NumberOrNull(7) ?? 0, currency), FeeTerm.At(terms, currency.Code, row.Moment(6))?.Of(paid)));
    }

    private static FeeSum Nothing(Currency currency) => new(currency, 0, 0, 0, Money.Zero(currency), Money.Zero(currency), Money.Zero(currency), Money.Zero(currency));

    private static FeeSum Add(FeeSum sum, FeeOfPayment one) => sum with
    {
        Payments = sum.Payments + 1,
        Differing = sum.Differing + (one.Difference is { IsZero: false } ? 1 : 0),
        WithoutTerms = sum.WithoutTerms + (one.Expected is null ? 1 : 0),
        Paid = sum.Paid + one.Paid,
        Charged = sum.Charged + one.Charged,
        ChargedWithTerms = one.Expected is null ? sum.ChargedWithTerms : sum.ChargedWithTerms + one.Charged,
        Expected = one.Expected is { } expected ? sum.Expected + expected : sum.Expected,
    };
}
