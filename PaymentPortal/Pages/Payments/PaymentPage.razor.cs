using System.Data.Common;
using System.Diagnostics;
using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Payments;
using PaymentPortal.Core.Payments.Refunds;
using PaymentPortal.Pages.Live;
using PaymentPortal.Pages.Parts;

namespace PaymentPortal.Pages.Payments;

/// <summary>The one screen that answers what happened to a payment. It reads everything on one snapshot, and again whenever something happens to it.</summary>
public sealed partial class PaymentPage
{
    private PaymentDetails? _details;
    private BuyerView? _revealed;
    private CheckoutId? _newer;
    private CheckoutId? _older;
    private IReadOnlyList<string> _kinds = [];
    private bool _isNewestFirst;
    private bool _isUnknown;
    private bool _isAsking;
    private string? _error;
    private string? _reference;
    private string? _told;
    private BannerTone _toldTone;
    private string? _shown;
    private IDisposable? _live;

    [Parameter] public string Id { get; set; } = "";

    [SupplyParameterFromQuery(Name = "tab")] private string? AskedTab { get; set; }
    [SupplyParameterFromQuery(Name = "kind")] private string? Kind { get; set; }
    [SupplyParameterFromQuery(Name = "order")] private string? Order { get; set; }

    /// <summary>The query of the list that the reader came from.</summary>
    [SupplyParameterFromQuery(Name = "list")] private string? List { get; set; }

    [CascadingParameter] private HttpContext? Context { get; set; }
    [CascadingParameter] private Task<AuthenticationState>? Authentication { get; set; }

    [Inject] private PaymentDetailsQuery Query { get; set; } = default!;
    [Inject] private PaymentQueries Queries { get; set; } = default!;
    [Inject] private PaymentDesk Desk { get; set; } = default!;
    [Inject] private PaymentService Service { get; set; } = default!;
    [Inject] private PaymentNotes Notes { get; set; } = default!;
    [Inject] private LateSuccess Late { get; set; } = default!;
    [Inject] private RefundService Refunds { get; set; } = default!;
    [Inject] private FinanceRefunds Waiting { get; set; } = default!;
    [Inject] private IAuthorizationService Authorization { get; set; } = default!;
    [Inject] private ViewerClock Clock { get; set; } = default!;
    [Inject] private HandOver HandOver { get; set; } = default!;
    [Inject] private LiveFeed Feed { get; set; } = default!;
    [Inject] private ILogger<PaymentPage> Logger { get; set; } = default!;

    private string Tab => PaymentTabs.Of(AskedTab);

    private string Title => _details is { } details ? $"{PpId.Shorten(Id)} - {MoneyText.Of(details.Total)} - {details.State.Label()}" : "Payment";

    protected override void OnInitialized() => HandOver.Offer(() => ("payment:" + Id, _details is null ? null : new Shown(_details, _newer, _older)));

    protected override async Task OnParametersSetAsync()
    {
        _kinds = PaymentTimeline.ReadKinds(Kind);
        _isNewestFirst = Order == "newest";
        if (_shown == Id) return;
        _shown = Id;
        (_details, _revealed, _told, _isUnknown, _error) = (null, null, null, false, null);
        if (HandOver.Take<Shown>("payment:" + Id) is { } shown) (_details, _newer, _older) = (shown.Details, shown.Newer, shown.Older);
        else await LoadAsync();
    }

    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender) _live = Feed.Subscribe(fact => fact.AggregateId == Id || fact.Payload.Contains(Id, StringComparison.Ordinal), () => InvokeAsync(async () => { await ReadAsync(); StateHasChanged(); }));
    }

    public void Dispose() => _live?.Dispose();

    private async Task LoadAsync()
    {
        try
        {
            await ReadAsync();
            if (_details is null)
            {
                _isUnknown = true;
                MissingPage.Say(Context);
                return;
            }
            var address = PaymentListAddress.Read(ListUrl.Read($"{PaymentListAddress.Path}?{List}"), Clock.Zone, Clock.Now);
            (_newer, _older) = await Queries.NeighboursAsync(address.Filter, new CheckoutId(Id), CancellationToken.None);
        }
        catch (DbException error)
        {
            (_error, _reference) = ("This payment could not be read.", Activity.Current?.TraceId.ToString() ?? Guid.NewGuid().ToString("N"));
            Log.PaymentFailed(Logger, error, Id, _reference);
        }
    }

    private async Task ReadAsync()
    {
        var asked = Id;
        var details = Ids.TryParse<CheckoutId>(asked, out var id) ? await Query.FindAsync(id, CancellationToken.None) : null;
        if (asked == Id) _details = details;
    }

    private async Task AskAsync()
    {
        if (_isAsking || await RefuseAsync(Rights.AskPsp)) return;
        _isAsking = true;
        try
        {
            var answer = await Desk.AskPspAsync(new CheckoutId(Id), await ActorAsync(), CancellationToken.None);
            Tell(answer.IsRefused ? answer.Refusal!.Text : answer.Value.Text, answer.IsRefused ? BannerTone.Attention : BannerTone.Info);
            await ReadAsync();
        }
        finally
        {
            _isAsking = false;
        }
    }

    private async Task<string?> AcceptAsync(string reason)
    {
        if (await IsRefusedAsync(Rights.MoveMoney)) return Rights.Of(Rights.MoveMoney).Reason;
        if (_details?.OpenFinanceTask is not { } task) return "This money was dealt with meanwhile; nothing was changed.";
        return await ActAsync(await Late.AcceptAsync(task.SessionId, await ActorAsync(), reason, CancellationToken.None), "The late payment was accepted: it is the orders' pay-in now.");
    }

    private Task<Result<RefundPreview>> PreviewAsync(RefundAsk ask) => Refunds.PreviewAsync(ask, CancellationToken.None);

    private async Task<string?> RefundAsync(RefundAsk ask)
    {
        if (await IsRefusedAsync(Rights.Refund)) return Rights.Of(Rights.Refund).Reason;
        return await ActAsync(await Refunds.AskAsync(ask, await ActorAsync(), CancellationToken.None), "The refund is asked for. The timeline tells how it goes on.");
    }

    /// <summary>Gives money back that waits for finance.</summary>
    private async Task<string?> GiveBackAsync(FinanceTask task, string reason)
    {
        if (await IsRefusedAsync(Rights.MoveMoney)) return Rights.Of(Rights.MoveMoney).Reason;
        return await ActAsync(await Waiting.RefundAsync(task.SessionId, await ActorAsync(), reason, CancellationToken.None), "The refund is asked for. The timeline tells how it goes on.");
    }

    private async Task<string?> PaidElsewhereAsync(FinanceTask task, string how)
    {
        if (await IsRefusedAsync(Rights.MoveMoney)) return Rights.Of(Rights.MoveMoney).Reason;
        var noted = await Waiting.PaidElsewhereAsync(task.SessionId, await ActorAsync(), how, CancellationToken.None);
        return await ActAsync(noted, noted is { IsRefused: false, Value: not null } ? "Asked for. It counts when a second person approves it." : "Noted: nothing is owed any more.");
    }

    private async Task<string?> CancelAsync(string reason)
    {
        if (await IsRefusedAsync(Rights.CancelCheckout)) return Rights.Of(Rights.CancelCheckout).Reason;
        var result = await Service.CancelAsync(new CheckoutId(Id), await ActorAsync(), CancellationToken.None);
        return await ActAsync(result, !result.IsRefused && result.Value == PaymentOrderStatus.Canceled ? "The checkout is cancelled." : "Asked for. The PSP's word about the open page is awaited.");
    }

    private async Task<string?> NoteAsync(string text)
    {
        if (await IsRefusedAsync(Rights.WriteNotes)) return Rights.Of(Rights.WriteNotes).Reason;
        return await ActAsync(await Notes.AddAsync(new CheckoutId(Id), await ActorAsync(), text, CancellationToken.None), "The note is in the timeline.");
    }

    private async Task RevealAsync()
    {
        if (await RefuseAsync(Rights.RevealPersonalData)) return;
        var buyer = await Desk.RevealAsync(new CheckoutId(Id), await ActorAsync(), CancellationToken.None);
        if (buyer.IsRefused) Tell(buyer.Refusal!.Text, BannerTone.Attention);
        else _revealed = buyer.Value;
        await ReadAsync();
    }

    /// <summary>Null when it was done, as dialogs want it; the page then shows what came of it.</summary>
    private async Task<string?> ActAsync<T>(Result<T> result, string done)
    {
        if (result.IsRefused) return result.Refusal!.Text;
        Tell(done, BannerTone.Success);
        await ReadAsync();
        StateHasChanged();
        return null;
    }

    private async Task<bool> RefuseAsync(string right)
    {
        if (!await IsRefusedAsync(right)) return false;
        Tell(Rights.Of(right).Reason, BannerTone.Attention);
        return true;
    }

    /// <summary>The button is a courtesy; who presses is asked again here, because a circuit can be made to send anything.</summary>
    private async Task<bool> IsRefusedAsync(string right) => !(await Authorization.AuthorizeAsync(await PersonAsync(), right)).Succeeded;

    private async Task<ClaimsPrincipal> PersonAsync() => Authentication is null ? new ClaimsPrincipal() : (await Authentication).User;

    private async Task<Actor> ActorAsync() => Actor.Staff((await PersonAsync()).FindFirstValue(ClaimTypes.NameIdentifier) ?? throw new InvalidOperationException("Nobody is signed in."));

    private void Tell(string text, BannerTone tone) => (_told, _toldTone) = (text, tone);

    private string LinkTo(string tab) => Link(("list", List), ("tab", tab == PaymentTabs.Timeline ? null : tab));

    private string LinkToTimeline(string? kind, bool isNewestFirst) => Link(("kind", kind), ("list", List), ("order", isNewestFirst ? "newest" : null));

    private string Link(params (string Key, string? Value)[] query)
    {
        var set = query.Where(pair => !string.IsNullOrEmpty(pair.Value)).Select(pair => $"{pair.Key}={Uri.EscapeDataString(pair.Value!)}").ToList();
        return $"/payments/{Id}{(set.Count > 0 ? "?" + string.Join('&', set) : "")}";
    }

    private sealed record Shown(PaymentDetails Details, CheckoutId? Newer, CheckoutId? Older);
}
