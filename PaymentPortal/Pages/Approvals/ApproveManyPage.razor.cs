using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Pages.Parts;

namespace PaymentPortal.Pages.Approvals;

/// <summary>Many approvals decided by one act: each is shown with its lines first, and says afterwards what became of it.</summary>
public sealed partial class ApproveManyPage : IDisposable
{
    private const int Sample = 50;
    private const int ConfirmUpTo = 25;
    private readonly CancellationTokenSource _leaving = new();
    private IReadOnlyList<Approval> _chosen = [];
    private IReadOnlyList<Money> _sums = [];
    private IReadOnlyList<NotApproved>? _left;
    private int _waiting;
    private int _decided;
    private int _seen = Sample;
    private bool _byHand;
    private bool _isRead;
    private bool _isRunning;

    [CascadingParameter] private Task<AuthenticationState>? Authentication { get; set; }

    [Inject] private NavigationManager Navigation { get; set; } = default!;
    [Inject] private ApprovalQueries Queries { get; set; } = default!;
    [Inject] private Core.Integrity.Approvals Approvals { get; set; } = default!;
    [Inject] private ApprovalDesk Desk { get; set; } = default!;
    [Inject] private ViewerRights Viewer { get; set; } = default!;

    protected override async Task OnInitializedAsync()
    {
        var url = ListUrl.Read(Navigation.Uri);
        var (ids, id) = (url.All("ids"), await Viewer.IdAsync());
        var filter = Desk.FilterOf(await PersonAsync(), id, ApprovalListAddress.Read(url, Approvals.Kinds), ApprovalView.Mine);
        _byHand = ids.Count > 0;
        _chosen = _byHand
            ? await Queries.OfIdsAsync(filter, ids, CancellationToken.None)
            : await Queries.ListAsync(filter, null, ApprovalDesk.Most, CancellationToken.None);
        _waiting = _byHand ? _chosen.Count : await Queries.CountAsync(filter, CancellationToken.None);
        _sums = [.. _chosen.Select(row => row.Money).OfType<Money>().GroupBy(money => money.Currency).Select(sum => sum.Aggregate((one, other) => one + other))];
        _isRead = true;
    }

    public void Dispose()
    {
        _leaving.Cancel();
        _leaving.Dispose();
    }

    /// <summary>The roles are asked for again now: what is shown may be an hour old.</summary>
    private async Task<string?> ApproveAsync(string reason)
    {
        foreach (var right in _chosen.Select(row => ApprovalWords.RightFor(Approvals.KindOf(row.Kind).Approvers)).Distinct())
        {
            if (await Viewer.WhyNotAsync(right) is { } why) return why;
        }
        _isRunning = true;
        StateHasChanged();
        var left = await Desk.ApproveAllAsync(_chosen, await Viewer.ActorAsync(), decided => _ = InvokeAsync(() => { _decided = decided; StateHasChanged(); }), _leaving.Token);
        (_left, _decided, _seen, _isRunning) = (left, _chosen.Count, Sample, false);
        StateHasChanged();
        return null;
    }

    private async Task<ClaimsPrincipal> PersonAsync() => Authentication is null ? new ClaimsPrincipal() : (await Authentication).User;

    private static string Count(int count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
