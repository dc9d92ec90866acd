using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Ledger;
using PaymentPortal.Core.Payouts;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Storage;
using PaymentPortal.Pages.Live;
using PaymentPortal.Pages.Parts;

namespace PaymentPortal.Pages.Payouts;

/// <summary>All that a payout's page shows, read at one time.</summary>
public sealed record ShownPayout(
    PayoutDetails Details, IReadOnlyList<EntryView> Entries, IReadOnlyList<PspTalkLine> Talk, Approval? Approval, IReadOnlyDictionary<string, string> Staff, string BankNow, IReadOnlyList<UnknownCall> Unknown);

/// <summary>One payout: its story, its ledger lines, what was said to the PSP, and what finance may do about it now.</summary>
public sealed partial class PayoutPage
{
    private ShownPayout? _shown;
    private bool _isUnknown;
    private string? _asked;
    private (BannerTone Tone, string Text)? _told;
    private IDisposable? _live;

    [Parameter] public string Id { get; set; } = "";

    [CascadingParameter] private HttpContext? Context { get; set; }

    [Inject] private PayoutQueries Queries { get; set; } = default!;
    [Inject] private UnknownCalls Unknown { get; set; } = default!;
    [Inject] private PayoutService Payouts { get; set; } = default!;
    [Inject] private SellerQueries Sellers { get; set; } = default!;
    [Inject] private EntryQueries Ledger { get; set; } = default!;
    [Inject] private ApprovalQueries ApprovalRows { get; set; } = default!;
    [Inject] private PspTalk Talk { get; set; } = default!;
    [Inject] private StaffDirectory Staff { get; set; } = default!;
    [Inject] private IDbContextFactory<PortalDb> Databases { get; set; } = default!;
    [Inject] private ViewerRights Viewer { get; set; } = default!;
    [Inject] private HandOver HandOver { get; set; } = default!;
    [Inject] private LiveFeed Feed { get; set; } = default!;

    private string Name => "payout:" + Id;

    protected override void OnInitialized() => HandOver.Offer(() => (Name, _shown));

    protected override async Task OnParametersSetAsync()
    {
        if (_asked == Id) return;
        (_asked, _told) = (Id, null);
        _shown = HandOver.Take<ShownPayout>(Name) ?? await ReadAsync();
        _isUnknown = _shown is null;
        if (_isUnknown) MissingPage.Say(Context);
    }

    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender) _live = Feed.Subscribe(fact => fact.AggregateId == Id, () => InvokeAsync(async () => { _shown = await ReadAsync() ?? _shown; StateHasChanged(); }));
    }

    public void Dispose() => _live?.Dispose();

    private static string Title(PayoutView payout) => $"{MoneyText.Of(payout.Amount)} to {payout.Seller?.Value ?? "ourselves"}";

    private async Task<ShownPayout?> ReadAsync()
    {
        if (!Ids.TryParse<PayoutId>(Id, out var id) || await Queries.DetailsAsync(id, CancellationToken.None) is not { } details) return null;
        var entries = new List<EntryView>();
        foreach (var entry in details.EntryIds)
        {
            if (await Ledger.FindAsync(new JournalEntryId(entry), CancellationToken.None) is { } view) entries.Add(view);
        }
        await using var db = await Databases.CreateDbContextAsync(CancellationToken.None);
        var talk = await Talk.ListAsync(db, Id, CancellationToken.None);
        var approval = await ApprovalRows.OfSubjectAsync(PayAgainApproval.Name, Id, CancellationToken.None) ?? await ApprovalRows.OfSubjectAsync(PayoutApproval.Name, Id, CancellationToken.None);
        var actors = details.Moves.Select(move => move.Actor).Append(details.Payout.RequestedBy).Append(approval?.DecidedBy ?? "").Where(actor => actor.StartsWith(Actor.StaffPrefix, StringComparison.Ordinal));
        var staff = await Staff.NamesAsync([.. actors.Select(actor => actor[Actor.StaffPrefix.Length..]).Distinct(StringComparer.Ordinal)], CancellationToken.None);
        var bank = details.Payout.Seller is { } seller ? await Sellers.FindAsync(seller, CancellationToken.None) : null;
        return new ShownPayout(details, [.. entries.OrderBy(entry => entry.Sequence)], talk, approval, staff, bank?.BankLast4 is { } last4 ? "…" + last4 : "kept at the PSP", await Unknown.OfAsync(Id, CancellationToken.None));
    }

    private Task<string?> CancelAsync() => ActAsync(actor => Payouts.CancelAsync(new PayoutId(Id), actor, CancellationToken.None), isCancel: true);

    private Task<string?> PayAgainAsync(string reason) => ActAsync(actor => Payouts.PayAgainAsync(new PayoutId(Id), reason, actor, CancellationToken.None));

    private Task<string?> TakeBackAsync(string reason) => ActAsync(actor => Payouts.TakeBackAsync(new PayoutId(Id), reason, actor, CancellationToken.None));

    private async Task<string?> ActAsync(Func<Actor, Task<Result<PayoutStatus>>> act, bool isCancel = false)
    {
        if (await Viewer.WhyNotAsync(Rights.MoveMoney) is { } why) return why;
        var end = await act(await Viewer.ActorAsync());
        if (end.IsRefused) return end.Refusal!.Text;
        var shown = _shown = (await ReadAsync())!;
        var payout = shown.Details.Payout;
        _told = PayoutWords.Told(payout.Status, payout.IsTakingBack || payout.IsCancelRequested, shown.Approval is { State: ApprovalState.Pending }, isCancel);
        StateHasChanged();
        return null;
    }
}
