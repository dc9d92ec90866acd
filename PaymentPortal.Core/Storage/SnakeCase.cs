using System.Text;
using Microsoft.EntityFrameworkCore;

namespace PaymentPortal.Core.Storage;

/// <summary>Names columns as hand-written SQL does (payment_order_id), and staff tables staff_…, in one place for every mapping.</summary>
internal static class SnakeCase
{
    public static void Apply(ModelBuilder builder)
    {
        foreach (var entity in builder.Model.GetEntityTypes())
        {
            if (entity.GetTableName() is { } table && table.StartsWith("AspNet", StringComparison.Ordinal))
                entity.SetTableName("staff_" + Of(table["AspNet".Length..]));
            foreach (var property in entity.GetProperties()) property.SetColumnName(Of(property.Name));
        }
    }

    internal static string Of(string name)
    {
        var text = new StringBuilder(name.Length + 8);
        for (var at = 0; at < name.Length; at++)
        {
            if (at > 0 && char.IsUpper(name[at]) && !char.IsUpper(name[at - 1])) text.Append('_');
            text.Append(char.ToLowerInvariant(name[at]));
        }
        return text.ToString();
    }
}
