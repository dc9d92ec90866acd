using System.Data.Common;
using System.Globalization;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;

namespace PaymentPortal.Core.Ledger;

/// <summary>Accounts and currencies are those of the program's own tables, so this rule can't be a query alone.</summary>
internal sealed class ChartInvariant : IInvariant
{
    public string Code => "ledger-04";

    public string Rule => "Each posting is a whole amount other than zero, within the limit, on an account of the chart and in a currency of ISO 4217.";

    public async Task<InvariantReport> CheckAsync(DbConnection snapshot, CancellationToken cancellationToken)
    {
        await using var command = snapshot.CreateCommand();
        // CAST keeps a fraction or a text that was planted in an integer column from being read as the number it looks like.
        command.CommandText = """
            SELECT account, currency, MIN(amount), MAX(amount), SUM(CASE WHEN amount = 0 OR CAST(amount AS BIGINT) <> amount THEN 1 ELSE 0 END)
            FROM postings GROUP BY account, currency
            """;
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var findings = new List<string>();
        while (findings.Count < Snapshot.MostFindings && await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) findings.AddRange(Judge(reader));
        return new InvariantReport(findings);
    }

    private static IEnumerable<string> Judge(DbDataReader row)
    {
        var (account, currency) = (row.GetString(0), row.GetString(1));
        if (!Account.TryParse(account, out _)) yield return $"'{account}' is not an account of the chart";
        if (!Currency.TryGet(currency, out _)) yield return $"'{currency}' on {account} is not a currency";
        if (row.GetInt64(2) < -Money.Limit || row.GetInt64(3) > Money.Limit) yield return $"{account} in {currency} has a posting past the limit";
        if (row.GetInt64(4) > 0) yield return string.Create(CultureInfo.InvariantCulture, $"{account} in {currency} has {row.GetInt64(4)} postings of zero or of a fraction");
    }
}
