using PaymentPortal.Core.Common;
using PaymentPortal.Core.Payments.Disputes;
using PaymentPortal.Pages.Parts;

namespace PaymentPortal.Pages.Disputes;

/// <summary>What an address of the list of disputes asks for, and what of it could not be understood. Without a status it shows what is not over.</summary>
public sealed record DisputeListAddress(DisputeFilter Filter, PagePlace Place, int Size, IReadOnlyList<string> Notices)
{
    public const string Path = "/disputes";

    private const string All = "all";
    private const string Over = "over";

    private static readonly string[] Keys = ["status", "q", ListUrl.After, ListUrl.Before, ListUrl.Size];

    public static readonly IReadOnlyList<(string Label, string? Word, DisputeFilter Filter)> Tabs =
    [
        ("Open", null, new DisputeFilter(IsOpen: true)), ("Needs response", "needs_response", new DisputeFilter(DisputeStatus.NeedsResponse)), ("Inquiries", "inquiry", new DisputeFilter(DisputeStatus.Inquiry)),
        ("Under review", "under_review", new DisputeFilter(DisputeStatus.UnderReview)), ("Over", Over, new DisputeFilter(IsOpen: false)), ("All", All, new DisputeFilter()),
    ];

    public static IReadOnlyList<FilterField> Fields { get; } = [new("q", "About", FilterKind.Text, null, "Dispute, payment or charge")];

    public static DisputeListAddress Read(ListUrl url)
    {
        var notices = url.Values.Keys.Where(key => !Keys.Contains(key)).Select(key => $"“{key}” is no filter of this list.").ToList();
        // Whoever looks for one by its id wants it whatever became of it.
        var filter = url["status"] is null && url["q"] is not null ? new DisputeFilter() : Tabs[0].Filter;
        if (url["status"] is { } word)
        {
            if (Tabs.FirstOrDefault(tab => tab.Word == word) is { Filter: { } known }) filter = known;
            else if (DisputeWords.TryParse(word.ToUpperInvariant(), out var status)) filter = new DisputeFilter(status);
            else notices.Add($"“{word}” is no status of a dispute.");
        }
        var before = url[ListUrl.Before];
        return new DisputeListAddress(filter with { About = url["q"] }, new PagePlace(url[ListUrl.After], before == ListUrl.End ? null : before, before == ListUrl.End), url.PageSize, notices);
    }
}
