using System.Data.Common;
using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Payouts;
using PaymentPortal.Pages.Parts;

namespace PaymentPortal.Pages.Payouts;

/// <summary>Many sellers paid by one act: chosen, shown with what it would do, then asked for under the key of the address, which pays nobody twice.</summary>
public sealed partial class PayoutBatchPage
{
    private const string Path = "/payouts/batch";
    private const string Key = "key";
    private const int Sample = 50;
    private const int ConfirmUpTo = 25;
    private readonly CancellationTokenSource _leaving = new();
    private readonly HashSet<string> _chosen = new(StringComparer.Ordinal);
    private ListUrl? _url;
    private ListPage<BatchLine>? _page;
    private BatchPlan? _plan;
    private IReadOnlyList<Money> _sums = [];
    private IReadOnlyList<BatchEnd>? _ends;
    private string? _error;
    private string? _reference;
    private int _decided;
    private int _seen = Sample;
    private bool _isRunning;

    [Inject] private NavigationManager Navigation { get; set; } = default!;
    [Inject] private PayoutBatches Batches { get; set; } = default!;
    [Inject] private ViewerRights Viewer { get; set; } = default!;
    [Inject] private ILogger<PayoutBatchPage> Logger { get; set; } = default!;

    protected override async Task OnInitializedAsync()
    {
        Navigation.LocationChanged += Moved;
        var url = ListUrl.Read(Navigation.Uri);
        // The key stands in the address: a page that is loaded again, or left in the middle, goes on with the same batch.
        if (Guid.TryParse(url[Key], out _)) await ShowAsync();
        else Navigation.NavigateTo(url.With(Key, Guid.NewGuid().ToString("N")).ToString(), replace: true);
    }

    public void Dispose()
    {
        Navigation.LocationChanged -= Moved;
        _leaving.Cancel();
        _leaving.Dispose();
    }

    private void Moved(object? sender, LocationChangedEventArgs change)
    {
        if (ListUrl.Read(change.Location).Path == Path) _ = InvokeAsync(async () => { await ShowAsync(); StateHasChanged(); });
    }

    private async Task ShowAsync()
    {
        var url = ListUrl.Read(Navigation.Uri);
        try
        {
            var page = await Batches.ListAsync(url[ListUrl.After], url.PageSize, CancellationToken.None);
            (_url, _page, _error) = (url, new ListPage<BatchLine>(page.Items, null, null, page.Next), null);
        }
        catch (DbException error)
        {
            (_url, _error, _reference) = (url, "The sellers could not be read.", Activity.Current?.TraceId.ToString() ?? Guid.NewGuid().ToString("N"));
            Log.ReadFailed(Logger, error, _reference);
        }
    }

    private void Choose(BatchLine row, bool isChosen)
    {
        if (isChosen) _chosen.Add(row.Key);
        else _chosen.Remove(row.Key);
    }

    private async Task PreviewAsync()
    {
        _plan = await Batches.PlanAsync(_chosen.Count > 0 ? _chosen : null, await Viewer.ActorAsync(), CancellationToken.None);
        _sums = [.. _plan.Pays.Select(pay => pay.Line.Amount).GroupBy(amount => amount.Currency).Select(group => group.Aggregate((one, other) => one + other)).OrderBy(sum => sum.Currency.Code, StringComparer.Ordinal)];
        _seen = Sample;
    }

    /// <summary>The role is asked for again now: what is shown may be an hour old.</summary>
    private async Task<string?> PayAsync(string reason)
    {
        if (await Viewer.WhyNotAsync(Rights.MoveMoney) is { } why) return why;
        _isRunning = true;
        StateHasChanged();
        try
        {
            var done = await Batches.PayAsync(
                ListUrl.Read(Navigation.Uri)[Key]!, [.. _plan!.Pays.Select(pay => pay.Line)], reason, await Viewer.ActorAsync(), decided => _ = InvokeAsync(() => { _decided = decided; StateHasChanged(); }), _leaving.Token);
            if (!done.IsRefused) (_ends, _seen) = (done.Value, Sample);
            return done.Refusal?.Text;
        }
        finally
        {
            _isRunning = false;
            StateHasChanged();
        }
    }

    private static string Came(IReadOnlyList<BatchEnd> ends, int left)
    {
        var (waiting, before) = (ends.Count(end => end.Payout is { Status: PayoutStatus.Requested }), ends.Count(end => end.WasBefore));
        string?[] told =
        [
            waiting > 0 ? $"{Count(waiting)} wait for a second person." : null,
            left > 0 ? $"{Count(left)} were not; each says why." : "None was left out.",
            before > 0 ? $"{Count(before)} were asked for by this batch before and are not paid again; a new batch begins under Payouts." : null,
        ];
        return string.Join(' ', told.OfType<string>());
    }

    private static string Count(int count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
