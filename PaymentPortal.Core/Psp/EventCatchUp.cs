using Microsoft.Extensions.Logging;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Psp;

/// <summary>
/// Reads the PSP's list of events from a stored place on and puts those into the inbox that never came by webhook. It may run at any time and twice:
/// the inbox knows each event once.
/// </summary>
public sealed class EventCatchUp(WriteLane lane, SqlDialect dialect, IPaymentServiceProvider psp, PspHealth health, PspInbox inbox, IEnumerable<IPspObjectHandler> handlers, TimeProvider time, ILogger<EventCatchUp> log) : IDisposable
{
    /// <summary>A younger event may still be on its way.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMinutes(2);

    /// <summary>Looked at twice, because a list may show an event a little after the moment that it bears.</summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromMinutes(10);

    /// <summary>The PSP forgets events after thirty days.</summary>
    private static readonly TimeSpan Reach = TimeSpan.FromDays(29);

    private static readonly TimeSpan Widest = TimeSpan.FromHours(6);
    private static readonly TimeSpan Narrowest = TimeSpan.FromMinutes(1);

    private readonly IPspObjectHandler[] _handlers = [.. handlers];
    private readonly SemaphoreSlim _one = new(1);

    /// <summary>Tells how many events were missing; null when the PSP gave no usable answer and the rest waits for the next run.</summary>
    public async Task<int?> RunAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await ReadOnAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Null before the first run.</summary>
    public Task<CatchUpPlace?> PlaceAsync(CancellationToken cancellationToken) => CatchUpPlaces.FindAsync(dialect, CatchUpPlaces.Events, cancellationToken);

    public void Dispose() => _one.Dispose();

    private async Task<int?> ReadOnAsync(CancellationToken cancellationToken)
    {
        var end = time.GetUtcNow() - Grace;
        // Before the first run there was nothing of ours at the PSP.
        var place = (await PlaceAsync(cancellationToken).ConfigureAwait(false))?.ReadTo ?? end;
        if (place < end - Reach) place = end - Reach;
        var (total, width) = (0, Widest);
        do
        {
            var to = place + width < end ? place + width : end;
            if (!health.Report.IsSending) return await StopAsync(place, "The PSP can't be asked at present.", cancellationToken).ConfigureAwait(false);
            var answer = await psp.ListEventsAsync(place - Overlap, to, cancellationToken).ConfigureAwait(false);
            if (answer.Value is { } listed)
            {
                total += await TakeAsync(listed, to, cancellationToken).ConfigureAwait(false);
                place = to;
            }
            else if (CatchUpPlaces.IsTooLong(answer.Error) && width > Narrowest)
            {
                width /= 2;
            }
            else
            {
                return await StopAsync(place, answer.Error?.Message ?? "The PSP gave no usable answer.", cancellationToken).ConfigureAwait(false);
            }
        }
        while (place < end);
        return total;
    }

    /// <summary>Events that no handler wants are left out: the list holds every type, and we asked to be told of some.</summary>
    private async Task<int> TakeAsync(IReadOnlyList<PspEvent> listed, DateTimeOffset to, CancellationToken cancellationToken)
    {
        var wanted = listed.Where(one => _handlers.Any(handler => handler.Handles(one.Type))).ToList();
        var missing = await inbox.AddListedAsync(wanted, cancellationToken).ConfigureAwait(false);
        foreach (var one in missing) Log.EventNeverCame(log, one.Id, one.Type);
        await lane.RunAsync(unit => CatchUpPlaces.Store(unit, CatchUpPlaces.Events, to, missing.Count, null), cancellationToken).ConfigureAwait(false);
        return missing.Count;
    }

    private async Task<int?> StopAsync(DateTimeOffset place, string why, CancellationToken cancellationToken)
    {
        Log.EventListUnread(log, why);
        await lane.RunAsync(unit => CatchUpPlaces.Store(unit, CatchUpPlaces.Events, place, 0, why), cancellationToken).ConfigureAwait(false);
        return null;
    }
}
