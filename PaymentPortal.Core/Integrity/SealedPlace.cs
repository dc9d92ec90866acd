using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Integrity;

/// <summary>
/// A sealed column and the SQL of the id that its values are sealed to: the primary key, its parts joined by '/'. Read off the mapping, so that a
/// new sealed column is covered by being there.
/// </summary>
internal sealed record SealedPlace(string Table, string Id, string Column)
{
    private const string Joint = " || '/' || ";

    /// <summary>The columns of the id, by whose index the values are walked.</summary>
    public IReadOnlyList<string> Keys => Id.Split(Joint);

    /// <summary>Id and value of all there are, in the order in which they are quickest to read.</summary>
    public string All => $"SELECT {Id}, {Column} FROM {Table} WHERE {Column} IS NOT NULL";

    /// <summary>Keys, id and value of the next so many behind a key, or from the start.</summary>
    public (string Sql, IReadOnlyList<object?> Arguments) Next(IReadOnlyList<object> after, int count)
    {
        var behind = after.Count == 0 ? "" : $" AND ({string.Join(", ", Keys)}) > ({string.Join(", ", after.Select((_, at) => $"${at + 2}"))})";
        return ($"SELECT {string.Join(", ", Keys)}, {Id}, {Column} FROM {Table} WHERE {Column} IS NOT NULL{behind} ORDER BY {string.Join(", ", Keys)} LIMIT $1", [count, .. after]);
    }

    public static IReadOnlyList<SealedPlace> Of(SqlDialect dialect)
    {
        using var db = dialect.CreateDb(null);
        return [.. db.Model.GetEntityTypes()
            .SelectMany(entity => entity.GetProperties().Where(IsSealed).Select(property => new SealedPlace(entity.GetTableName()!, IdOf(entity), property.GetColumnName())))
            .OrderBy(place => place.Table, StringComparer.Ordinal).ThenBy(place => place.Column, StringComparer.Ordinal)];
    }

    private static bool IsSealed(IProperty property) => property.ClrType == typeof(Sealed) || property.ClrType == typeof(Sealed?);

    private static string IdOf(IEntityType entity) => string.Join(Joint, entity.FindPrimaryKey()!.Properties.Select(property => property.GetColumnName()));
}
