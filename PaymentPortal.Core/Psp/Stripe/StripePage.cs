using System.Text.Json;

namespace PaymentPortal.Core.Psp.Stripe;

/// <summary>One page of a list; <see cref="LastId"/> is where the next one starts, null on the last page.</summary>
internal sealed record StripePage<T>(IReadOnlyList<T> Items, string? LastId)
    where T : class
{
    public static StripePage<T> Read(JsonElement page, Func<JsonElement, T?> read)
    {
        page.RequireKind("list");
        var data = page.RequireArray("data");
        var items = data.EnumerateArray().Select(read).OfType<T>().ToList();
        if (!page.RequireFlag("has_more")) return new StripePage<T>(items, null);
        // "More" after an empty page would have us ask for ever.
        return data.GetArrayLength() == 0 ? throw new StripeShapeException("The list says that there is more after nothing.") : new StripePage<T>(items, data[data.GetArrayLength() - 1].RequireText("id"));
    }
}
