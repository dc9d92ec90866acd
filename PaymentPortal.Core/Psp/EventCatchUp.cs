using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.Extensions.Logging;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Psp;

/// <summary>How far the PSP's own list of events has been compared with what came by webhook.</summary>
public sealed class CatchUpPlace
{
    public const string EventList = "psp.events";

    public required string Name { get; init; }

    /// <summary>Every event that the PSP made before this moment is in the inbox, or nobody here wants it.</summary>
    public DateTimeOffset ReadTo { get; init; }

    public DateTimeOffset RanAt { get; init; }

    /// <summary>Events that never came, over all runs.</summary>
    public long Found { get; init; }

    /// <summary>Why the last run stopped short; null when it did not.</summary>
    public string? Error { get; init; }
}

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
    public async Task<CatchUpPlace?> PlaceAsync(CancellationToken cancellationToken)
    {
        await using var connection = dialect.OpenReader();
        var found = await connection.ReadAsync(
            "SELECT read_to, ran_at, found, error FROM psp_catch_up WHERE name = $1", [CatchUpPlace.EventList],
            row => new CatchUpPlace { Name = CatchUpPlace.EventList, ReadTo = row.Moment(0), RanAt = row.Moment(1), Found = row.GetInt64(2), Error = row.TextOrNull(3) }, cancellationToken).ConfigureAwait(false);
        return found.SingleOrDefault();
    }

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
            else if (IsTooLong(answer.Error) && width > Narrowest)
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

    /// <summary>Our own client gives up on a list that is longer than it reads: no answer of the PSP's bears this.</summary>
    private static bool IsTooLong(PspError? error) => error is { HttpStatus: null, Code: PspErrorCodes.BadAnswer };

    /// <summary>Events that no handler wants are left out: the list holds every type, and we asked to be told of some.</summary>
    private async Task<int> TakeAsync(IReadOnlyList<PspEvent> listed, DateTimeOffset to, CancellationToken cancellationToken)
    {
        var wanted = listed.Where(one => _handlers.Any(handler => handler.Handles(one.Type))).ToList();
        var missing = await inbox.AddListedAsync(wanted, cancellationToken).ConfigureAwait(false);
        foreach (var one in missing) Log.EventNeverCame(log, one.Id, one.Type);
        await lane.RunAsync(unit => Store(unit, to, missing.Count, null), cancellationToken).ConfigureAwait(false);
        return missing.Count;
    }

    private async Task<int?> StopAsync(DateTimeOffset place, string why, CancellationToken cancellationToken)
    {
        Log.EventListUnread(log, why);
        await lane.RunAsync(unit => Store(unit, place, 0, StoredText.Cut(why)), cancellationToken).ConfigureAwait(false);
        return null;
    }

    private static int Store(UnitOfWork unit, DateTimeOffset readTo, int found, string? error) => unit.Execute(
        """
        INSERT INTO psp_catch_up (name, read_to, ran_at, found, error) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (name) DO UPDATE SET read_to = excluded.read_to, ran_at = excluded.ran_at, found = psp_catch_up.found + excluded.found, error = excluded.error
        """,
        CatchUpPlace.EventList, readTo, unit.Now, found, error);
}

internal sealed class CatchUpPlaceMapping : IEntityTypeConfiguration<CatchUpPlace>
{
    public void Configure(EntityTypeBuilder<CatchUpPlace> builder)
    {
        builder.ToTable("psp_catch_up").HasKey(place => place.Name);
        builder.Property(place => place.Name).HasMaxLength(40);
        builder.Property(place => place.Error).HasMaxLength(500);
    }
}
