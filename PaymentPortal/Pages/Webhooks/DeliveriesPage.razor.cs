using System.Data.Common;
using System.Diagnostics;
using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.EntityFrameworkCore;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Events;
using PaymentPortal.Core.Notifications;
using PaymentPortal.Pages.Live;
using PaymentPortal.Pages.Parts;

namespace PaymentPortal.Pages.Webhooks;

/// <summary>Did they hear from us? The list of deliveries, decided by its address alone, and the act that sends all failed ones again.</summary>
public sealed partial class DeliveriesPage
{
    /// <summary>A test is about the endpoint that it tries; everything else is found by its id.</summary>
    internal static string AboutOf(WebhookDelivery delivery) => delivery.EventType == EventTypes.WebhookTest ? "/admin/webhooks" : $"/go/{delivery.AggregateId}";

    private ListUrl? _url;
    private DeliveryListAddress? _asked;
    private ListPage<DeliveryListRow>? _page;
    private IReadOnlyList<FilterField> _fields = [];
    private IReadOnlyList<ListTab> _tabs = [];
    private int _failed;
    private string? _error;
    private string? _reference;
    private string? _told;
    private int _new;
    private IDisposable? _live;

    [CascadingParameter] private Task<AuthenticationState>? Authentication { get; set; }

    [Inject] private NavigationManager Navigation { get; set; } = default!;
    [Inject] private WebhookQueries Queries { get; set; } = default!;
    [Inject] private WebhookEndpoints Endpoints { get; set; } = default!;
    [Inject] private WebhookDesk Desk { get; set; } = default!;
    [Inject] private IAuthorizationService Authorization { get; set; } = default!;
    [Inject] private ViewerClock Clock { get; set; } = default!;
    [Inject] private HandOver HandOver { get; set; } = default!;
    [Inject] private LiveFeed Feed { get; set; } = default!;
    [Inject] private ILogger<DeliveriesPage> Logger { get; set; } = default!;

    private string Name => "deliveries:" + _url;

    protected override async Task OnInitializedAsync()
    {
        Navigation.LocationChanged += Moved;
        HandOver.Offer(() => (Name, _page is null ? null : new Shown(_page, _fields, _tabs, _failed)));
        await ShowAsync();
    }

    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender) _live = Feed.SubscribeTo([WebhookDesk.Changed], () => InvokeAsync(RefreshAsync));
    }

    public void Dispose()
    {
        Navigation.LocationChanged -= Moved;
        _live?.Dispose();
    }

    private void Moved(object? sender, LocationChangedEventArgs change)
    {
        if (ListUrl.Read(change.Location).Path == DeliveryListAddress.Path) _ = InvokeAsync(async () => { _told = null; await ShowAsync(); StateHasChanged(); });
    }

    private async Task ShowAsync()
    {
        _url = ListUrl.Read(Navigation.Uri);
        _asked = DeliveryListAddress.Read(_url, Clock.Zone, Clock.Now);
        var wanted = Name;
        try
        {
            var shown = HandOver.Take<Shown>(wanted) ?? await ReadAsync(_url, _asked);
            // Somebody who has clicked on meanwhile wants the newer address, whichever answer comes last.
            if (wanted == Name) (_page, _fields, _tabs, _failed, _error, _new) = (shown.Page, shown.Fields, shown.Tabs, shown.Failed, null, 0);
        }
        catch (Exception error) when (error is DbException or DbUpdateException)
        {
            (_error, _reference) = ("The webhooks could not be read.", Activity.Current?.TraceId.ToString() ?? Guid.NewGuid().ToString("N"));
            Log.ReadFailed(Logger, error, _reference);
        }
    }

    private async Task<Shown> ReadAsync(ListUrl url, DeliveryListAddress asked)
    {
        var slice = await Queries.ListAsync(asked.Filter, asked.Place, asked.Size, CancellationToken.None);
        var tabs = new List<ListTab>();
        foreach (var (label, state) in DeliveryListAddress.Tabs)
        {
            var count = await Queries.CountAsync(asked.Filter with { State = state }, CancellationToken.None);
            tabs.Add(new ListTab(label, url.With("state", DeliveryListAddress.Word(state)).ToString(), asked.Filter.State == state, count));
        }
        var failed = await Queries.CountAsync(new DeliveryFilter(DeliveryState.Failed, asked.Filter.EndpointId), CancellationToken.None);
        var fields = DeliveryListAddress.Fields(await Endpoints.ListAsync(CancellationToken.None));
        return new Shown(new ListPage<DeliveryListRow>(slice.Rows, tabs.First(tab => tab.IsCurrent).Count, slice.Previous, slice.Next), fields, tabs, failed);
    }

    /// <summary>Rows are drawn anew where they stand; deliveries made since then are only counted, as far as they would be on this page.</summary>
    private async Task RefreshAsync()
    {
        if (_page is not { } page || _url is not { } url || _asked is not { } asked) return;
        var shown = await ReadAsync(url, asked);
        if (_page != page) return;
        var (merged, unseen) = LiveRows.Merge(page, shown.Page.Rows, row => row.Delivery.DeliveryId);
        (_page, _tabs, _failed, _new) = (merged, shown.Tabs, shown.Failed, asked.Place == PagePlace.First ? unseen : 0);
        StateHasChanged();
    }

    private async Task<string?> ResendAsync()
    {
        var person = Authentication is null ? new ClaimsPrincipal() : (await Authentication).User;
        if (!(await Authorization.AuthorizeAsync(person, Rights.ResendWebhooks)).Succeeded) return Rights.Of(Rights.ResendWebhooks).Reason;
        WebhookEndpointId? endpoint = null;
        if (_asked!.Filter.EndpointId is { } text)
        {
            if (!Ids.TryParse<WebhookEndpointId>(text, out var id)) return "The address names no endpoint.";
            endpoint = id;
        }
        var count = await Desk.ResendFailedAsync(endpoint, Actor.Staff(person.FindFirstValue(ClaimTypes.NameIdentifier)!), CancellationToken.None);
        await ShowAsync();
        _told = count == 1 ? "One delivery is sent again." : $"{count} deliveries are sent again.";
        StateHasChanged();
        return null;
    }

    private string LinkTo(DeliveryListRow row) => $"/ops/webhooks/{row.Delivery.DeliveryId}";

    private sealed record Shown(ListPage<DeliveryListRow> Page, IReadOnlyList<FilterField> Fields, IReadOnlyList<ListTab> Tabs, int Failed);
}
