using System.Data.Common;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Events;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Analytics;

/// <summary>Counts the log anew up to the place of the figures' keeper and compares.</summary>
internal sealed class FigureInvariant : IInvariant
{
    private const int MostFindings = 100;

    public string Code => "analytics-01";

    public string Rule => "The hourly figures are the sum of the facts that their keeper has read.";

    public async Task<InvariantReport> CheckAsync(DbConnection snapshot, CancellationToken cancellationToken)
    {
        var sums = new Dictionary<FigureKey, FigureGain>();
        await foreach (var fact in snapshot.StreamAsync(
            StoredFacts.Select + """
             o WHERE position <= (SELECT position FROM event_consumers WHERE consumer = $1)
                AND NOT EXISTS (SELECT 1 FROM event_parked p WHERE p.consumer = $1 AND p.position = o.position)
            """,
            [FigureKeeper.Consumer], StoredFacts.Read, cancellationToken).ConfigureAwait(false))
            FigureFold.Add(sums, fact);
        var findings = new List<string>();
        await foreach (var (key, stored) in snapshot.StreamAsync("SELECT hour, currency, type, reason, count, amount FROM hourly_figures", [], Read, cancellationToken).ConfigureAwait(false))
        {
            sums.Remove(key, out var counted);
            if (counted != stored && findings.Count < MostFindings) findings.Add($"{Name(key)}: {stored.Count} facts of {stored.Amount} stored, {counted.Count} of {counted.Amount} in the log");
        }
        findings.AddRange(sums.Take(MostFindings - findings.Count).Select(missing => $"{Name(missing.Key)}: nothing stored, {missing.Value.Count} facts of {missing.Value.Amount} in the log"));
        return findings.Count == 0 ? InvariantReport.Green : new InvariantReport(findings);
    }

    private static string Name(FigureKey key) => $"{key.Type} {key.Currency} at {Instants.FromMicroseconds(key.Hour):yyyy-MM-dd HH:mm} {key.Reason}".TrimEnd();

    private static (FigureKey Key, FigureGain Gain) Read(DbDataReader row) =>
        (new FigureKey(row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetString(3)), new FigureGain(row.GetInt64(4), row.GetInt64(5)));
}
