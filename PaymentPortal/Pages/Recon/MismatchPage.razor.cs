using System.Globalization;
using Microsoft.AspNetCore.Components;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Reconciliation;
using PaymentPortal.Core.Storage;
using PaymentPortal.Pages.Parts;

namespace PaymentPortal.Pages.Recon;

/// <summary>One mismatch: both sides beside each other, what can be done about it, and what was.</summary>
public sealed partial class MismatchPage
{
    private MismatchDetails? _shown;
    private IReadOnlyDictionary<string, string> _names = new Dictionary<string, string>();
    private IReadOnlyList<StaffName> _keepers = [];
    private DateOnly _until;
    private string? _owner;
    private bool _isUnknown;
    private string? _told;

    [Parameter] public string Id { get; set; } = "";

    [CascadingParameter] private HttpContext? Context { get; set; }

    [Inject] private ReconciliationQueries Queries { get; set; } = default!;
    [Inject] private MismatchDesk Desk { get; set; } = default!;
    [Inject] private StaffDirectory Staff { get; set; } = default!;
    [Inject] private ViewerRights Viewer { get; set; } = default!;
    [Inject] private ViewerClock Clock { get; set; } = default!;

    private IReadOnlyList<TimelineItem> Moves => [.. _shown!.History.Reverse().Select(line =>
        new TimelineItem(string.Create(CultureInfo.InvariantCulture, $"hst_{line.Version}"), line.At, "scale", line.Note is null ? ReconWords.Of(line.Cause) : $"{ReconWords.Of(line.Cause)}: {line.Note}")
        {
            Actor = _names.GetValueOrDefault(line.Actor) ?? "the portal",
        })];

    protected override async Task OnParametersSetAsync()
    {
        _names = await Staff.ActorNamesAsync(CancellationToken.None);
        (_keepers, _until) = (await Staff.HoldersAsync(MismatchDesk.KeeperRole, CancellationToken.None), UntilField.Usual(Clock.Now));
        await ReadAsync();
        _isUnknown = _shown is null;
        if (_isUnknown) MissingPage.Say(Context);
    }

    private async Task ReadAsync() => _shown = Ids.TryParse<MismatchId>(Id, out var id) ? await Queries.FindMismatchAsync(id, CancellationToken.None) : null;

    private bool May(MismatchCause cause) => MismatchDesk.May(_shown!.Mismatch.State, cause);

    private static IEnumerable<(string What, string? Ours, string? Theirs)> Sides(Mismatch mismatch) =>
    [
        ("Currency", mismatch.OurCurrency, mismatch.TheirCurrency),
        ("Gross", Text(mismatch.OurGross, mismatch.OurCurrency), Text(mismatch.TheirGross, mismatch.TheirCurrency)),
        ("Fee", Text(mismatch.OurFee, mismatch.OurCurrency), Text(mismatch.TheirFee, mismatch.TheirCurrency)),
        ("Net", Text(mismatch.OurGross - mismatch.OurFee, mismatch.OurCurrency), Text(mismatch.TheirGross - mismatch.TheirFee, mismatch.TheirCurrency)),
        ("Kind of movement", mismatch.Fact?.Split(':')[0], mismatch.TheirCurrency is null ? null : mismatch.Category),
    ];

    private static string? Text(long? minor, string? currency) => minor is { } amount && currency is not null ? MoneyText.Of(new Money(amount, Currency.Of(currency))) : null;

    private Task<string?> DoAsync(MismatchOrder order) => DoneAsync((id, actor, token) => Desk.DoAsync(id, order, actor, token));

    private async Task<string?> DoneAsync(Func<MismatchId, Actor, CancellationToken, Task<Result<MismatchState>>> act)
    {
        if (await Viewer.WhyNotAsync(Rights.MoveMoney) is { } why) return why;
        var done = await act(new MismatchId(Id), await Viewer.ActorAsync(), CancellationToken.None);
        if (done.IsRefused) return done.Refusal!.Text;
        _told = $"Done: {ReconWords.Of(done.Value).Label.ToLowerInvariant()}.";
        await ReadAsync();
        StateHasChanged();
        return null;
    }
}
