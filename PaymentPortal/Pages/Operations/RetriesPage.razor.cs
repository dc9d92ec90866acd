using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Retries;
using PaymentPortal.Pages.Live;
using PaymentPortal.Pages.Parts;

namespace PaymentPortal.Pages.Operations;

/// <summary>What failed for now: when it is tried next, and the two things that a person may do about it.</summary>
public sealed partial class RetriesPage
{
    private static readonly Dictionary<string, TimeSpan> Due = new(StringComparer.Ordinal) { ["minute"] = TimeSpan.FromMinutes(1), ["hour"] = TimeSpan.FromHours(1), ["day"] = TimeSpan.FromDays(1) };

    private static readonly FilterField[] Fields =
    [
        new("q", "Id of the step or its subject", FilterKind.Text),
        new("operation", "Operation", FilterKind.One, [.. RetryOperations.All.Where(one => one.Name != RetryOperations.BuyerTry).Select(one => new FilterOption(one.Name, one.Label))]),
        new("error", "What went wrong", FilterKind.One, [.. ErrorClasses.Ours.Select(error => new FilterOption(error.ToString(), error.Label()))]),
        new("due", "Due", FilterKind.One, [.. Due.Select(span => new FilterOption(span.Key, $"Within {PolicyWords.Span(span.Value)}"))]),
        new("held", "Held", FilterKind.One, [new("yes", "Only held ones")]),
    ];

    private ListUrl? _url;
    private ListPage<ScheduledRow>? _page;
    private readonly HashSet<string> _gone = new(StringComparer.Ordinal);
    private string? _told;
    private int _new;
    private IDisposable? _live;

    [Inject] private NavigationManager Navigation { get; set; } = default!;
    [Inject] private ScheduledRetries Scheduled { get; set; } = default!;
    [Inject] private RetryPolicies Policies { get; set; } = default!;
    [Inject] private DeadLetters Letters { get; set; } = default!;
    [Inject] private LiveFeed Feed { get; set; } = default!;
    [Inject] private ViewerRights Viewer { get; set; } = default!;
    [Inject] private ViewerClock Clock { get; set; } = default!;

    protected override async Task OnInitializedAsync()
    {
        Navigation.LocationChanged += Moved;
        await ShowAsync();
    }

    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender) _live = Feed.SubscribeTo([RetryQueue.Changed], () => InvokeAsync(RefreshAsync));
    }

    public void Dispose()
    {
        Navigation.LocationChanged -= Moved;
        _live?.Dispose();
    }

    private void Moved(object? sender, LocationChangedEventArgs change)
    {
        if (ListUrl.Read(change.Location).Path == OperationsUrls.Retries) _ = InvokeAsync(async () => { await ShowAsync(); StateHasChanged(); });
    }

    private async Task ShowAsync()
    {
        _url = ListUrl.Read(Navigation.Uri);
        _gone.Clear();
        _new = 0;
        var slice = await ReadAsync(_url);
        _page = new ListPage<ScheduledRow>(slice.Rows, FilterOf(_url).IsAll ? await Scheduled.CountAsync(ListPage<ScheduledRow>.CountCap + 1, CancellationToken.None) : null, slice.Previous, slice.Next);
    }

    private Task<ListSlice<ScheduledRow>> ReadAsync(ListUrl url) =>
        Scheduled.ListAsync(FilterOf(url), url[ListUrl.After], url.PageSize, CancellationToken.None);

    private ScheduledFilter FilterOf(ListUrl url) => new(
        url["operation"], Enum.TryParse<ErrorClass>(url["error"], out var error) ? error : null, url["q"], url["due"] is { } due && Due.TryGetValue(due, out var span) ? Clock.Now + span : null, url["held"] == "yes");

    /// <summary>The order is that of the next tries, which change all the time: rows stay where they are, and what is done is marked so.</summary>
    private async Task RefreshAsync()
    {
        if (_page is not { } page || _url is not { } url) return;
        var now = await Scheduled.ReadAsync([.. page.Rows.Select(row => row.TaskId)], CancellationToken.None);
        var fresh = (await ReadAsync(url)).Rows;
        if (_page != page) return;
        _page = LiveRows.Merge(page, now, row => row.TaskId).Page;
        _gone.UnionWith(page.Rows.Select(row => row.TaskId).Except(now.Select(row => row.TaskId)));
        _gone.ExceptWith(now.Select(row => row.TaskId));
        _new = url[ListUrl.After] is null ? fresh.Count(row => page.Rows.All(shown => shown.TaskId != row.TaskId)) : 0;
        StateHasChanged();
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
