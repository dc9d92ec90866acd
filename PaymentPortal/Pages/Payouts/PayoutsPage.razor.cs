using System.Data.Common;
using System.Diagnostics;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using PaymentPortal.Core.Payouts;
using PaymentPortal.Core.Storage;
using PaymentPortal.Pages.Parts;
using PaymentPortal.Pages.Payments;

namespace PaymentPortal.Pages.Payouts;

/// <summary>What goes out, when, who agreed? The list of payouts, decided by its address alone.</summary>
public sealed partial class PayoutsPage
{
    private ListUrl? _url;
    private PayoutListAddress? _asked;
    private ListPage<PayoutView>? _page;
    private IReadOnlyList<ListTab> _tabs = [];
    private IReadOnlyDictionary<string, string> _names = new Dictionary<string, string>();
    private IReadOnlyList<FilterField> _fields = [];
    private int _decimals;
    private string? _error;
    private string? _reference;
    private (BannerTone Tone, string Text)? _told;

    [Inject] private NavigationManager Navigation { get; set; } = default!;
    [Inject] private PayoutQueries Queries { get; set; } = default!;
    [Inject] private PayoutService Payouts { get; set; } = default!;
    [Inject] private ViewerRights Viewer { get; set; } = default!;
    [Inject] private StaffDirectory Staff { get; set; } = default!;
    [Inject] private ViewerClock Clock { get; set; } = default!;
    [Inject] private HandOver HandOver { get; set; } = default!;
    [Inject] private ILogger<PayoutsPage> Logger { get; set; } = default!;

    private string Name => "payouts:" + _url;

    protected override async Task OnInitializedAsync()
    {
        Navigation.LocationChanged += Moved;
        HandOver.Offer(() => (Name, _page is null ? null : new Shown(_page, _tabs)));
        _names = await Staff.ActorNamesAsync(CancellationToken.None);
        _fields = PayoutListAddress.Fields(_names);
        await ShowAsync();
    }

    public void Dispose() => Navigation.LocationChanged -= Moved;

    private void Moved(object? sender, LocationChangedEventArgs change)
    {
        if (ListUrl.Read(change.Location).Path == PayoutListAddress.Path) _ = InvokeAsync(async () => { _told = null; await ShowAsync(); StateHasChanged(); });
    }

    private async Task ShowAsync()
    {
        _url = ListUrl.Read(Navigation.Uri);
        _asked = PayoutListAddress.Read(_url, Clock.Zone, Clock.Now);
        var wanted = Name;
        try
        {
            var shown = HandOver.Take<Shown>(wanted) ?? await ReadAsync(_url, _asked);
            // Somebody who has clicked on meanwhile wants the newer address, whichever answer comes last.
            if (wanted != Name) return;
            (_page, _tabs, _error) = (shown.Page, shown.Tabs, null);
            _decimals = shown.Page.Rows.Select(row => row.Amount.Currency.Exponent).DefaultIfEmpty(0).Max();
        }
        catch (DbException error)
        {
            (_error, _reference) = ("The payouts could not be read.", Activity.Current?.TraceId.ToString() ?? Guid.NewGuid().ToString("N"));
            Log.ReadFailed(Logger, error, _reference);
        }
    }

    private async Task<Shown> ReadAsync(ListUrl url, PayoutListAddress asked)
    {
        var slice = await Queries.ListAsync(asked.Filter, asked.Place.After, asked.Place.Before, asked.Place.IsLast, asked.Size, CancellationToken.None);
        var tabs = new List<ListTab>();
        foreach (var (label, statuses) in PayoutListAddress.Tabs)
        {
            var count = await Queries.CountAsync(asked.Filter with { Statuses = statuses }, CancellationToken.None);
            tabs.Add(new ListTab(label, url.With("status", PayoutListAddress.StatusOf(statuses)).ToString(), PayoutListAddress.StatusOf(asked.Filter.Statuses) == PayoutListAddress.StatusOf(statuses), count));
        }
        var total = tabs.FirstOrDefault(tab => tab.IsCurrent)?.Count ?? await Queries.CountAsync(asked.Filter, CancellationToken.None);
        return new Shown(new ListPage<PayoutView>(slice.Rows, total, slice.Previous, slice.Next), tabs);
    }

    private async Task<string?> CancelAsync(PayoutView payout)
    {
        if (await Viewer.WhyNotAsync(Rights.MoveMoney) is { } why) return why;
        var end = await Payouts.CancelAsync(payout.Id, await Viewer.ActorAsync(), CancellationToken.None);
        if (end.IsRefused) return end.Refusal!.Text;
        var now = (await Queries.FindAsync(payout.Id, CancellationToken.None))!;
        var (tone, text) = PayoutWords.Told(now.Status, now.IsTakingBack || now.IsCancelRequested, isWaiting: false, wasCancel: true);
        _told = (tone, $"{PpId.Shorten(payout.Id.Value)}: {text}");
        await ShowAsync();
        StateHasChanged();
        return null;
    }

    private string NameOf(string actor) => ActorWords.NameOf(actor, _names);

    private string? CheckerOf(PayoutView payout) => payout.ApprovedBy is { } checker ? NameOf(checker) : null;

    private sealed record Shown(ListPage<PayoutView> Page, IReadOnlyList<ListTab> Tabs);
}
