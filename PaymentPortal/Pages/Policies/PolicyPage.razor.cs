using System.Globalization;
using Microsoft.AspNetCore.Components;
using PaymentPortal.Core.Psp.Stripe;
using PaymentPortal.Core.Retries;
using PaymentPortal.Pages.Parts;

namespace PaymentPortal.Pages.Policies;

/// <summary>One policy: what holds now, the draft beside it with its schedule drawn, and every version before.</summary>
public sealed partial class PolicyPage
{
    private RetryOperation? _operation;
    private ErrorClass _error;
    private PolicyForm _form = new();
    private IReadOnlyList<RetryPolicyVersion> _versions = [];
    private string? _fault;
    private string? _told;
    private IReadOnlyList<(string Name, ReplayResult Result)>? _replay;

    [Parameter] public string Operation { get; set; } = "";

    [Parameter] public string Error { get; set; } = "";

    [CascadingParameter] private HttpContext? Context { get; set; }

    [Inject] private StripeTries Tries { get; set; } = default!;

    [Inject] private ViewerClock Clock { get; set; } = default!;

    private RetryPolicyVersion? _draft => _versions.FirstOrDefault(version => version.State == PolicyState.Draft);

    private RetryPolicyVersion? _published => _versions.FirstOrDefault(version => version.State == PolicyState.Published);

    private RetryPolicy? _preview => _form.Read(out _);

    protected override async Task OnInitializedAsync()
    {
        if (RetryOperations.Find(Operation) is not { } operation || !Enum.TryParse(Error, out _error) || !operation.Classes.Contains(_error))
        {
            MissingPage.Say(Context);
            return;
        }
        _operation = operation;
        await ReadAsync();
        _form = PolicyForm.Of(_draft?.Policy ?? Policies.Of(Operation, _error));
    }

    private async Task ReadAsync() => _versions = await Desk.VersionsAsync(Operation, _error, CancellationToken.None);

    private async Task SaveAsync()
    {
        _told = null;
        if (_form.Read(out _fault) is not { } policy) return;
        if ((_fault = await Viewer.WhyNotAsync(Rights.ManageAccess)) is not null) return;
        var saved = await Desk.DraftAsync(Operation, _error, policy, await Viewer.ActorAsync(), CancellationToken.None);
        _fault = saved.Refusal?.Text;
        if (_fault is null) _told = "The draft is saved. It changes nothing until it is published.";
        await ReadAsync();
    }

    private async Task DropAsync()
    {
        if ((_fault = await Viewer.WhyNotAsync(Rights.ManageAccess)) is not null) return;
        await Desk.DropDraftAsync(Operation, _error, await Viewer.ActorAsync(), CancellationToken.None);
        _told = "The draft is dropped.";
        await ReadAsync();
        _form = PolicyForm.Of(Policies.Of(Operation, _error));
    }

    private async Task<string?> PublishAsync(string reason)
    {
        if (await Viewer.WhyNotAsync(Rights.ManageAccess) is { } why) return why;
        if (_draft is not { } draft) return "The draft is gone; nothing was changed.";
        var published = await Desk.PublishAsync(Operation, _error, draft.Version, await Viewer.ActorAsync(), reason, CancellationToken.None);
        if (published.IsRefused) return published.Refusal!.Text;
        _told = published.Value.Approval is null ? $"Version {published.Value.Version} is in force." : "Asked for. The draft is published when another admin approves it.";
        await ReadAsync();
        StateHasChanged();
        return null;
    }

    private async Task ReplayAsync()
    {
        var works = await Tries.ReadAsync(Operation, Clock.Now.AddDays(-7), CancellationToken.None);
        List<(string, ReplayResult)> results = [("In force", PolicyReplay.Of(Policies.Of(Operation, _error), _error, works))];
        if (_preview is { } preview) results.Add(("As in the form", PolicyReplay.Of(preview, _error, works)));
        _replay = results;
    }

    private static string Count(int count) => count.ToString("N0", CultureInfo.InvariantCulture);

    private void Take(RetryPolicyVersion version) => _form = PolicyForm.Of(version.Policy);

    /// <summary>The buyer's tries end a checkout, all other work becomes a case for a person.</summary>
    private string Over => Operation == RetryOperations.BuyerTry ? "the checkout ends as failed" : "a dead letter";

    private static string KindWord(RetryPolicyKind kind) => kind switch
    {
        RetryPolicyKind.Immediate => "Immediate: again at once",
        RetryPolicyKind.FixedInterval => "Fixed interval",
        RetryPolicyKind.IncrementalInterval => "Incremental interval",
        RetryPolicyKind.ExponentialBackoff => "Exponential backoff with full jitter",
        RetryPolicyKind.Cancel => "Cancel: never again",
    };
}
