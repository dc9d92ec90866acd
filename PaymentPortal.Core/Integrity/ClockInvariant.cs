using System.Data.Common;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Integrity;

/// <summary>
/// No row was made in the future. It looks at every table whose mapping has a moment of creation, so that a new table is covered by being there.
/// </summary>
public sealed class ClockInvariant(SqlDialect dialect, TimeProvider time) : IInvariant
{
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(5);
    private static readonly string[] Created = ["CreatedAt", "PostedAt", "TakenAt", "At"];

    public string Code => "store-02";

    public string Rule => "No row's moment of creation is more than 5 seconds ahead of the clock.";

    public async Task<InvariantReport> CheckAsync(DbConnection snapshot, CancellationToken cancellationToken)
    {
        var latest = time.GetUtcNow().Add(Tolerance).ToMicroseconds();
        var findings = new List<string>();
        foreach (var (table, column) in Moments())
        {
            findings.AddRange(await Snapshot.ColumnAsync(
                snapshot, string.Create(CultureInfo.InvariantCulture, $"SELECT '{table}.{column} holds a moment that is still to come: ' || MAX({column}) FROM {table} HAVING MAX({column}) > {latest}"), cancellationToken).ConfigureAwait(false));
        }
        return findings.Count == 0 ? InvariantReport.Green : new InvariantReport(findings);
    }

    private List<(string Table, string Column)> Moments()
    {
        using var db = dialect.CreateDb(null);
        return [.. db.Model.GetEntityTypes()
            .SelectMany(entity => entity.GetProperties().Where(IsMoment).Select(property => (Table: entity.GetTableName()!, Column: property.GetColumnName())))
            .Order()];
    }

    private static bool IsMoment(IProperty property) => Created.Contains(property.Name, StringComparer.Ordinal) && property.ClrType == typeof(DateTimeOffset);
}
