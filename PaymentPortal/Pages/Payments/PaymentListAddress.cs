using PaymentPortal.Core.Common;
using PaymentPortal.Core.Payments;
using PaymentPortal.Pages.Parts;

namespace PaymentPortal.Pages.Payments;

/// <summary>What an address of the payments list asks for, and what of it could not be understood: that is said, never silently dropped.</summary>
public sealed record PaymentListAddress(PaymentFilter Filter, PaymentSort Sort, PagePlace Place, int Size, IReadOnlyList<string> Notices)
{
    public const string Path = "/payments";
    public const string DefaultSort = "-created";

    private static readonly string[] Keys = ["status", "created", "amount", "currency", "buyer", "seller", "ref", "has", "q", ListUrl.Sort, ListUrl.After, ListUrl.Before, ListUrl.Size];

    /// <summary>The tabs above the list: each a set of states.</summary>
    public static readonly IReadOnlyList<(string Label, IReadOnlyList<PaymentState> States)> Tabs =
    [
        ("All", []),
        ("Needs attention", [PaymentState.NeedsAttention, PaymentState.DeadLettered]),
        ("Retrying", [PaymentState.Retrying]),
        ("In progress", [PaymentState.Created, PaymentState.RequiresAction, PaymentState.Processing]),
        ("Succeeded", [PaymentState.Succeeded]),
        ("Failed", [PaymentState.Failed]),
        ("Ended unpaid", [PaymentState.Canceled, PaymentState.Expired]),
    ];

    public static readonly IReadOnlyList<FilterField> Fields =
    [
        new("q", "Search", FilterKind.Text, null, "Id, e-mail, last 4, reference"),
        new("status", "Status", FilterKind.Many, [.. Enum.GetValues<PaymentState>().Select(state => new FilterOption(state.Word(), state.Label()))]),
        new("created", "Created", FilterKind.Dates, FilterField.Spans),
        new("currency", "Currency", FilterKind.One, AmountFilter.Currencies),
        new("amount", "Amount", FilterKind.Amounts),
        new("buyer", "Customer", FilterKind.Text, null, "Account at the shop"),
        new("seller", "Seller", FilterKind.Text, null, "Seller account"),
        new("ref", "Reference", FilterKind.Text, null, "Exactly"),
        new("has", "Has", FilterKind.Many, [new("refund", "Refund"), new("dispute", "Dispute")]),
    ];

    public static string StatusOf(IReadOnlyList<PaymentState> states) => string.Join(',', states.Select(state => state.Word()));

    /// <summary>The filters of an address in words: status “Failed”, reference “nobody”.</summary>
    public static string WordsOf(ListUrl url) => string.Join(", ", Fields.Where(field => url[field.Key] is not null).Select(field =>
        $"{field.Label.ToLowerInvariant()} “{string.Join(", ", field.Kind == FilterKind.Many ? url.All(field.Key).Select(field.WordOf) : [field.WordOf(url[field.Key]!)])}”"));

    public static PaymentListAddress Read(ListUrl url, TimeZoneInfo zone, DateTimeOffset now)
    {
        var notices = url.Values.Keys.Where(key => !Keys.Contains(key)).Select(key => $"“{key}” is no filter of this list.").ToList();
        var currency = AmountFilter.ReadCurrency(url, notices);
        var (least, most) = AmountFilter.ReadAmounts(url, currency, notices);
        var filter = new PaymentFilter
        {
            States = ReadStates(url, notices),
            Created = ReadCreated(url, zone, now, notices),
            Currency = currency,
            AtLeast = least,
            AtMost = most,
            BuyerAccount = url["buyer"],
            Seller = url["seller"],
            Reference = url["ref"],
            Has = ReadHas(url, notices),
            Search = url["q"],
        };
        var before = url[ListUrl.Before];
        return new PaymentListAddress(filter, ReadSort(url, currency, notices), new PagePlace(url[ListUrl.After], before == ListUrl.End ? null : before, before == ListUrl.End), url.PageSize, notices);
    }

    private static List<PaymentState> ReadStates(ListUrl url, List<string> notices)
    {
        var states = new List<PaymentState>();
        foreach (var word in url.All("status"))
        {
            if (PaymentStates.TryParse(word, out var state)) states.Add(state);
            else notices.Add($"“{word}” is no status.");
        }
        return states;
    }

    private static List<PaymentSequel> ReadHas(ListUrl url, List<string> notices)
    {
        var sequels = new List<PaymentSequel>();
        foreach (var word in url.All("has"))
        {
            if (word is "refund" or "dispute") sequels.Add(word == "refund" ? PaymentSequel.Refund : PaymentSequel.Dispute);
            else notices.Add($"“{word}” is nothing that a payment has: refund or dispute.");
        }
        return sequels;
    }

    private static MomentRange ReadCreated(ListUrl url, TimeZoneInfo zone, DateTimeOffset now, List<string> notices)
    {
        if (url["created"] is not { } text) return default;
        if (!MomentRange.TryRead(text, zone, now, out var range)) notices.Add($"“{text}” is no span of time.");
        return range;
    }

    private static PaymentSort ReadSort(ListUrl url, Currency? currency, List<string> notices)
    {
        var text = url[ListUrl.Sort] ?? DefaultSort;
        if (text is "amount" or "-amount" && currency is null)
        {
            notices.Add("Amounts are sorted within one currency: choose one.");
            return PaymentSort.NewestFirst;
        }
        return text switch
        {
            "created" => PaymentSort.OldestFirst,
            "-amount" => PaymentSort.LargestFirst,
            "amount" => PaymentSort.SmallestFirst,
            _ => PaymentSort.NewestFirst,
        };
    }
}
