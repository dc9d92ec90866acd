using PaymentPortal.Core.Common;
using PaymentPortal.Core.Payments.Refunds;
using PaymentPortal.Pages.Parts;

namespace PaymentPortal.Pages.Refunds;

/// <summary>What an address of the list of refunds asks for, and what of it could not be understood.</summary>
public sealed record RefundListAddress(RefundFilter Filter, PagePlace Place, int Size, IReadOnlyList<string> Notices)
{
    public const string Path = "/refunds";

    private static readonly string[] Keys = ["status", "q", "created", "currency", "amount", "by", ListUrl.After, ListUrl.Before, ListUrl.Size];

    public static readonly IReadOnlyList<(string Label, RefundStatus? Status)> Tabs =
    [
        ("All", null), ("Needs approval", RefundStatus.Requested), ("Being sent", RefundStatus.Approved), ("With the bank", RefundStatus.Sent), ("Refunded", RefundStatus.Succeeded), ("Came back", RefundStatus.Failed),
    ];

    /// <param name="names">The staff by the value of their actors.</param>
    public static IReadOnlyList<FilterField> Fields(IReadOnlyDictionary<string, string> names) =>
    [
        new("q", "About", FilterKind.Text, null, "Refund, payment, order or seller"),
        new("created", "Created", FilterKind.Dates, FilterField.Spans),
        new("currency", "Currency", FilterKind.One, AmountFilter.Currencies),
        new("amount", "Amount", FilterKind.Amounts),
        FilterField.Staff("by", "Requested by", names),
    ];

    public static string? Word(RefundStatus? status) => status?.Word().ToLowerInvariant();

    public static RefundListAddress Read(ListUrl url, TimeZoneInfo zone, DateTimeOffset now)
    {
        var notices = url.Values.Keys.Where(key => !Keys.Contains(key)).Select(key => $"“{key}” is no filter of this list.").ToList();
        var range = default(MomentRange);
        if (url["created"] is { } span && !MomentRange.TryRead(span, zone, now, out range)) notices.Add($"“{span}” is no span of time.");
        RefundStatus? status = null;
        if (url["status"] is { } word)
        {
            if (RefundWords.TryParse(word.ToUpperInvariant(), out var known)) status = known;
            else notices.Add($"“{word}” is no status of a refund.");
        }
        var currency = AmountFilter.ReadCurrency(url, notices);
        var (least, most) = AmountFilter.ReadAmounts(url, currency, notices);
        var before = url[ListUrl.Before];
        return new RefundListAddress(new RefundFilter(status, About: url["q"], Created: range, Currency: currency?.Code, AtLeast: least, AtMost: most, MadeBy: url["by"]), new PagePlace(url[ListUrl.After], before == ListUrl.End ? null : before, before == ListUrl.End), url.PageSize, notices);
    }
}
