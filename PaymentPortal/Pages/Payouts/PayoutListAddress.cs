using PaymentPortal.Core.Common;
using PaymentPortal.Core.Payouts;
using PaymentPortal.Pages.Parts;

namespace PaymentPortal.Pages.Payouts;

/// <summary>What an address of the list of payouts asks for, and what of it could not be understood.</summary>
public sealed record PayoutListAddress(PayoutFilter Filter, PagePlace Place, int Size, IReadOnlyList<string> Notices)
{
    public const string Path = "/payouts";

    private static readonly string[] Keys = ["status", "seller", "currency", "created", "by", "trace", ListUrl.After, ListUrl.Before, ListUrl.Size];

    public static readonly IReadOnlyList<(string Label, IReadOnlyList<PayoutStatus> Statuses)> Tabs =
    [
        ("All", []),
        ("Need approval", [PayoutStatus.Requested]),
        ("On the way", [PayoutStatus.Approved, PayoutStatus.Sending, PayoutStatus.InTransit]),
        ("Failed", [PayoutStatus.Failed, PayoutStatus.Returned]),
        ("Paid", [PayoutStatus.Paid]),
        ("Ended unpaid", [PayoutStatus.Refused, PayoutStatus.Canceled]),
    ];

    /// <param name="names">The staff by the value of their actors.</param>
    public static IReadOnlyList<FilterField> Fields(IReadOnlyDictionary<string, string> names) =>
    [
        new("seller", "Seller", FilterKind.Text, null, "Seller account"),
        new("status", "Status", FilterKind.Many, [.. PayoutStatuses.All.Select(status => new FilterOption(status.Word().ToLowerInvariant(), PayoutWords.Of(status)))]),
        new("currency", "Currency", FilterKind.One, AmountFilter.Currencies),
        new("created", "Asked for", FilterKind.Dates, FilterField.Spans),
        FilterField.Staff("by", "Maker", names),
        new("trace", "Trace", FilterKind.Text, null, "Id here or at the PSP"),
    ];

    public static string StatusOf(IReadOnlyList<PayoutStatus> statuses) => string.Join(',', statuses.Select(status => status.Word().ToLowerInvariant()));

    public static PayoutListAddress Read(ListUrl url, TimeZoneInfo zone, DateTimeOffset now)
    {
        var notices = url.Values.Keys.Where(key => !Keys.Contains(key)).Select(key => $"“{key}” is no filter of this list.").ToList();
        var statuses = new List<PayoutStatus>();
        foreach (var word in url.All("status"))
        {
            if (PayoutStatuses.TryParse(word.ToUpperInvariant(), out var status)) statuses.Add(status);
            else notices.Add($"“{word}” is no status of a payout.");
        }
        var created = default(MomentRange);
        if (url["created"] is { } span && !MomentRange.TryRead(span, zone, now, out created)) notices.Add($"“{span}” is no span of time.");
        SellerAccount? seller = null;
        if (url["seller"] is { } text)
        {
            if (SellerAccount.TryParse(text, out var named)) seller = named;
            else notices.Add($"“{text}” is no seller account.");
        }
        var currency = AmountFilter.ReadCurrency(url, notices)?.Code;
        var before = url[ListUrl.Before];
        return new PayoutListAddress(
            new PayoutFilter { Statuses = statuses, Seller = seller, Currency = currency, Created = created, Maker = url["by"], Trace = url["trace"] },
            new PagePlace(url[ListUrl.After], before == ListUrl.End ? null : before, before == ListUrl.End), url.PageSize, notices);
    }
}
