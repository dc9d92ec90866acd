using System.Globalization;
using Microsoft.AspNetCore.Components;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Payments.Disputes;
using PaymentPortal.Core.Payments.Returns;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Storage;
using PaymentPortal.Pages.Live;
using PaymentPortal.Pages.Parts;

namespace PaymentPortal.Pages.Disputes;

/// <summary>One dispute: what the bank says, where its money is, what we say to it.</summary>
public sealed partial class DisputePage
{
    private DisputeDetails? _details;
    private IReadOnlyList<UnknownCall> _unknown = [];
    private bool _isUnknown;
    private string? _shown;
    private string? _told;
    private EvidenceForm? _form;
    private IDisposable? _live;
    private IReadOnlyDictionary<string, string> _names = new Dictionary<string, string>();

    [Parameter] public string Id { get; set; } = "";

    [CascadingParameter] private HttpContext? Context { get; set; }

    [Inject] private UnknownCalls Unknown { get; set; } = default!;
    [Inject] private DisputeQueries Queries { get; set; } = default!;
    [Inject] private DisputeDesk Desk { get; set; } = default!;
    [Inject] private ViewerRights Viewer { get; set; } = default!;
    [Inject] private LiveFeed Feed { get; set; } = default!;
    [Inject] private StaffDirectory Staff { get; set; } = default!;

    private Dispute Dispute => _details!.Dispute;

    private Money Amount => new(Dispute.Amount, Currency.Of(Dispute.Currency));

    private string? WhyNotAnswer => DisputeDesk.WhyNotAnswer(Dispute.Status, Dispute.SubmittedAt, Dispute.SubmitRequestedAt, Dispute.AcceptRequestedAt);

    private string Held => Dispute.IsWithdrawn ? $"{MoneyText.Of(Amount)} withdrawn by the PSP{(_details!.Shares.Count > 0 ? ", and held back of the sellers" : "")}" : "Withdrawn by the PSP; not booked";

    private (string Text, string Who, string MoneyLine) What => Dispute.Status switch
    {
        DisputeStatus.Inquiry => ("The buyer's bank asks about this payment. A good answer keeps it from becoming a dispute.", Dispute.SubmittedAt is null ? "us" : "the bank", "No money has moved"),
        DisputeStatus.NeedsResponse => ("The buyer disputes this payment, and the bank wants to hear our side.", WhyNotAnswer is null ? "us" : "the PSP", Held),
        DisputeStatus.UnderReview => ("The bank reads our evidence. That takes weeks.", "the bank", Held),
        DisputeStatus.Won => ("The bank decided for us.", "nobody", "Given back; the PSP keeps its fee"),
        DisputeStatus.Lost => ("The bank decided for the buyer.", "nobody", Lost),
        DisputeStatus.Accepted => ("We accepted the loss.", "nobody", Lost),
        DisputeStatus.Closed => ("The inquiry ended without a dispute.", "nobody", "No money has moved"),
    };

    /// <summary>How the payment's money stands: ours, not ours, or depending on what we say now.</summary>
    private MoneyEffect Effect => Dispute.Status switch
    {
        DisputeStatus.NeedsResponse => MoneyEffect.Unknown,
        DisputeStatus.UnderReview or DisputeStatus.Lost or DisputeStatus.Accepted => MoneyEffect.None,
        DisputeStatus.Inquiry or DisputeStatus.Won or DisputeStatus.Closed => MoneyEffect.Taken,
    };

    private string Lost => $"{MoneyText.Of(Amount)} gone; {(Dispute.Bearer == DisputeBearer.Seller ? "the sellers bear it" : "we bear it")}";

    private DisputeBearer Other => Dispute.Bearer == DisputeBearer.Seller ? DisputeBearer.Platform : DisputeBearer.Seller;

    private string OtherVerb => Other == DisputeBearer.Platform ? "Platform bears it" : "Sellers bear it";

    private string? WhyNotShift
    {
        get
        {
            if (!Dispute.Status.IsOver()) return null;
            if (!Dispute.Status.IsLost() || _details!.Shares.Count == 0) return "Nothing was lost that somebody could bear.";
            return _details.IsShifted ? "It was decided once already." : null;
        }
    }

    private string ShiftEffect
    {
        get
        {
            if (!Dispute.Status.IsOver()) return "Nothing is booked now. It counts when the dispute is lost.";
            return Other == DisputeBearer.Platform ? $"{MoneyText.Of(Amount)} go from disputes:lost to the sellers' wallets. It can't be changed again." : $"{MoneyText.Of(Amount)} are taken from the sellers' wallets. It can't be changed again.";
        }
    }

    /// <summary>What the bank did, and what people here did about it.</summary>
    private IReadOnlyList<TimelineItem> Moves => [.. _details!.History.Select(Move).Concat(_details.Acts.Select(Act)).OrderBy(item => item.At)];

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

    /// <summary>The texts speak of a customer: only who may work on them, or sees personal data anyway, gets them opened.</summary>
    private async Task ReadAsync()
    {
        _unknown = await Unknown.OfAsync(Id, CancellationToken.None);
        _details = Ids.TryParse<DisputeId>(Id, out var id) ? await Queries.FindAsync(id, await Viewer.WhyNotAsync(Rights.RevealPersonalData) is null, CancellationToken.None) : null;
    }

    private Task<string?> SaveAsync(IReadOnlyDictionary<string, string?> texts) =>
        ActAsync(actor => Desk.AddEvidenceAsync(new DisputeId(Id), texts, isSubmitted: false, actor, CancellationToken.None), "Saved. The bank sees nothing of it until it is submitted.");

    /// <summary>The bank takes evidence once, so nobody may believe that what he typed went with it.</summary>
    private Task<string?> SubmitAsync() => _form is { HasUnsaved: true } ? Task.FromResult<string?>("Some of the evidence is typed and not saved, so it would not go to the bank. Save it first.") :
        ActAsync(actor => Desk.AddEvidenceAsync(new DisputeId(Id), new Dictionary<string, string?>(), isSubmitted: true, actor, CancellationToken.None), "The evidence is on its way to the bank.");

    private Task<string?> AcceptAsync() => ActAsync(actor => Desk.AcceptAsync(new DisputeId(Id), actor, CancellationToken.None), "The loss is accepted.");

    private Task<string?> ShiftAsync(string reason) => ActAsync(
        actor => Desk.SetBearerAsync(new DisputeId(Id), Other, reason, actor, CancellationToken.None), asked => asked is null ? "Decided." : "Asked for. It counts when a second person approves it.");

    private Task<string?> ActAsync(Func<Actor, Task<Result<DisputeId>>> act, string done) => ActAsync(act, _ => done);

    private async Task<string?> ActAsync<T>(Func<Actor, Task<Result<T>>> act, Func<T, string> done)
    {
        if (await Viewer.WhyNotAsync(Rights.MoveMoney) is { } why) return why;
        var result = await act(await Viewer.ActorAsync());
        if (result.IsRefused) return result.Refusal!.Text;
        _told = done(result.Value);
        await ReadAsync();
        StateHasChanged();
        return null;
    }

    private TimelineItem Act(DisputeAct act) => new(string.Create(CultureInfo.InvariantCulture, $"act_{act.Seq}"), act.At, "flag", ReturnWords.OfAct(act.Action, act.To) + (act.Reason is { } why ? $": {why}" : ""))
    {
        Actor = _names.GetValueOrDefault(act.Actor) ?? ReturnWords.Actor(act.Actor),
    };

    private static TimelineItem Move(ReturnHistoryLine line) =>
        new(string.Create(CultureInfo.InvariantCulture, $"hst_{line.Version}"), line.At, "flag", ReturnWords.Of(DisputeWords.Parse(line.ToStatus))) { Actor = ReturnWords.Actor(line.Actor) };

    private static string ShareWord(DisputeShareState state) => state switch
    {
        DisputeShareState.Held => "held back",
        DisputeShareState.Released => "the seller's again",
        DisputeShareState.Lost => "lost",
    };
}
