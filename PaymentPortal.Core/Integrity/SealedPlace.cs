using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Integrity;

/// <summary>
/// A sealed column and the SQL of the id that its values are sealed to: the primary key, its parts joined by '/'. Read off the mapping, so that a
/// new sealed column is covered by being there.
/// </summary>
internal sealed record SealedPlace(string Table, string Id, string Column)
{
    public static IReadOnlyList<SealedPlace> Of(SqlDialect dialect)
    {
        using var db = dialect.CreateDb(null);
        return [.. db.Model.GetEntityTypes()
            .SelectMany(entity => entity.GetProperties().Where(IsSealed).Select(property => new SealedPlace(entity.GetTableName()!, IdOf(entity), property.GetColumnName())))
            .OrderBy(place => place.Table, StringComparer.Ordinal).ThenBy(place => place.Column, StringComparer.Ordinal)];
    }

    private static bool IsSealed(IProperty property) => property.ClrType == typeof(Sealed) || property.ClrType == typeof(Sealed?);

    private static string IdOf(IEntityType entity) => string.Join(" || '/' || ", entity.FindPrimaryKey()!.Properties.Select(property => property.GetColumnName()));
}
