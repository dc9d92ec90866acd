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
    private const string Path = "/approvals";
    private ListUrl? _url;
    private ApprovalView _view;
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
        await ShowAsync();
    }

    public void Dispose() => Navigation.LocationChanged -= Moved;

    private void Moved(object? sender, LocationChangedEventArgs change)
    {
        if (ListUrl.Read(change.Location).Path == Path) _ = InvokeAsync(async () => { await ShowAsync(); StateHasChanged(); });
    }

    private async Task ShowAsync()
    {
        _url = ListUrl.Read(Navigation.Uri);
        _view = _url["view"] switch { "asked" => ApprovalView.Asked, "all" => ApprovalView.All, _ => ApprovalView.Mine };
        var person = await Viewer.IdAsync();
        var kinds = Desk.KindsOf(Authentication is null ? new ClaimsPrincipal() : (await Authentication).User);
        var rows = await Queries.ListAsync(_view, person, kinds, _url[ListUrl.After], _url.PageSize + 1, CancellationToken.None);
        var shown = rows.Take(_url.PageSize).ToList();
        _page = new ListPage<Approval>(shown, await CountAsync(_view), null, rows.Count > shown.Count ? shown[^1].ApprovalId : null);
        _tabs = [await TabAsync("Waiting for me", null, ApprovalView.Mine), await TabAsync("Asked by me", "asked", ApprovalView.Asked), await TabAsync("All", "all", ApprovalView.All)];

        Task<int> CountAsync(ApprovalView view) => Queries.CountAsync(view, person, kinds, CancellationToken.None);

        async Task<ListTab> TabAsync(string label, string? word, ApprovalView view) => new(label, word is null ? Path : $"{Path}?view={word}", _view == view, await CountAsync(view));
    }

    private static string MakerOf(Approval row) => row.Maker.StartsWith(Actor.ApiKeyPrefix, StringComparison.Ordinal) ? "API key " + PpId.Shorten(row.Maker[Actor.ApiKeyPrefix.Length..]) : "the portal";
}
