using System.Data.Common;

namespace PaymentPortal.Core.Integrity;

/// <summary>An invariant that is one query: it must return no row, and each row it does return is a sentence that names what is wrong.</summary>
public sealed class SqlInvariant(string code, string rule, string sql) : IInvariant
{
    public string Code => code;

    public string Rule => rule;

    internal string Sql => sql;

    public Task<InvariantReport> CheckAsync(DbConnection snapshot, CancellationToken cancellationToken) => Snapshot.ReportAsync(snapshot, sql, cancellationToken);
}
