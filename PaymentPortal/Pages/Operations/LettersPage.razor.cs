using System.Data.Common;
using System.Diagnostics;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Retries;
using PaymentPortal.Pages.Live;
using PaymentPortal.Pages.Parts;

namespace PaymentPortal.Pages.Operations;

/// <summary>Dead letters one by one. The address decides what is listed; what is chosen by hand lives as long as the page.</summary>
public sealed partial class LettersPage
{
    private readonly HashSet<string> _chosen = new(StringComparer.Ordinal);
    private ListUrl? _url;
    private LetterListAddress _asked = new(new DeadLetterFilter(), PagePlace.First);
    private ListPage<LetterRow>? _page;
    private string? _error;
    private string? _reference;
    private string? _told;
    private int _new;
    private IDisposable? _live;

    [Inject] private NavigationManager Navigation { get; set; } = default!;
    [Inject] private DeadLetterQueries Queries { get; set; } = default!;
    [Inject] private DeadLetterDesk Desk { get; set; } = default!;
    [Inject] private ViewerRights Viewer { get; set; } = default!;
    [Inject] private ViewerClock Clock { get; set; } = default!;
    [Inject] private HandOver HandOver { get; set; } = default!;
    [Inject] private LiveFeed Feed { get; set; } = default!;
    [Inject] private ILogger<LettersPage> Logger { get; set; } = default!;

    private string Name => "letters:" + _url;

    /// <summary>The chosen ones by their ids, else everything that the filters of the address match.</summary>
    private string RedriveHref => _chosen.Count > 0
        ? $"{OperationsUrls.Letters}/redrive?ids={string.Join(',', _chosen)}"
        : $"{OperationsUrls.Letters}/redrive{_url!.Without(ListUrl.After).ToString()[_url.Path.Length..]}";

    protected override async Task OnInitializedAsync()
    {
        Navigation.LocationChanged += Moved;
        HandOver.Offer(() => (Name, _page));
        await ShowAsync();
    }

    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender) _live = Feed.SubscribeTo([DeadLetters.Changed], () => InvokeAsync(RefreshAsync));
    }

    public void Dispose()
    {
        Navigation.LocationChanged -= Moved;
        _live?.Dispose();
    }

    private void Moved(object? sender, LocationChangedEventArgs change)
    {
        if (ListUrl.Read(change.Location).Path != OperationsUrls.Items) return;
        _ = InvokeAsync(async () =>
        {
            _chosen.Clear();
            await ShowAsync();
            StateHasChanged();
        });
    }

    private async Task ShowAsync()
    {
        _url = ListUrl.Read(Navigation.Uri);
        _asked = LetterListAddress.Read(_url, Clock.Zone, Clock.Now);
        var wanted = Name;
        try
        {
            var page = HandOver.Take<ListPage<LetterRow>>(wanted) ?? await ReadAsync();
            // Somebody who has clicked on meanwhile wants the newer address, whichever answer comes last.
            if (wanted == Name) (_page, _error, _new) = (page, null, 0);
        }
        catch (DbException error)
        {
            (_error, _reference) = ("The dead letters could not be read.", Activity.Current?.TraceId.ToString() ?? Guid.NewGuid().ToString("N"));
            Log.ReadFailed(Logger, error, "Dead letters", _reference);
        }
    }

    private async Task<ListPage<LetterRow>> ReadAsync()
    {
        var slice = await Queries.ListAsync(_asked.Filter, _asked.Place, _url!.PageSize, CancellationToken.None);
        var count = await Queries.CountAsync(_asked.Filter, ListPage<LetterRow>.CountCap + 1, CancellationToken.None);
        return new ListPage<LetterRow>(slice.Rows, count, slice.Previous, slice.Next);
    }

    /// <summary>Something became of some letter: rows are drawn anew where they stand, and new ones are only counted.</summary>
    private async Task RefreshAsync()
    {
        if (_page is not { } page) return;
        var fresh = await Queries.ReadAsync([.. page.Rows.Select(row => row.DeadLetterId)], CancellationToken.None);
        var isTop = _asked.Place == PagePlace.First && !_asked.Filter.WantsClosed;
        var count = isTop ? await Queries.CountAsync(_asked.Filter, ListPage<LetterRow>.CountCap, CancellationToken.None, newerThan: page.Rows.Count > 0 ? page.Rows[0].DeadLetterId : "") : 0;
        if (_page != page) return;
        (_page, _new) = (LiveRows.Merge(page, fresh, row => row.DeadLetterId).Page, count);
        StateHasChanged();
    }

    private async Task ShowNewAsync()
    {
        _page = await ReadAsync();
        _new = 0;
    }

    private void Choose(LetterRow letter, bool isChosen)
    {
        if (isChosen) _chosen.Add(letter.DeadLetterId);
        else _chosen.Remove(letter.DeadLetterId);
    }

    private async Task<string?> TryAsync(LetterRow letter)
    {
        if (await Viewer.WhyNotAsync(Rights.RedriveDeadLetters) is { } why) return why;
        var told = await Desk.TryOneAsync(new DeadLetterId(letter.DeadLetterId), await Viewer.ActorAsync(), CancellationToken.None);
        if (told.IsRefused) return told.Refusal!.Text;
        return await DoneAsync(told.Value);
    }

    private Task<string?> DiscardAsync(LetterRow letter, string reason) => DiscardAsync([letter.DeadLetterId], reason);

    private Task<string?> DiscardChosenAsync(string reason) => DiscardAsync([.. _chosen], reason);

    private async Task<string?> DiscardAsync(IReadOnlyList<string> letters, string reason)
    {
        if (await Viewer.WhyNotAsync(Rights.DiscardDeadLetters) is { } why) return why;
        var done = await Desk.DiscardAsync([.. letters.Select(letter => new DeadLetterId(letter))], reason, await Viewer.ActorAsync(), CancellationToken.None);
        if (done.IsRefused) return done.Refusal!.Text;
        _chosen.Clear();
        return await DoneAsync(letters.Count == 1 ? "Discarded. It stands under Closed, with your reason." : $"{letters.Count} discarded. They stand under Closed, with your reason.");
    }

    /// <summary>Null, as dialogs want it; the page then shows what came of it.</summary>
    private async Task<string?> DoneAsync(string told)
    {
        _told = told;
        _page = await ReadAsync();
        StateHasChanged();
        return null;
    }
}
