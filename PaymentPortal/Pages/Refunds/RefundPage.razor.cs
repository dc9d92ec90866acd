using System.Globalization;
using Microsoft.AspNetCore.Components;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Ledger;
using PaymentPortal.Core.Payments.Refunds;
using PaymentPortal.Core.Payments.Returns;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;
using PaymentPortal.Pages.Live;
using PaymentPortal.Pages.Parts;

namespace PaymentPortal.Pages.Refunds;

/// <summary>One refund: where it stands, what it took from whom, and how it got there.</summary>
public sealed partial class RefundPage
{
    private RefundDetails? _details;
    private IReadOnlyList<UnknownCall> _unknown = [];
    private IReadOnlyDictionary<string, string> _names = new Dictionary<string, string>();
    private bool _isUnknown;
    private string? _shown;
    private string? _told;
    private IDisposable? _live;

    [Parameter] public string Id { get; set; } = "";

    [CascadingParameter] private HttpContext? Context { get; set; }

    [Inject] private RefundQueries Queries { get; set; } = default!;
    [Inject] private UnknownCalls Unknown { get; set; } = default!;
    [Inject] private RefundService Service { get; set; } = default!;
    [Inject] private StaffDirectory Staff { get; set; } = default!;
    [Inject] private ViewerRights Viewer { get; set; } = default!;
    [Inject] private LiveFeed Feed { get; set; } = default!;

    private Money Amount => new(_details!.Refund.Amount, Currency.Of(_details.Refund.Currency));

    private Money Fee => new(_details!.Refund.PlatformFee, Currency.Of(_details.Refund.Currency));

    private (string Text, MoneyEffect Money, string Who, string? MoneyLine) What => _details!.Refund.Status switch
    {
        RefundStatus.Requested => ("It is above a limit and waits for a second person.", MoneyEffect.None, "the approver", "Set aside; the buyer has nothing yet"),
        RefundStatus.Approved when _details.Step is { State: TaskState.Dead } => ("The PSP refused to make it.", MoneyEffect.None, "us", "Set aside until somebody redrives it or gives it up"),
        RefundStatus.Approved => ("It is being sent to the PSP.", MoneyEffect.Unknown, "us", "Set aside; whether the PSP has taken it is not known yet"),
        RefundStatus.Sent => ("The PSP has taken the money; the bank has yet to confirm it.", MoneyEffect.Taken, "the PSP", "On its way to the buyer"),
        RefundStatus.Succeeded => ("The buyer's bank has it.", MoneyEffect.Taken, "nobody", "Back with the buyer"),
        RefundStatus.Refused => ("It was refused and will not be made.", MoneyEffect.None, "nobody", "Back where it was set aside from"),
        RefundStatus.Canceled => ("It was taken back before it was sent.", MoneyEffect.None, "nobody", "Back where it was set aside from"),
        RefundStatus.Failed => ("The bank gave it back: the buyer is still owed.", MoneyEffect.Taken, _details.Owed is { State: FinanceTaskOpen } ? "finance" : "nobody", _details.Owed is { State: FinanceTaskOpen } ? "Owed to the buyer" : "Settled another way"),
    };

    private const Core.Payments.FinanceTaskState FinanceTaskOpen = Core.Payments.FinanceTaskState.Open;

    private IReadOnlyList<TimelineItem> Moves => [.. _details!.History.Select(Move)];

    protected override async Task OnParametersSetAsync()
    {
        if (_shown == Id) return;
        (_shown, _told) = (Id, null);
        _names = await Staff.ActorNamesAsync(CancellationToken.None);
        await ReadAsync();
        _isUnknown = _details is null;
        if (_isUnknown) MissingPage.Say(Context);
    }

    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender) _live = Feed.Subscribe(fact => fact.AggregateId == Id, () => InvokeAsync(async () => { await ReadAsync(); StateHasChanged(); }));
    }

    public void Dispose() => _live?.Dispose();

    private async Task ReadAsync()
    {
        _unknown = await Unknown.OfAsync(Id, CancellationToken.None);
        _details = Ids.TryParse<RefundId>(Id, out var id) ? await Queries.FindAsync(id, CancellationToken.None) : null;
    }

    private async Task<string?> CancelAsync()
    {
        if (await Viewer.WhyNotAsync(Rights.Refund) is { } why) return why;
        var canceled = await Service.CancelAsync(new RefundId(Id), await Viewer.ActorAsync(), CancellationToken.None);
        if (canceled.IsRefused) return canceled.Refusal!.Text;
        await ReadAsync();
        _told = "The refund is cancelled; its money is back where it was.";
        StateHasChanged();
        return null;
    }

    private TimelineItem Move(ReturnHistoryLine line)
    {
        var status = RefundWords.Parse(line.ToStatus);
        return new TimelineItem(string.Create(CultureInfo.InvariantCulture, $"hst_{line.Version}"), line.At, "undo", ReturnWords.Of(status, line.Cause)) { Actor = _names.GetValueOrDefault(line.Actor) ?? ReturnWords.Actor(line.Actor) };
    }

    private static string SourceWord(RefundSource source) => source switch
    {
        RefundSource.Order => "the order's money",
        RefundSource.Suspense => "suspense",
        RefundSource.Owed => "what is owed to the buyer",
        RefundSource.Unbooked => "a charge that was never booked",
    };
}
