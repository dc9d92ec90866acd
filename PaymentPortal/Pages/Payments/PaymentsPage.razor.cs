using System.Diagnostics;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.EntityFrameworkCore;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Payments;
using PaymentPortal.Pages.Live;
using PaymentPortal.Pages.Parts;

namespace PaymentPortal.Pages.Payments;

/// <summary>The list of payments. Its address alone decides what it shows, and each address is read once.</summary>
public sealed partial class PaymentsPage
{
    private ListUrl? _url;
    private PaymentListAddress? _asked;
    private ListPage<PaymentListRow>? _page;
    private IReadOnlyList<ListTab> _tabs = [];
    private int _decimals;
    private int _new;
    private string? _error;
    private string? _reference;
    private IDisposable? _live;
    private string? _peeked;
    private PaymentDetails? _peek;

    [Inject] private NavigationManager Navigation { get; set; } = default!;
    [Inject] private PaymentQueries Queries { get; set; } = default!;
    [Inject] private PaymentDetailsQuery Details { get; set; } = default!;
    [Inject] private ViewerClock Clock { get; set; } = default!;
    [Inject] private HandOver HandOver { get; set; } = default!;
    [Inject] private LiveFeed Feed { get; set; } = default!;
    [Inject] private ILogger<PaymentsPage> Logger { get; set; } = default!;

    protected override async Task OnInitializedAsync()
    {
        Navigation.LocationChanged += Moved;
        HandOver.Offer(() => (Name, _page is null ? null : new Shown(_page, _tabs)));
        await ShowAsync();
    }

    protected override void OnAfterRender(bool firstRender)
    {
        // Only a live page wants to hear of changes; the first HTML is drawn without one.
        if (firstRender) _live = Feed.Subscribe(_ => true, () => InvokeAsync(RefreshAsync));
    }

    public void Dispose()
    {
        Navigation.LocationChanged -= Moved;
        _live?.Dispose();
    }

    private string Name => "payments:" + _url;

    private void Moved(object? sender, LocationChangedEventArgs change)
    {
        if (ListUrl.Read(change.Location).Path == PaymentListAddress.Path) _ = InvokeAsync(async () => { await ShowAsync(); StateHasChanged(); });
    }

    private async Task ShowAsync(bool isSameListToo = false)
    {
        var asked = ListUrl.Read(Navigation.Uri);
        await PeekAsync(asked[ListUrl.Peek]);
        asked = asked.Beside(null);
        if (!isSameListToo && _page is not null && _error is null && _url?.ToString() == asked.ToString()) return;
        _url = asked;
        _asked = PaymentListAddress.Read(_url, Clock.Zone, Clock.Now);
        _new = 0;
        var wanted = Name;
        try
        {
            var shown = HandOver.Take<Shown>(wanted) ?? await ReadAsync(_url, _asked);
            // Somebody who has clicked on meanwhile wants the newer address, whichever answer comes last.
            if (wanted != Name) return;
            (_page, _tabs, _error) = (shown.Page, shown.Tabs, null);
            _decimals = shown.Page.Rows.Select(row => row.Total.Currency.Exponent).DefaultIfEmpty(0).Max();
        }
        catch (Exception error) when (error is System.Data.Common.DbException or DbUpdateException or OperationCanceledException)
        {
            (_error, _reference) = ("The payments could not be read.", Activity.Current?.TraceId.ToString() ?? Guid.NewGuid().ToString("N"));
            Log.ListFailed(Logger, error, _reference);
        }
    }

    private async Task<Shown> ReadAsync(ListUrl url, PaymentListAddress asked)
    {
        var slice = await Queries.ListAsync(asked.Filter, asked.Sort, asked.Place, asked.Size, CancellationToken.None);
        var counts = await Queries.CountAsync(asked.Filter, [.. PaymentListAddress.Tabs.Select(tab => tab.States)], CancellationToken.None);
        var chosen = PaymentListAddress.StatusOf(asked.Filter.States);
        var tabs = PaymentListAddress.Tabs.Select((tab, at) =>
        {
            var status = PaymentListAddress.StatusOf(tab.States);
            return new ListTab(tab.Label, url.With("status", status).ToString(), chosen == status, counts[at]);
        }).ToList();
        // The chosen states are mostly a tab's, whose count is known by now.
        var count = tabs.FirstOrDefault(tab => tab.IsCurrent)?.Count ?? await Queries.CountAsync(asked.Filter, CancellationToken.None);
        return new Shown(new ListPage<PaymentListRow>(slice.Rows, count, slice.Previous, slice.Next), tabs);
    }

    /// <summary>Something happened to some payment: rows that are shown are drawn anew where they stand, and new ones are only counted.</summary>
    private async Task RefreshAsync()
    {
        if (_page is not { } page || _asked is not { } asked) return;
        var fresh = (await Queries.ReadAsync([.. page.Rows.Select(row => row.Id)], CancellationToken.None)).ToDictionary(row => row.Id);
        if (_page != page) return;
        _page = page with { Rows = [.. page.Rows.Select(row => fresh.GetValueOrDefault(row.Id, row))] };
        if (_peeked is { } peeked) await PeekAsync(peeked);
        var isTop = asked is { Sort: PaymentSort.NewestFirst, Place: { After: null, Before: null, IsLast: false } };
        if (isTop) _new = await Queries.CountNewerAsync(asked.Filter, page.Rows.Count > 0 ? page.Rows[0].Id : new CheckoutId(""), CancellationToken.None);
        StateHasChanged();
    }

    private async Task PeekAsync(string? id)
    {
        _peek = Ids.TryParse<CheckoutId>(id ?? "", out var payment) ? await Details.FindAsync(payment, CancellationToken.None) : null;
        _peeked = id;
    }

    private async Task ShowNewAsync()
    {
        await ShowAsync(isSameListToo: true);
        StateHasChanged();
    }

    private string LinkTo(string id)
    {
        var list = _url!.ToString();
        return list == PaymentListAddress.Path ? $"/payments/{id}" : $"/payments/{id}?list={Uri.EscapeDataString(list[(PaymentListAddress.Path.Length + 1)..])}";
    }

    private sealed record Shown(ListPage<PaymentListRow> Page, IReadOnlyList<ListTab> Tabs);
}
