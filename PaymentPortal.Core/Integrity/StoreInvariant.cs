using System.Data.Common;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Integrity;

/// <summary>The database's own check of its pages, indexes and foreign keys.</summary>
public sealed class StoreInvariant(SqlDialect dialect) : IInvariant
{
    public string Code => "store-01";

    public string Rule => "The database finds no damaged page, index or foreign key.";

    public async Task<InvariantReport> CheckAsync(DbConnection snapshot, CancellationToken cancellationToken) =>
        new(await dialect.FindDamageAsync(snapshot, Snapshot.MostFindings, cancellationToken).ConfigureAwait(false));
}
