using System.Data.Common;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Integrity;

/// <summary>Queries of invariants. None returns more than a person can read, whatever was done to the data.</summary>
internal static class Snapshot
{
    public const int MostFindings = InvariantReport.MostFindings;

    /// <summary>The first column of each row as a finding.</summary>
    public static async Task<InvariantReport> ReportAsync(DbConnection snapshot, string sql, CancellationToken cancellationToken)
    {
        var findings = await ColumnAsync(snapshot, sql, cancellationToken).ConfigureAwait(false);
        return findings.Count == 0 ? InvariantReport.Green : new InvariantReport(findings);
    }

    public static async Task<List<string>> ColumnAsync(DbConnection snapshot, string sql, CancellationToken cancellationToken)
    {
        var values = new List<string>();
        await foreach (var value in snapshot.StreamAsync(sql, [], row => row.GetString(0), cancellationToken).ConfigureAwait(false))
        {
            values.Add(value);
            if (values.Count >= MostFindings) break;
        }
        return values;
    }
}
