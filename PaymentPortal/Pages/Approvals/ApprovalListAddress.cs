using PaymentPortal.Core.Integrity;
using PaymentPortal.Pages.Parts;

namespace PaymentPortal.Pages.Approvals;

/// <summary>What the address of the list of approvals asks for.</summary>
internal static class ApprovalListAddress
{
    public const string Path = "/approvals";

    /// <summary>The page that approves many; its query is that of the list, or the ids of the chosen.</summary>
    public const string ManyPath = Path + "/many";

    public static readonly IReadOnlyList<(string Label, string? Word, ApprovalView View)> Tabs =
        [("Waiting for me", null, ApprovalView.Mine), ("Asked by me", "asked", ApprovalView.Asked), ("All", "all", ApprovalView.All)];

    public static ApprovalView ViewOf(ListUrl url) => Tabs.FirstOrDefault(tab => tab.Word == url["view"]).View;

    public static IReadOnlyList<FilterField> Fields(IEnumerable<IApprovalKind> kinds) =>
        [new("kind", "What", FilterKind.One, [.. kinds.Select(kind => new FilterOption(kind.Kind, kind.Label))])];
}
