using PaymentPortal.Core.Integrity;
using PaymentPortal.Pages.Parts;

namespace PaymentPortal.Pages.Approvals;

/// <summary>What the address of the list of approvals asks for, and what of it could not be understood.</summary>
internal sealed record ApprovalListAddress(ApprovalView View, string? Kind, string? Currency, long? AtLeast, long? AtMost, string? Maker, IReadOnlyList<string> Notices)
{
    public const string Path = "/approvals";

    /// <summary>The page that approves many; its query is that of the list, or the ids of the chosen.</summary>
    public const string ManyPath = Path + "/many";

    private static readonly string[] Filters = ["kind", "currency", "amount", "maker"];

    private static readonly string[] Keys = [.. Filters, "view", "ids", ListUrl.After, ListUrl.Size];

    public static readonly IReadOnlyList<(string Label, string? Word, ApprovalView View)> Tabs =
        [("Waiting for me", null, ApprovalView.Mine), ("Asked by me", "asked", ApprovalView.Asked), ("All", "all", ApprovalView.All)];

    public bool HasFilter => (Kind ?? Currency ?? Maker) is not null || (AtLeast ?? AtMost) is not null;

    /// <param name="names">The staff by the value of their actors.</param>
    public static IReadOnlyList<FilterField> Fields(IEnumerable<IApprovalKind> kinds, IReadOnlyDictionary<string, string> names) =>
    [
        new("kind", "What", FilterKind.One, [.. kinds.Select(kind => new FilterOption(kind.Kind, kind.Label))]),
        new("currency", "Currency", FilterKind.One, AmountFilter.Currencies),
        new("amount", "Amount", FilterKind.Amounts),
        FilterField.Staff("maker", "Asked for by", names),
    ];

    public static ApprovalListAddress Read(ListUrl url, IEnumerable<IApprovalKind> kinds)
    {
        var notices = url.Values.Keys.Where(key => !Keys.Contains(key)).Select(key => $"“{key}” is no filter of this list.").ToList();
        if (url["view"] is { } word && Tabs.All(tab => tab.Word != word)) notices.Add($"“{word}” is no view of this list.");
        if (url["kind"] is { } named && kinds.All(kind => kind.Kind != named)) notices.Add($"“{named}” is nothing that needs a second person.");
        var currency = AmountFilter.ReadCurrency(url, notices);
        var (least, most) = AmountFilter.ReadAmounts(url, currency, notices);
        return new ApprovalListAddress(Tabs.FirstOrDefault(tab => tab.Word == url["view"]).View, url["kind"], currency?.Code, least, most, url["maker"], notices);
    }

    /// <summary>The page that approves all that the filters of the list match.</summary>
    public static string ManyOf(ListUrl list) => Filters.Aggregate(ListUrl.Read(ManyPath), (many, key) => many.With(key, list[key])).ToString();
}
