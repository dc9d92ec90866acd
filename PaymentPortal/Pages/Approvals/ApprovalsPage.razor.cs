using System.Security.Claims;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Routing;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Storage;
using PaymentPortal.Pages.Parts;

namespace PaymentPortal.Pages.Approvals;

/// <summary>What waits for the reader, what he asked for, and everything.</summary>
public sealed partial class ApprovalsPage
{
    private readonly HashSet<string> _chosen = new(StringComparer.Ordinal);
    private IReadOnlyList<FilterField> _fields = [];
    private ListUrl? _url;
    private ApprovalListAddress? _asked;
    private ListPage<Approval>? _page;
    private IReadOnlyList<ListTab> _tabs = [];
    private IReadOnlyDictionary<string, string> _names = new Dictionary<string, string>();

    [CascadingParameter] private Task<AuthenticationState>? Authentication { get; set; }

    [Inject] private NavigationManager Navigation { get; set; } = default!;
    [Inject] private ApprovalQueries Queries { get; set; } = default!;
    [Inject] private Core.Integrity.Approvals Approvals { get; set; } = default!;
    [Inject] private ApprovalDesk Desk { get; set; } = default!;
    [Inject] private StaffDirectory Staff { get; set; } = default!;
    [Inject] private ViewerRights Viewer { get; set; } = default!;
    [Inject] private ViewerClock Clock { get; set; } = default!;

    protected override async Task OnInitializedAsync()
    {
        Navigation.LocationChanged += Moved;
        _names = await Staff.ActorNamesAsync(CancellationToken.None);
        _fields = ApprovalListAddress.Fields(Approvals.Kinds, _names);
        await ShowAsync();
    }

    public void Dispose() => Navigation.LocationChanged -= Moved;

    private void Moved(object? sender, LocationChangedEventArgs change)
    {
        if (ListUrl.Read(change.Location).Path == ApprovalListAddress.Path) _ = InvokeAsync(async () => { _chosen.Clear(); await ShowAsync(); StateHasChanged(); });
    }

    /// <summary>The chosen ones by their ids, else all that waits for the reader and that the filters match.</summary>
    private string ManyHref => _chosen.Count > 0 ? $"{ApprovalListAddress.ManyPath}?ids={string.Join(',', _chosen)}" : ApprovalListAddress.ManyOf(_url!);

    private void Choose(Approval row, bool isChosen)
    {
        if (isChosen) _chosen.Add(row.ApprovalId);
        else _chosen.Remove(row.ApprovalId);
    }

    private async Task ShowAsync()
    {
        var url = ListUrl.Read(Navigation.Uri);
        var asked = ApprovalListAddress.Read(url, Approvals.Kinds);
        var id = await Viewer.IdAsync();
        var person = Authentication is null ? new ClaimsPrincipal() : (await Authentication).User;
        var rows = await Queries.ListAsync(Desk.FilterOf(person, id, asked, asked.View), url[ListUrl.After], url.PageSize + 1, CancellationToken.None);
        var shown = rows.Take(url.PageSize).ToList();
        var tabs = new List<ListTab>();
        foreach (var (label, word, view) in ApprovalListAddress.Tabs)
            tabs.Add(new ListTab(label, url.With("view", word).ToString(), asked.View == view, await Queries.CountAsync(Desk.FilterOf(person, id, asked, view), CancellationToken.None)));
        (_url, _asked, _tabs, _page) = (url, asked, tabs, new ListPage<Approval>(shown, tabs.Single(tab => tab.IsCurrent).Count, null, rows.Count > shown.Count ? shown[^1].ApprovalId : null));
    }

    private static string MakerOf(Approval row) => row.Maker.StartsWith(Actor.ApiKeyPrefix, StringComparison.Ordinal) ? "API key " + PpId.Shorten(row.Maker[Actor.ApiKeyPrefix.Length..]) : "the portal";
}
