using System.Data.Common;

namespace PaymentPortal.Core.Integrity;

/// <summary>An invariant that holds only once all work is done: while some may be under way its exceptions prove nothing, so it is not asked.</summary>
public sealed class QuietInvariant(string code, string rule, string sql, VerifyScope scope) : IInvariant
{
    public string Code => code;

    public string Rule => rule;

    internal string Sql => sql;

    public Task<InvariantReport> CheckAsync(DbConnection snapshot, CancellationToken cancellationToken) => scope.IsQuiet
        ? Snapshot.ReportAsync(snapshot, sql, cancellationToken)
        : Task.FromResult(InvariantReport.Skipped("work may be under way; --quiet-state says that none is"));
}
