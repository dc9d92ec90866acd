using PaymentPortal.Core.Common;
using PaymentPortal.Core.Ledger;
using PaymentPortal.Pages.Parts;
using PaymentPortal.Pages.Payments;

namespace PaymentPortal.Pages.Ledger;

/// <summary>What an address of the entries list asks for, and what of it could not be understood.</summary>
public sealed record EntryListAddress(EntryFilter Filter, PagePlace Place, int Size, IReadOnlyList<string> Notices)
{
    public const string Path = "/ledger/entries";

    private static readonly string[] Keys = ["account", "currency", "date", "kind", "payment", ListUrl.After, ListUrl.Before, ListUrl.Size];

    public static readonly IReadOnlyList<FilterField> Fields =
    [
        new("account", "Account", FilterKind.Text, null, "psp:clearing"),
        new("currency", "Currency", FilterKind.One, AmountFilter.Currencies),
        new("date", "Date", FilterKind.Dates, FilterField.Spans),
        new("kind", "Kind", FilterKind.One, [.. Enum.GetValues<EntryKind>().Select(kind => new FilterOption(kind.ToString(), EntryWords.Of(kind)))]),
        new("payment", "Payment", FilterKind.Text, null, "chk_…"),
    ];

    public static EntryListAddress Read(ListUrl url, TimeZoneInfo zone, DateTimeOffset now)
    {
        var notices = url.Values.Keys.Where(key => !Keys.Contains(key)).Select(key => $"“{key}” is no filter of this list.").ToList();
        Account? account = null;
        if (url["account"] is { } code && !Account.TryParse(code, out account)) notices.Add($"“{code}” is no account of the chart.");
        Currency? currency = null;
        if (url["currency"] is { } word && !Currency.TryGet(word.ToUpperInvariant(), out currency)) notices.Add($"“{word}” is no currency.");
        var range = default(MomentRange);
        if (url["date"] is { } date && !MomentRange.TryRead(date, zone, now, out range)) notices.Add($"“{date}” is no span of time.");
        EntryKind? kind = null;
        if (url["kind"] is { } name)
        {
            if (Enum.TryParse<EntryKind>(name, out var known) && Enum.IsDefined(known)) kind = known;
            else notices.Add($"“{name}” is no kind of entry.");
        }
        CheckoutId? checkout = null;
        if (url["payment"] is { } payment)
        {
            if (Ids.TryParse<CheckoutId>(payment, out var id)) checkout = id;
            else notices.Add($"“{payment}” is no payment id.");
        }
        var before = url[ListUrl.Before];
        return new EntryListAddress(
            new EntryFilter(account, currency, range.From, range.To, kind, checkout),
            new PagePlace(url[ListUrl.After], before == ListUrl.End ? null : before, before == ListUrl.End), url.PageSize, notices);
    }
}
