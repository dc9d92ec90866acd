using System.Data.Common;
using System.Globalization;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Payments;

/// <summary>
/// Holds the PSP's own balance against <c>psp:clearing</c>. While work may be under way a difference is no proof of anything, so it is only told;
/// in a quiet state it is a broken rule.
/// </summary>
public sealed class PspBooksInvariant(IPaymentServiceProvider psp, VerifyScope scope) : IInvariant
{
    public string Code => "psp-books";

    public string Rule => "The PSP holds for us what the ledger says that it holds, in every currency.";

    public async Task<InvariantReport> CheckAsync(DbConnection snapshot, CancellationToken cancellationToken)
    {
        var answer = await psp.FetchBalanceAsync(cancellationToken).ConfigureAwait(false);
        if (answer.Value is not { } balance) return InvariantReport.Skipped($"{psp.Name} does not answer: {answer.Error?.Message ?? answer.Verdict.ToString()}");
        var theirs = Sum(balance.Available.Concat(balance.Pending));
        var ours = Sum(await snapshot.ReadAsync(
            "SELECT currency, SUM(amount) FROM postings WHERE account = 'psp:clearing' GROUP BY currency", [], row => new Money(row.GetInt64(1), Currency.Of(row.GetString(0))), cancellationToken).ConfigureAwait(false));
        var differences = theirs.Keys.Union(ours.Keys).Order(StringComparer.Ordinal).Where(code => theirs.GetValueOrDefault(code) != ours.GetValueOrDefault(code)).Select(code => Words(code, theirs, ours)).ToList();
        if (differences.Count == 0) return InvariantReport.Green;
        return scope.IsQuiet ? new InvariantReport(differences) : InvariantReport.Skipped($"{string.Join("; ", differences)}. That may be under way; --quiet-state says that nothing is");
    }

    private static Dictionary<string, long> Sum(IEnumerable<Money> amounts) =>
        amounts.GroupBy(amount => amount.Currency.Code, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Sum(amount => amount.Minor), StringComparer.Ordinal);

    private static string Words(string code, Dictionary<string, long> theirs, Dictionary<string, long> ours)
    {
        var currency = Currency.Of(code);
        return string.Create(CultureInfo.InvariantCulture, $"the PSP holds {new Money(theirs.GetValueOrDefault(code), currency)} {code}, the ledger says {new Money(ours.GetValueOrDefault(code), currency)} {code}");
    }
}
