using System.Data.Common;
using System.Diagnostics;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using PaymentPortal.Core.Psp;
using PaymentPortal.Pages.Parts;

namespace PaymentPortal.Pages.Webhooks;

/// <summary>Did we hear from the PSP? Every delivery with its verdict, decided by the address alone.</summary>
public sealed partial class IncomingPage
{
    private ListUrl? _url;
    private IncomingListAddress? _asked;
    private ListPage<InboxLine>? _page;
    private IReadOnlyList<ListTab> _tabs = [];
    private Door? _door;
    private string? _error;
    private string? _reference;

    [Inject] private NavigationManager Navigation { get; set; } = default!;
    [Inject] private InboxQueries Queries { get; set; } = default!;
    [Inject] private RefusedWebhooks Refused { get; set; } = default!;
    [Inject] private EventCatchUp CatchUp { get; set; } = default!;
    [Inject] private ViewerClock Clock { get; set; } = default!;
    [Inject] private HandOver HandOver { get; set; } = default!;
    [Inject] private ILogger<IncomingPage> Logger { get; set; } = default!;

    private string Name => "incoming:" + _url;

    protected override async Task OnInitializedAsync()
    {
        Navigation.LocationChanged += Moved;
        HandOver.Offer(() => (Name, _page is null || _door is null ? null : new Shown(_page, _door)));
        await ShowAsync();
    }

    public void Dispose() => Navigation.LocationChanged -= Moved;

    private static string LinkTo(InboxLine row) => $"/ops/webhooks/incoming/{Uri.EscapeDataString(row.EventId)}";

    private void Moved(object? sender, LocationChangedEventArgs change)
    {
        if (ListUrl.Read(change.Location).Path == IncomingListAddress.Path) _ = InvokeAsync(async () => { await ShowAsync(); StateHasChanged(); });
    }

    private async Task ShowAsync()
    {
        _url = ListUrl.Read(Navigation.Uri);
        _asked = IncomingListAddress.Read(_url, Clock.Zone, Clock.Now);
        _tabs =
        [
            new("All", _url.Without("verdict").ToString(), _asked.Filter.Verdict is null),
            .. Enum.GetValues<DeliveryVerdict>().Select(verdict => new ListTab(verdict.Label(), _url.With("verdict", IncomingListAddress.Word(verdict)).ToString(), _asked.Filter.Verdict == verdict)),
        ];
        var wanted = Name;
        try
        {
            var shown = HandOver.Take<Shown>(wanted) ?? await ReadAsync(_asked);
            // Somebody who has clicked on meanwhile wants the newer address, whichever answer comes last.
            if (wanted == Name) (_page, _door, _error) = (shown.Page, shown.Door, null);
        }
        catch (DbException error)
        {
            (_error, _reference) = ("The webhooks could not be read.", Activity.Current?.TraceId.ToString() ?? Guid.NewGuid().ToString("N"));
            Log.ReadFailed(Logger, error, _reference);
        }
    }

    private async Task<Shown> ReadAsync(IncomingListAddress asked)
    {
        var slice = await Queries.ListAsync(asked.Filter, asked.Place, asked.Size, CancellationToken.None);
        var count = await Queries.CountAsync(asked.Filter, CancellationToken.None);
        var door = new Door(await Refused.ReadAsync(Clock.Now.AddHours(-24), CancellationToken.None), await CatchUp.PlaceAsync(CancellationToken.None));
        return new Shown(new ListPage<InboxLine>(slice.Rows, count, slice.Previous, slice.Next), door);
    }

    private sealed record Door(IReadOnlyDictionary<string, long> Refused, CatchUpPlace? CatchUp);

    private sealed record Shown(ListPage<InboxLine> Page, Door Door);
}
