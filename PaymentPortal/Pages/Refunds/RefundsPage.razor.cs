using System.Data.Common;
using System.Diagnostics;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Payments;
using PaymentPortal.Core.Payments.Refunds;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;
using PaymentPortal.Pages.Live;
using PaymentPortal.Pages.Parts;
using PaymentPortal.Pages.Payments;

namespace PaymentPortal.Pages.Refunds;

/// <summary>Is the money back? The list of refunds, decided by its address alone.</summary>
public sealed partial class RefundsPage
{
    private ListUrl? _url;
    private RefundListAddress? _asked;
    private ListPage<Refund>? _page;
    private IReadOnlyList<ListTab> _tabs = [];
    private IReadOnlyDictionary<string, RefundAside> _asides = new Dictionary<string, RefundAside>();
    private IReadOnlyDictionary<string, string> _names = new Dictionary<string, string>();
    private IReadOnlyList<FilterField> _fields = [];
    private string? _error;
    private string? _reference;
    private string? _told;
    private IDisposable? _live;

    [Inject] private NavigationManager Navigation { get; set; } = default!;
    [Inject] private RefundQueries Queries { get; set; } = default!;
    [Inject] private RefundService Service { get; set; } = default!;
    [Inject] private FinanceRefunds Waiting { get; set; } = default!;
    [Inject] private DeadLetterDesk Letters { get; set; } = default!;
    [Inject] private ViewerRights Viewer { get; set; } = default!;
    [Inject] private StaffDirectory Staff { get; set; } = default!;
    [Inject] private ViewerClock Clock { get; set; } = default!;
    [Inject] private HandOver HandOver { get; set; } = default!;
    [Inject] private LiveFeed Feed { get; set; } = default!;
    [Inject] private ILogger<RefundsPage> Logger { get; set; } = default!;

    private string Name => "refunds:" + _url;

    protected override async Task OnInitializedAsync()
    {
        Navigation.LocationChanged += Moved;
        HandOver.Offer(() => (Name, _page is null ? null : new Shown(_page, _tabs, _asides)));
        _names = await Staff.ActorNamesAsync(CancellationToken.None);
        _fields = RefundListAddress.Fields(_names);
        await ShowAsync();
    }

    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender) _live = Feed.Subscribe(fact => fact.Type.StartsWith("refund.", StringComparison.Ordinal), () => InvokeAsync(async () => { await ShowAsync(); StateHasChanged(); }));
    }

    public void Dispose()
    {
        Navigation.LocationChanged -= Moved;
        _live?.Dispose();
    }

    private void Moved(object? sender, LocationChangedEventArgs change)
    {
        if (ListUrl.Read(change.Location).Path == RefundListAddress.Path) _ = InvokeAsync(async () => { _told = null; await ShowAsync(); StateHasChanged(); });
    }

    private async Task ShowAsync()
    {
        _url = ListUrl.Read(Navigation.Uri);
        _asked = RefundListAddress.Read(_url, Clock.Zone, Clock.Now);
        var wanted = Name;
        try
        {
            var shown = HandOver.Take<Shown>(wanted) ?? await ReadAsync(_url, _asked);
            // Somebody who has clicked on meanwhile wants the newer address, whichever answer comes last.
            if (wanted == Name) (_page, _tabs, _asides, _error) = (shown.Page, shown.Tabs, shown.Asides, null);
        }
        catch (DbException error)
        {
            (_error, _reference) = ("The refunds could not be read.", Activity.Current?.TraceId.ToString() ?? Guid.NewGuid().ToString("N"));
            Log.ReadFailed(Logger, error, _reference);
        }
    }

    private async Task<Shown> ReadAsync(ListUrl url, RefundListAddress asked)
    {
        var slice = await Queries.ListAsync(asked.Filter, asked.Place, asked.Size, CancellationToken.None);
        var tabs = new List<ListTab>();
        foreach (var (label, status) in RefundListAddress.Tabs)
        {
            var count = await Queries.CountAsync(asked.Filter with { Status = status }, CancellationToken.None);
            tabs.Add(new ListTab(label, url.With("status", RefundListAddress.Word(status)).ToString(), asked.Filter.Status == status, count));
        }
        var total = tabs.FirstOrDefault(tab => tab.IsCurrent)?.Count ?? await Queries.CountAsync(asked.Filter, CancellationToken.None);
        return new Shown(new ListPage<Refund>(slice.Rows, total, slice.Previous, slice.Next), tabs, await Queries.AsidesAsync(slice.Rows, CancellationToken.None));
    }

    private Task<string?> CancelAsync(Refund refund) => ActAsync(
        Rights.Refund, async actor => (await Service.CancelAsync(new RefundId(refund.RefundId), actor, CancellationToken.None)).Map(id => $"{PpId.Shorten(id.Value)} is cancelled; its money is back where it was."));

    private Task<string?> RetryAsync(string letter) => ActAsync(Rights.RedriveDeadLetters, actor => Letters.TryOneAsync(new DeadLetterId(letter), actor, CancellationToken.None));

    private Task<string?> SendAgainAsync(FinanceTask owed, string reason) => ActAsync(
        Rights.MoveMoney, async actor => (await Waiting.RefundAsync(owed.SessionId, actor, reason, CancellationToken.None)).Map(id => $"{PpId.Shorten(id.Value)} gives it back; above your limit it waits for a second person."));

    private async Task<string?> ActAsync(string right, Func<Actor, Task<Result<string>>> act)
    {
        if (await Viewer.WhyNotAsync(right) is { } why) return why;
        var done = await act(await Viewer.ActorAsync());
        if (done.IsRefused) return done.Refusal!.Text;
        _told = done.Value;
        await ShowAsync();
        StateHasChanged();
        return null;
    }

    private static Money MoneyOf(Refund refund) => new(refund.Amount, Currency.Of(refund.Currency));

    private RefundAside AsideOf(Refund refund) => _asides[refund.RefundId];

    private (ChipState Chip, string Label) ChipOf(Refund refund) => ReturnChips.Of(refund.Status, AsideOf(refund).DeadLetter is not null);

    private string NameOf(string actor) => ActorWords.NameOf(actor, _names);

    private static string? Waits(RefundAside aside) => aside.Approval is { State: ApprovalState.Pending } approval ? approval.ApprovalId : null;

    private string? CheckerOf(RefundAside aside) => aside.Approval switch
    {
        { State: ApprovalState.Approved, DecidedBy: { } checker } => NameOf(checker),
        { State: ApprovalState.Refused, DecidedBy: { } checker } => "refused by " + NameOf(checker),
        _ => null,
    };

    private sealed record Shown(ListPage<Refund> Page, IReadOnlyList<ListTab> Tabs, IReadOnlyDictionary<string, RefundAside> Asides);
}
