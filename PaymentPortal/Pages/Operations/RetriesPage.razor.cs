using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Psp;
using PaymentPortal.Core.Retries;
using PaymentPortal.Pages.Parts;

namespace PaymentPortal.Pages.Operations;

/// <summary>What failed for now: when it is tried next, and the two things that a person may do about it.</summary>
public sealed partial class RetriesPage
{
    private static readonly FilterField[] Fields =
    [
        new("q", "Id of the step or its subject", FilterKind.Text),
        new("operation", "Operation", FilterKind.One, [.. RetryOperations.All.Where(one => one.Name != RetryOperations.BuyerTry).Select(one => new FilterOption(one.Name, one.Label))]),
        new("held", "Held", FilterKind.One, [new("yes", "Only held ones")]),
    ];

    private ListUrl? _url;
    private ListPage<ScheduledRow>? _page;
    private PspHold? _hold;
    private string? _told;

    [Inject] private NavigationManager Navigation { get; set; } = default!;
    [Inject] private ScheduledRetries Scheduled { get; set; } = default!;
    [Inject] private RetryPolicies Policies { get; set; } = default!;
    [Inject] private DeadLetters Letters { get; set; } = default!;
    [Inject] private PspHealth Health { get; set; } = default!;
    [Inject] private ViewerRights Viewer { get; set; } = default!;
    [Inject] private ViewerClock Clock { get; set; } = default!;

    protected override async Task OnInitializedAsync()
    {
        Navigation.LocationChanged += Moved;
        await ShowAsync();
    }

    public void Dispose() => Navigation.LocationChanged -= Moved;

    private void Moved(object? sender, LocationChangedEventArgs change)
    {
        if (ListUrl.Read(change.Location).Path == OperationsUrls.Retries) _ = InvokeAsync(async () => { await ShowAsync(); StateHasChanged(); });
    }

    private async Task ShowAsync()
    {
        _url = ListUrl.Read(Navigation.Uri);
        _hold = Health.Hold();
        var slice = await Scheduled.ListAsync(_url["operation"], _url["q"], _url["held"] == "yes", _url[ListUrl.After], _url.PageSize, CancellationToken.None);
        var isWhole = _url["operation"] is null && _url["q"] is null && _url["held"] is null;
        _page = new ListPage<ScheduledRow>(slice.Rows, isWhole ? await Scheduled.CountAsync(ListPage<ScheduledRow>.CountCap + 1, CancellationToken.None) : null, slice.Previous, slice.Next);
    }

    private async Task<string?> RunAsync(ScheduledRow step)
    {
        if (await Viewer.WhyNotAsync(Rights.RedriveDeadLetters) is { } why) return why;
        return await DoneAsync(await Scheduled.RunNowAsync(step.Kind, step.SubjectId, await Viewer.ActorAsync(), CancellationToken.None));
    }

    private async Task<string?> CancelAsync(ScheduledRow step, string reason)
    {
        if (await Viewer.WhyNotAsync(Rights.DiscardDeadLetters) is { } why) return why;
        return await DoneAsync(await Scheduled.CancelAsync(step.Kind, step.SubjectId, reason, await Viewer.ActorAsync(), CancellationToken.None));
    }

    private async Task<string?> DoneAsync(Result<string> result)
    {
        if (result.IsRefused) return result.Refusal!.Text;
        _told = result.Value;
        await ShowAsync();
        StateHasChanged();
        return null;
    }

    private string LabelOf(ScheduledRow step) => (step.Operation is { } name ? RetryOperations.Find(name)?.Label : null) ?? Letters.Find(step.Kind)?.Label ?? step.Kind;

    private string TriesOf(ScheduledRow step)
    {
        var most = step is { Operation: { } operation, ErrorClass: { } error } ? Policies.Of(operation, error).MaxTries : null;
        return most is { } limit ? $"{step.Tries} of {limit}" : $"{step.Tries}";
    }

    private string PolicyOf(ScheduledRow step) => step is { Operation: { } operation, ErrorClass: { } error } ? PolicyWords.Of(Policies.Of(operation, error)) : "–";
}
