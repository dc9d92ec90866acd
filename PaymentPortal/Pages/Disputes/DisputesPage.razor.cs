using System.Data.Common;
using System.Diagnostics;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Payments.Disputes;
using PaymentPortal.Pages.Live;
using PaymentPortal.Pages.Parts;

namespace PaymentPortal.Pages.Disputes;

/// <summary>What must be answered, and until when? The list of disputes by due date, decided by its address alone.</summary>
public sealed partial class DisputesPage
{
    private ListUrl? _url;
    private DisputeListAddress? _asked;
    private ListPage<Dispute>? _page;
    private IReadOnlyList<ListTab> _tabs = [];
    private string? _error;
    private string? _reference;
    private IDisposable? _live;

    [Inject] private NavigationManager Navigation { get; set; } = default!;
    [Inject] private DisputeQueries Queries { get; set; } = default!;
    [Inject] private ViewerClock Clock { get; set; } = default!;
    [Inject] private LiveFeed Feed { get; set; } = default!;
    [Inject] private ILogger<DisputesPage> Logger { get; set; } = default!;

    protected override async Task OnInitializedAsync()
    {
        Navigation.LocationChanged += Moved;
        await ShowAsync();
    }

    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender) _live = Feed.Subscribe(fact => fact.Type.StartsWith("dispute.", StringComparison.Ordinal), () => InvokeAsync(async () => { await ShowAsync(); StateHasChanged(); }));
    }

    public void Dispose()
    {
        Navigation.LocationChanged -= Moved;
        _live?.Dispose();
    }

    private void Moved(object? sender, LocationChangedEventArgs change)
    {
        if (ListUrl.Read(change.Location).Path == DisputeListAddress.Path) _ = InvokeAsync(async () => { await ShowAsync(); StateHasChanged(); });
    }

    private async Task ShowAsync()
    {
        var url = ListUrl.Read(Navigation.Uri);
        var asked = DisputeListAddress.Read(url);
        (_url, _asked) = (url, asked);
        try
        {
            var slice = await Queries.ListAsync(asked.Filter, asked.Place, asked.Size, CancellationToken.None);
            var tabs = new List<ListTab>();
            foreach (var (label, word, filter) in DisputeListAddress.Tabs)
            {
                var wanted = filter with { About = asked.Filter.About };
                tabs.Add(new ListTab(label, url.With("status", word).ToString(), wanted == asked.Filter, await Queries.CountAsync(wanted, CancellationToken.None)));
            }
            var total = tabs.FirstOrDefault(tab => tab.IsCurrent)?.Count ?? await Queries.CountAsync(asked.Filter, CancellationToken.None);
            // Somebody who has clicked on meanwhile wants the newer address, whichever answer comes last.
            if (ReferenceEquals(url, _url)) (_page, _tabs, _error) = (new ListPage<Dispute>(slice.Rows, total, slice.Previous, slice.Next), tabs, null);
        }
        catch (DbException error)
        {
            (_error, _reference) = ("The disputes could not be read.", Activity.Current?.TraceId.ToString() ?? Guid.NewGuid().ToString("N"));
            Log.ReadFailed(Logger, error, _reference);
        }
    }

    private static Money MoneyOf(Dispute dispute) => new(dispute.Amount, Currency.Of(dispute.Currency));

    private static string Evidence(Dispute dispute)
    {
        if (dispute.SubmittedAt is not null || dispute.SubmitRequestedAt is not null) return "submitted";
        return dispute.EvidenceVersion > 0 ? "staged" : "none";
    }
}
