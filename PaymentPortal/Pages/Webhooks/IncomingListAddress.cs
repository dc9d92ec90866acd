using PaymentPortal.Core.Common;
using PaymentPortal.Core.Psp;
using PaymentPortal.Pages.Parts;

namespace PaymentPortal.Pages.Webhooks;

/// <summary>What an address of the list of received webhooks asks for, and what of it could not be understood.</summary>
public sealed record IncomingListAddress(InboxFilter Filter, PagePlace Place, int Size, IReadOnlyList<string> Notices)
{
    public const string Path = "/ops/webhooks/incoming";

    private static readonly string[] Keys = ["verdict", "type", "q", "received", ListUrl.After, ListUrl.Before, ListUrl.Size];

    public static readonly IReadOnlyList<FilterField> Fields =
    [
        new("q", "About", FilterKind.Text, null, "Event, PSP object or attempt id"),
        new("type", "Type", FilterKind.Text, null, "checkout.session.completed"),
        new("received", "Received", FilterKind.Dates, FilterField.Spans),
    ];

    /// <summary>"NeverCame" as "never_came", for addresses.</summary>
    public static string Word(DeliveryVerdict verdict) =>
        string.Concat(verdict.ToString().Select((character, at) => char.IsUpper(character) && at > 0 ? "_" + char.ToLowerInvariant(character) : char.ToLowerInvariant(character).ToString()));

    public static IncomingListAddress Read(ListUrl url, TimeZoneInfo zone, DateTimeOffset now)
    {
        var notices = url.Values.Keys.Where(key => !Keys.Contains(key)).Select(key => $"“{key}” is no filter of this list.").ToList();
        var range = default(MomentRange);
        if (url["received"] is { } span && !MomentRange.TryRead(span, zone, now, out range)) notices.Add($"“{span}” is no span of time.");
        DeliveryVerdict? verdict = null;
        if (url["verdict"] is { } word)
        {
            if (Enum.GetValues<DeliveryVerdict>().Any(known => Word(known) == word)) verdict = Enum.GetValues<DeliveryVerdict>().First(known => Word(known) == word);
            else notices.Add($"“{word}” is no verdict.");
        }
        var before = url[ListUrl.Before];
        return new IncomingListAddress(
            new InboxFilter(verdict, url["type"], url["q"], range), new PagePlace(url[ListUrl.After], before == ListUrl.End ? null : before, before == ListUrl.End), url.PageSize, notices);
    }
}
