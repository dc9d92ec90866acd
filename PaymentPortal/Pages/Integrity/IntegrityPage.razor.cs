using Microsoft.AspNetCore.Components;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Pages.Live;
using PaymentPortal.Pages.Parts;

namespace PaymentPortal.Pages.Integrity;

/// <summary>Every rule with what its newest check found, and a run over all of them.</summary>
public sealed partial class IntegrityPage
{
    private const int Shown = 20;
    private IReadOnlyList<RuleLine> _lines = [];
    private IReadOnlyList<ChainPlace> _places = [];
    private IntegrityProgress? _progress;
    private string? _fault;
    private IDisposable? _live;

    [Inject] private IntegrityResults Results { get; set; } = default!;
    [Inject] private InvariantRunner Runner { get; set; } = default!;
    [Inject] private IntegrityDesk Desk { get; set; } = default!;
    [Inject] private ViewerRights Viewer { get; set; } = default!;
    [Inject] private ViewerClock Clock { get; set; } = default!;
    [Inject] private LiveFeed Feed { get; set; } = default!;

    private List<RuleLine> Broken => [.. _lines.Where(line => line.Result?.State == InvariantState.Broken)];

    private int Unchecked => _lines.Count(line => line.Result?.State == InvariantState.NotChecked);

    protected override Task OnInitializedAsync() => ReadAsync();

    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender) _live = Feed.SubscribeTo([IntegrityResults.Changed], () => InvokeAsync(RefreshAsync));
    }

    public void Dispose() => _live?.Dispose();

    private static (string Word, string Tone, string Icon) Look(InvariantState? state) => state switch
    {
        InvariantState.Holds => ("Holds", "success", "check-circle"),
        InvariantState.Broken => ("Broken", "danger", "x-circle"),
        InvariantState.NotChecked => ("Not checked", "attention", "alert"),
        null => ("Not yet", "info", "clock"),
    };

    private async Task ReadAsync()
    {
        var results = (await Results.ReadAsync(CancellationToken.None)).ToDictionary(result => result.Code, StringComparer.Ordinal);
        _lines = [.. Runner.Rules.Select(rule => new RuleLine(rule, results.GetValueOrDefault(rule.Code)))];
        _places = await Results.PlacesAsync(CancellationToken.None);
        _progress = Desk.Progress;
    }

    private async Task RefreshAsync()
    {
        await ReadAsync();
        StateHasChanged();
    }

    private async Task VerifyAsync()
    {
        _fault = await Viewer.WhyNotAsync(Rights.SeeHealth);
        if (_fault is null) _fault = (await Desk.StartAsync(await Viewer.ActorAsync(), CancellationToken.None)).Refusal?.Text;
        await ReadAsync();
    }

    private sealed record RuleLine(InvariantRule Rule, IntegrityResult? Result);
}
