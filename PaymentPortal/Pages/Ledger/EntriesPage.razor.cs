using System.Data.Common;
using System.Diagnostics;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using PaymentPortal.Core.Ledger;
using PaymentPortal.Pages.Parts;

namespace PaymentPortal.Pages.Ledger;

/// <summary>The list of journal entries. Its address alone decides what it shows, and each address is read once.</summary>
public sealed partial class EntriesPage
{
    private ListUrl? _url;
    private EntryListAddress? _asked;
    private ListPage<EntryView>? _page;
    private string? _error;
    private string? _reference;

    [Inject] private NavigationManager Navigation { get; set; } = default!;
    [Inject] private EntryQueries Queries { get; set; } = default!;
    [Inject] private ViewerClock Clock { get; set; } = default!;
    [Inject] private HandOver HandOver { get; set; } = default!;
    [Inject] private ILogger<EntriesPage> Logger { get; set; } = default!;

    private string Name => "entries:" + _url;

    protected override async Task OnInitializedAsync()
    {
        Navigation.LocationChanged += Moved;
        HandOver.Offer(() => (Name, _page));
        await ShowAsync();
    }

    public void Dispose() => Navigation.LocationChanged -= Moved;

    private void Moved(object? sender, LocationChangedEventArgs change)
    {
        if (ListUrl.Read(change.Location).Path == EntryListAddress.Path) _ = InvokeAsync(async () => { await ShowAsync(); StateHasChanged(); });
    }

    private async Task ShowAsync()
    {
        _url = ListUrl.Read(Navigation.Uri);
        _asked = EntryListAddress.Read(_url, Clock.Zone, Clock.Now);
        var wanted = Name;
        try
        {
            var page = HandOver.Take<ListPage<EntryView>>(wanted) ?? await ReadAsync(_asked);
            // Somebody who has clicked on meanwhile wants the newer address, whichever answer comes last.
            if (wanted == Name) (_page, _error) = (page, null);
        }
        catch (DbException error)
        {
            (_error, _reference) = ("The entries could not be read.", Activity.Current?.TraceId.ToString() ?? Guid.NewGuid().ToString("N"));
            Log.ReadFailed(Logger, error, _reference);
        }
    }

    private async Task<ListPage<EntryView>> ReadAsync(EntryListAddress asked)
    {
        var slice = await Queries.SliceAsync(asked.Filter, asked.Place, asked.Size, CancellationToken.None);
        var count = await Queries.CountAsync(asked.Filter, ListPage<EntryView>.CountCap + 1, CancellationToken.None);
        return new ListPage<EntryView>(slice.Rows, count, slice.Previous, slice.Next);
    }
}
