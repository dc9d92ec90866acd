using System.Globalization;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Events;
using PaymentPortal.Core.Integrity;

namespace PaymentPortal.Api;

/// <summary>/api/v1/events: the log of facts in the order of their positions, for consumers that would rather ask than be told.</summary>
public static class EventsApi
{
    public static void Map(RouteGroupBuilder api) =>
        api.MapGet("/events", ListAsync).WithMetadata(new RequiredScope(ApiScopes.EventsRead)).Produces<ListBody<EventEnvelope>>().WithName("listEvents");

    /// <summary>The cursor is a position; at the end of the log a reader goes on later with the position of the last event that it read.</summary>
    public static async Task<IResult> ListAsync(EventFeed feed, CancellationToken cancellationToken, string? after = null, string? limit = null, string? type = null)
    {
        var count = Paging.ReadLimit(limit);
        if (count.IsRefused) return Problems.From(count.Refusal!);
        long position = 0;
        if (after is not null && !long.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out position))
            return Problems.From(new Refusal(RefusalCodes.Invalid, 422, "The cursor is the position of the last event that was read, or the next_cursor of the page before.", "after"));
        if (type is not null && !EventCatalogue.Has(type))
            return Problems.From(new Refusal(RefusalCodes.Invalid, 422, $"The type is one of {string.Join(", ", EventCatalogue.All.Select(kind => kind.Type))}.", "type"));
        var page = await feed.PageAsync(position, count.Value, type, cancellationToken);
        return ApiJson.Ok(new ListBody<EventEnvelope>([.. page.Items.Select(EventEnvelope.Of)], page.Next));
    }
}
