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

    public static readonly IReadOnlyList<FilterOption> CurrencyOptions =
        [.. Currency.All.Where(currency => currency.IsOffered).Select(currency => currency.Code).Order(StringComparer.Ordinal).Select(code => new FilterOption(code, code))];

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
        new("currency", "Currency", FilterKind.One, CurrencyOptions),
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
        var currency = ReadCurrency(url, notices);
        var (least, most) = ReadAmounts(url, currency, notices);
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

    private static Currency? ReadCurrency(ListUrl url, List<string> notices)
    {
        if (url["currency"] is not { } code) return null;
        if (Currency.TryGet(code.ToUpperInvariant(), out var currency)) return currency;
        notices.Add($"“{code}” is no currency.");
        return null;
    }

    /// <summary>"100..250", or the words gte:100 and lte:250.</summary>
    private static (long? Least, long? Most) ReadAmounts(ListUrl url, Currency? currency, List<string> notices)
    {
        if (url["amount"] is not { } text) return (null, null);
        if (currency is null)
        {
            notices.Add("Amounts are compared within one currency: choose one.");
            return (null, null);
        }
        var (from, to) = url.Range("amount");
        foreach (var word in url.All("amount"))
        {
            if (word.StartsWith("gte:", StringComparison.Ordinal)) from = word[4..];
            else if (word.StartsWith("lte:", StringComparison.Ordinal)) to = word[4..];
            else if (!word.Contains("..", StringComparison.Ordinal)) (from, to) = (word, word);
        }
        return (ReadAmount(from, currency, notices), ReadAmount(to, currency, notices));
    }

    /// <summary>People may leave decimals away: "100" is 100.00 USD.</summary>
    private static long? ReadAmount(string? text, Currency currency, List<string> notices)
    {
        if (text is null) return null;
        var decimals = text.Split('.', 2) is [_, var part] ? part.Length : 0;
        var padded = decimals >= currency.Exponent ? text : text + (decimals == 0 && !text.EndsWith('.') ? "." : "") + new string('0', currency.Exponent - decimals);
        if (Money.TryParse(padded, currency, out var money, out _)) return money.Minor;
        notices.Add($"“{text}” is no amount in {currency}.");
        return null;
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
