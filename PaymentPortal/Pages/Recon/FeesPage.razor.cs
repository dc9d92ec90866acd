using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using PaymentPortal.Core.Reconciliation;
using PaymentPortal.Core.Storage;
using PaymentPortal.Pages.Parts;

namespace PaymentPortal.Pages.Recon;

/// <summary>A month's expected and charged fees of the PSP, the payments behind the difference, and the terms that say what is expected.</summary>
public sealed partial class FeesPage : IDisposable
{
    private DateOnly _month;
    private FeeMonth? _shown;
    private IReadOnlyList<FeeTerm> _terms = [];
    private IReadOnlyDictionary<string, string> _names = new Dictionary<string, string>();
    private string? _notice;
    private string? _told;
    private string _currency = "";
    private string _percent = "";
    private string _fixed = "";
    private DateOnly _from;

    [Inject] private FeeReport Report { get; set; } = default!;
    [Inject] private FeeTermDesk Desk { get; set; } = default!;
    [Inject] private StaffDirectory Staff { get; set; } = default!;
    [Inject] private ViewerRights Viewer { get; set; } = default!;
    [Inject] private ViewerClock Clock { get; set; } = default!;
    [Inject] private NavigationManager Navigation { get; set; } = default!;

    private DateOnly ThisMonth => FeeDownloads.MonthOf(Clock.Now);

    private string MonthWords => _month.ToString("MMMM yyyy", CultureInfo.InvariantCulture);

    private int Differing => _shown?.Sums.Sum(sum => sum.Differing) ?? 0;

    private string Finding => Differing == 0
        ? _shown!.Sums.Any(sum => sum.WithoutTerms < sum.Payments) ? "Every fee is what the contract says" : "Nothing to compare"
        : $"{Differing.ToString("N0", CultureInfo.InvariantCulture)} of {_shown!.Sums.Sum(sum => sum.Payments).ToString("N0", CultureInfo.InvariantCulture)} payments cost something else than the contract says";

    protected override async Task OnInitializedAsync()
    {
        Navigation.LocationChanged += Moved;
        _from = ThisMonth;
        _names = await Staff.ActorNamesAsync(CancellationToken.None);
        await ShowAsync();
    }

    public void Dispose() => Navigation.LocationChanged -= Moved;

    private static string HrefOf(DateOnly month) => $"{FeeDownloads.Page}?month={FeeDownloads.Word(month)}";

    private void Moved(object? sender, LocationChangedEventArgs change)
    {
        if (ListUrl.Read(change.Location).Path == FeeDownloads.Page) _ = InvokeAsync(async () => { await ShowAsync(); StateHasChanged(); });
    }

    private async Task ShowAsync()
    {
        var asked = ListUrl.Read(Navigation.Uri)["month"];
        (_month, _notice) = FeeDownloads.TryRead(asked, out var month) ? (month, null) : (ThisMonth, asked is null ? null : $"“{asked}” is no month like 2026-11.");
        (_terms, _shown) = (await Desk.ListAsync(CancellationToken.None), await Report.ReadAsync(_month, CancellationToken.None));
    }

    private async Task<string?> SetAsync(string reason)
    {
        if (await Viewer.WhyNotAsync(Rights.MoveMoney) is { } why) return why;
        var set = await Desk.SetAsync(new NewFeeTerm(_currency, _percent, _fixed, _from, reason), await Viewer.ActorAsync(), CancellationToken.None);
        if (set.IsRefused) return set.Refusal!.Text;
        _told = $"Version {set.Value} of the terms in {_currency.Trim().ToUpperInvariant()} is stored.";
        await ShowAsync();
        StateHasChanged();
        return null;
    }
}
