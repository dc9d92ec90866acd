using System.Globalization;
using Microsoft.AspNetCore.Components;
using PaymentPortal.Core.Reconciliation;
using PaymentPortal.Core.Storage;
using PaymentPortal.Pages.Parts;

namespace PaymentPortal.Pages.Recon;

/// <summary>One act on many mismatches: first what it would do and what it leaves alone, then the same, with one reason.</summary>
public sealed partial class MismatchActPage
{
    private const int Sample = 50;
    private const int ConfirmUpTo = 25;
    private MismatchAct _act = MismatchAct.Assign;
    private MismatchChoice _choice = new(new MismatchFilter());
    private ManyPreview? _preview;
    private ManyDone? _done;
    private IReadOnlyList<StaffName> _keepers = [];
    private DateOnly _until;
    private string? _owner;
    private bool _byHand;

    [Inject] private MismatchManyDesk Desk { get; set; } = default!;
    [Inject] private StaffDirectory Staff { get; set; } = default!;
    [Inject] private ViewerRights Viewer { get; set; } = default!;
    [Inject] private ViewerClock Clock { get; set; } = default!;
    [Inject] private NavigationManager Navigation { get; set; } = default!;

    protected override async Task OnInitializedAsync()
    {
        _choice = MismatchListAddress.Choice(ListUrl.Read(Navigation.Uri), Clock.Now);
        _byHand = _choice.Ids is not null;
        (_keepers, _until) = (await Staff.HoldersAsync(MismatchDesk.KeeperRole, CancellationToken.None), UntilField.Usual(Clock.Now));
        await ReadAsync();
    }

    private async Task ReadAsync() => _preview = await Desk.PreviewAsync(_choice, _act, CancellationToken.None);

    private Task ChangeAsync(ChangeEventArgs change)
    {
        if (Enum.TryParse<MismatchAct>(change.Value as string, out var act)) _act = act;
        return ReadAsync();
    }

    private async Task<string?> DoAsync(string reason)
    {
        if (await Viewer.WhyNotAsync(Rights.MoveMoney) is { } why) return why;
        var order = new MismatchOrder(_act, reason, _act == MismatchAct.Timing ? UntilField.Start(_until) : null, _act == MismatchAct.Assign ? _owner : null);
        var done = await Desk.DoAsync(_preview!.Done, order, await Viewer.ActorAsync(), CancellationToken.None);
        if (done.IsRefused) return done.Refusal!.Text;
        _done = done.Value;
        StateHasChanged();
        return null;
    }

    private static string Count(int count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
