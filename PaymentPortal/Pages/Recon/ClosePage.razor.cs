using System.Globalization;
using Microsoft.AspNetCore.Components;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Integrity;
using PaymentPortal.Core.Reconciliation.Closes;
using PaymentPortal.Core.Storage;
using PaymentPortal.Pages.Parts;

namespace PaymentPortal.Pages.Recon;

/// <summary>One UTC day: its proof, the differences by name, and the signatures.</summary>
public sealed partial class ClosePage
{
    private DayDetails? _shown;
    private IReadOnlyDictionary<string, string> _names = new Dictionary<string, string>();
    private bool _isFirst;
    private bool _isUnknown;
    private string? _told;

    [Parameter] public string Day { get; set; } = "";

    [CascadingParameter] private HttpContext? Context { get; set; }

    [Inject] private CloseQueries Queries { get; set; } = default!;
    [Inject] private CloseDesk Desk { get; set; } = default!;
    [Inject] private Core.Integrity.Approvals Approvals { get; set; } = default!;
    [Inject] private StaffDirectory Staff { get; set; } = default!;
    [Inject] private ViewerRights Viewer { get; set; } = default!;

    protected override async Task OnParametersSetAsync()
    {
        _names = await Staff.ActorNamesAsync(CancellationToken.None);
        await ReadAsync();
        _isUnknown = _shown is null;
        if (_isUnknown) MissingPage.Say(Context);
    }

    private static string Finding(DayProof proof) => proof.Items.Count == 1 ? "One difference, with its name" : $"{proof.Items.Count.ToString("N0", CultureInfo.InvariantCulture)} differences, each with its name";

    private static string Effect(DayProof proof) => proof.IsProved
        ? "You sign the figures below. Nothing is locked before a second person has signed too."
        : $"You sign the figures below with {proof.Items.Count} named differences, of which {proof.Unsettled} are not settled. Nothing is locked before a second person has signed too.";

    private static Money? Of(long? minor, string currency) => minor is { } amount ? new Money(amount, Currency.Of(currency)) : null;

    private async Task ReadAsync()
    {
        _shown = DateOnly.TryParseExact(Day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? await Queries.FindAsync(day, CancellationToken.None) : null;
        _isFirst = _shown?.Line.Close is { } close && close.FirstBy == (await Viewer.ActorAsync()).Value;
    }

    private async Task<string?> SignAsync(string remark) =>
        await Viewer.WhyNotAsync(Rights.MoveMoney)
        ?? await DoneAsync((await Desk.SignAsync(_shown!.Proof.Day, _shown.Proof.Digest, await Viewer.ActorAsync(), remark, CancellationToken.None)).Refusal, "Signed. Another person signs and locks the day.");

    private async Task<string?> CountersignAsync()
    {
        if (await Viewer.WhyNotAsync(Rights.ApproveMoney) is { } why) return why;
        var done = await Approvals.ApproveAsync(new ApprovalId(_shown!.Line.Close!.ApprovalId), await Viewer.ActorAsync(), CancellationToken.None);
        return await DoneAsync(done.Refusal, done.IsRefused || done.Value == ApprovalState.Approved ? "Closed and locked." : "Nothing was locked: the figures had changed, and the first signature is void.");
    }

    private async Task<string?> DoneAsync(Refusal? refusal, string told)
    {
        if (refusal is not null) return refusal.Text;
        _told = told;
        await ReadAsync();
        StateHasChanged();
        return null;
    }

    private string NameOf(string actor) => _names.GetValueOrDefault(actor) ?? "somebody who left";
}
