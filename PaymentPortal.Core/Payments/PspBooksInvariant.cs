using System.Data.Common;
using System.Globalization;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Payments;

/// <summary>
/// Holds the PSP's own balance against <c>psp:clearing</c>. While work may be under way a difference is no proof of anything, so it is only told;
/// in a quiet state it is a broken rule, unless what reconciliation has found and nobody has booked comes to exactly that. The kinds that differ are named from the PSP's files. It asks the PSP, so the watch leaves it alone.
/// </summary>
public sealed class PspBooksInvariant(IPaymentServiceProvider psp, VerifyScope scope) : IInvariant
{
    public string Code => "psp-books";

    public string Rule => "The PSP holds for us what the ledger says that it holds, in every currency.";

    private const int MostNamed = 10;

    /// <summary>What each unbooked mismatch says that the PSP holds more than we. One over two currencies has a part in each.</summary>
    private const string Unbooked = """
        SELECT mismatch_id, currency, variance FROM mismatches WHERE state IN ('Open', 'Timing', 'Asked', 'Ignored') AND variance <> 0
        UNION ALL SELECT mismatch_id, our_currency, our_fee - our_gross FROM mismatches WHERE state IN ('Open', 'Timing', 'Asked', 'Ignored') AND their_currency <> our_currency
        ORDER BY 1
        """;

    public Task<InvariantReport> WatchAsync(DbConnection snapshot, CancellationToken cancellationToken) => Task.FromResult(InvariantReport.Skipped("it asks the PSP for its balance: 'Verify everything now' does"));

    public async Task<InvariantReport> CheckAsync(DbConnection snapshot, CancellationToken cancellationToken)
    {
        var answer = await psp.FetchBalanceAsync(cancellationToken).ConfigureAwait(false);
        if (answer.Value is not { } balance) return InvariantReport.Skipped($"{psp.Name} does not answer: {answer.Error?.Message ?? answer.Verdict.ToString()}");
        var theirs = Sum(balance.Available.Concat(balance.Pending));
        var ours = Sum(await snapshot.ReadAsync(
            "SELECT currency, SUM(amount) FROM postings WHERE account = 'psp:clearing' GROUP BY currency", [], row => new Money(row.GetInt64(1), Currency.Of(row.GetString(0))), cancellationToken).ConfigureAwait(false));
        var differing = theirs.Keys.Union(ours.Keys).Order(StringComparer.Ordinal).Where(code => theirs.GetValueOrDefault(code) != ours.GetValueOrDefault(code)).ToList();
        if (differing.Count == 0) return InvariantReport.Green;
        var open = await snapshot.ReadAsync(Unbooked, [], row => (Id: row.GetString(0), Code: row.GetString(1), Minor: row.GetInt64(2)), cancellationToken).ConfigureAwait(false);
        List<string> told = [], unexplained = [];
        foreach (var code in differing)
        {
            var known = open.Where(one => one.Code == code).ToList();
            var words = Words(code, theirs, ours, [.. known.Select(one => one.Id)], known.Sum(one => one.Minor)) + await PspBooksByKind.WordsAsync(snapshot, code, cancellationToken).ConfigureAwait(false);
            told.Add(words);
            if (known.Sum(one => one.Minor) != theirs.GetValueOrDefault(code) - ours.GetValueOrDefault(code)) unexplained.Add(words);
        }
        if (!scope.IsQuiet) return InvariantReport.Skipped($"{string.Join("; ", told)}. That may be under way; --quiet-state says that nothing is");
        return unexplained.Count > 0 ? new InvariantReport(unexplained) : InvariantReport.Skipped($"{string.Join("; ", told)}: settle these mismatches, then it can be proved");
    }

    private static Dictionary<string, long> Sum(IEnumerable<Money> amounts) =>
        amounts.GroupBy(amount => amount.Currency.Code, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Sum(amount => amount.Minor), StringComparer.Ordinal);

    private static string Words(string code, Dictionary<string, long> theirs, Dictionary<string, long> ours, IReadOnlyList<string> mismatches, long known)
    {
        var currency = Currency.Of(code);
        var named = string.Join(", ", mismatches.Take(MostNamed)) + (mismatches.Count > MostNamed ? string.Create(CultureInfo.InvariantCulture, $" and {mismatches.Count - MostNamed} more") : "");
        var open = mismatches.Count == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"; mismatches that nobody has booked ({named}) come to {new Money(known, currency)} {code}");
        return string.Create(CultureInfo.InvariantCulture, $"the PSP holds {new Money(theirs.GetValueOrDefault(code), currency)} {code}, the ledger says {new Money(ours.GetValueOrDefault(code), currency)} {code}{open}");
    }
}
