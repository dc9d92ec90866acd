using Microsoft.AspNetCore.Components;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Retries;
using PaymentPortal.Core.Storage;
using PaymentPortal.Pages.Parts;

namespace PaymentPortal.Pages.Operations;

/// <summary>One redrive: progress, what each item came to, and its brakes. It is read anew each second while it runs, so every reader sees the same.</summary>
public sealed partial class JobPage
{
    private const int PageSize = 200;
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);
    private readonly CancellationTokenSource _gone = new();
    private RedriveRow? _job;
    private IReadOnlyList<RedriveItemRow> _items = [];
    private IReadOnlyDictionary<string, string> _names = new Dictionary<string, string>();
    private bool _hasMore;
    private bool _isUnknown;
    private string? _told;

    [Parameter] public string Id { get; set; } = "";

    [SupplyParameterFromQuery(Name = "result")] private string? Result { get; set; }
    [SupplyParameterFromQuery(Name = "after")] private int? After { get; set; }

    [CascadingParameter] private HttpContext? Context { get; set; }

    [Inject] private RedriveQueries Queries { get; set; } = default!;
    [Inject] private RedriveDesk Desk { get; set; } = default!;
    [Inject] private StaffDirectory Staff { get; set; } = default!;
    [Inject] private ViewerRights Viewer { get; set; } = default!;
    [Inject] private ViewerClock Clock { get; set; } = default!;
    [Inject] private TimeProvider Time { get; set; } = default!;

    private string MoreHref => $"{OperationsUrls.Job(Id)}?after={_items[^1].Seq}{(Result is null ? "" : $"&result={Result}")}";

    private string AgainHref => $"{OperationsUrls.Letters}/redrive?failed={Id}";

    private string Left
    {
        get
        {
            if (_job is not { State: RedriveState.Running } job) return "";
            var left = TimeSpan.FromSeconds((job.Waiting + job.PerSecond - 1) / job.PerSecond);
            return job.Waiting > 0 ? $"{job.Waiting} wait; about {PolicyWords.Span(left)} to go." : "The last ones are being tried.";
        }
    }

    protected override async Task OnParametersSetAsync()
    {
        if (_names.Count == 0) _names = (await Staff.ListAsync(CancellationToken.None)).ToDictionary(person => Actor.StaffPrefix + person.Id, person => person.Name);
        await ReadAsync();
        if (_job is not null) return;
        _isUnknown = true;
        MissingPage.Say(Context);
    }

    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender) _ = WatchAsync();
    }

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
    }

    private async Task WatchAsync()
    {
        try
        {
            using var beat = new PeriodicTimer(Pace, Time);
            var stop = _gone.Token;
            while (await beat.WaitForNextTickAsync(stop)) await InvokeAsync(RefreshAsync);
        }
        catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException)
        {
            // The reader has left.
        }
    }

    private async Task RefreshAsync()
    {
        // Items that were brought back may settle after the end, so one that is over is read on while any is under way.
        if (_job is null or { IsOver: true, Working: 0 }) return;
        await ReadAsync();
        StateHasChanged();
    }

    private async Task ReadAsync()
    {
        _job = await Queries.FindAsync(Id, CancellationToken.None);
        RedriveItemState? state = Enum.TryParse<RedriveItemState>(Result, ignoreCase: true, out var asked) ? asked : null;
        var items = await Queries.ItemsAsync(Id, state, After ?? 0, PageSize + 1, CancellationToken.None);
        (_items, _hasMore) = ([.. items.Take(PageSize)], items.Count > PageSize);
    }

    private async Task PauseAsync() => await ActAsync(async actor => (await Desk.PauseAsync(new RedriveId(Id), actor, CancellationToken.None)).Refusal?.Text);

    private async Task ResumeAsync() => await ActAsync(async actor => (await Desk.ResumeAsync(new RedriveId(Id), actor, CancellationToken.None)).Refusal?.Text);

    private Task<string?> StopAsync() => ActAsync(async actor => (await Desk.StopAsync(new RedriveId(Id), actor, CancellationToken.None)).Refusal?.Text);

    private async Task<string?> ActAsync(Func<Actor, Task<string?>> act)
    {
        _told = await Viewer.WhyNotAsync(Rights.RedriveDeadLetters) ?? await act(await Viewer.ActorAsync());
        await ReadAsync();
        StateHasChanged();
        return _told;
    }

    private static IEnumerable<(string Label, string? Word, int Count)> Tabs(RedriveRow job) =>
    [
        ("All", null, job.Total), ("Ok", "ok", job.Ok), ("Failed again", "failedagain", job.Failed), ("Skipped", "skipped", job.Skipped), ("Under way", "working", job.Working), ("Waiting", "waiting", job.Waiting),
    ];

    private static string ResultWord(RedriveItemState state) => state switch
    {
        RedriveItemState.Waiting => "waits",
        RedriveItemState.Working => "is being tried",
        RedriveItemState.Ok => "ok",
        RedriveItemState.FailedAgain => "failed again",
        RedriveItemState.Skipped => "skipped",
        RedriveItemState.GoesOn => "goes on by itself",
    };
}
