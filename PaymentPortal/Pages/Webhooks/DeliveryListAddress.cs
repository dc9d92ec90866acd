using PaymentPortal.Core.Common;
using PaymentPortal.Core.Events;
using PaymentPortal.Core.Notifications;
using PaymentPortal.Pages.Parts;

namespace PaymentPortal.Pages.Webhooks;

/// <summary>What an address of the list of sent webhooks asks for, and what of it could not be understood.</summary>
public sealed record DeliveryListAddress(DeliveryFilter Filter, PagePlace Place, int Size, IReadOnlyList<string> Notices)
{
    public const string Path = "/ops/webhooks";

    private static readonly string[] Keys = ["state", "endpoint", "type", "q", "created", ListUrl.After, ListUrl.Before, ListUrl.Size];

    public static readonly IReadOnlyList<(string Label, DeliveryState? State)> Tabs =
        [("All", null), ("Waiting", DeliveryState.Waiting), ("Failed", DeliveryState.Failed), ("Delivered", DeliveryState.Delivered)];

    public static IReadOnlyList<FilterField> Fields(IReadOnlyList<WebhookEndpoint> endpoints) =>
    [
        new("q", "About", FilterKind.Text, null, "Payment, event or delivery id"),
        new("endpoint", "Endpoint", FilterKind.One, [.. endpoints.Select(endpoint => new FilterOption(endpoint.EndpointId, endpoint.Description ?? new Uri(endpoint.Url).Host))]),
        new("type", "Event", FilterKind.One, [.. EventCatalogue.All.Select(kind => new FilterOption(kind.Type, kind.Type))]),
        new("created", "Created", FilterKind.Dates, FilterField.Spans),
    ];

    public static string? Word(DeliveryState? state) => state?.ToString().ToLowerInvariant();

    public static DeliveryListAddress Read(ListUrl url, TimeZoneInfo zone, DateTimeOffset now)
    {
        var notices = url.Values.Keys.Where(key => !Keys.Contains(key)).Select(key => $"“{key}” is no filter of this list.").ToList();
        var range = default(MomentRange);
        if (url["created"] is { } span && !MomentRange.TryRead(span, zone, now, out range)) notices.Add($"“{span}” is no span of time.");
        DeliveryState? state = null;
        if (url["state"] is { } word)
        {
            if (Enum.GetValues<DeliveryState>().Any(known => Word(known) == word)) state = Enum.GetValues<DeliveryState>().First(known => Word(known) == word);
            else notices.Add($"“{word}” is no state of a delivery.");
        }
        var before = url[ListUrl.Before];
        return new DeliveryListAddress(
            new DeliveryFilter(state, url["endpoint"], url["type"], url["q"], range),
            new PagePlace(url[ListUrl.After], before == ListUrl.End ? null : before, before == ListUrl.End), url.PageSize, notices);
    }
}
