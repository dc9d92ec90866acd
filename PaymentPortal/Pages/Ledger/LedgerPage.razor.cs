using System.Data.Common;
using System.Diagnostics;
using Microsoft.AspNetCore.Components;
using PaymentPortal.Core.Ledger;
using PaymentPortal.Pages.Parts;

namespace PaymentPortal.Pages.Ledger;

/// <summary>Where the money is: every account's balance, now or as of a moment, and the proof that both sides are equal.</summary>
public sealed partial class LedgerPage
{
    private TrialBalance? _trial;
    private DateTimeOffset? _asOf;
    private DateTimeOffset _readAt;
    private string? _text;
    private string? _shown;
    private string? _fault;
    private string? _error;
    private string? _reference;

    [SupplyParameterFromQuery(Name = "as_of")] private string? Asked { get; set; }

    [Inject] private LedgerQueries Queries { get; set; } = default!;
    [Inject] private ViewerClock Clock { get; set; } = default!;
    [Inject] private HandOver HandOver { get; set; } = default!;
    [Inject] private ILogger<LedgerPage> Logger { get; set; } = default!;

    private string Name => "ledger:" + Asked;

    protected override void OnInitialized() => HandOver.Offer(() => (Name, _trial is null ? null : new Shown(_trial, _readAt)));

    protected override async Task OnParametersSetAsync()
    {
        if (_shown == Name) return;
        _shown = Name;
        _fault = AsOf.TryRead(Asked, Clock.Zone, out _asOf) ? null : $"“{Asked}” is no moment; these are the balances of now.";
        _text = _asOf is { } moment ? AsOf.Write(moment, Clock.Zone) : null;
        try
        {
            var shown = HandOver.Take<Shown>(Name) ?? new Shown(await Queries.TrialBalanceAsync(_asOf, CancellationToken.None), Clock.Now);
            (_trial, _readAt, _error) = (shown.Trial, shown.ReadAt, null);
        }
        catch (DbException error)
        {
            (_error, _reference) = ("The books could not be read.", Activity.Current?.TraceId.ToString() ?? Guid.NewGuid().ToString("N"));
            Log.ReadFailed(Logger, error, _reference);
        }
    }

    private sealed record Shown(TrialBalance Trial, DateTimeOffset ReadAt);
}
