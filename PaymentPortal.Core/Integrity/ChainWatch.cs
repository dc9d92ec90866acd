using System.Data.Common;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Integrity;

/// <summary>How much a pass of the watch verifies.</summary>
/// <param name="Recent">The newest rows, which every step verifies again.</param>
/// <param name="Slice">Of the older rows so many. A million rows are round in 50 steps.</param>
/// <param name="Rest">How many times its own duration a check rests.</param>
public sealed record WatchReach(int Recent, int Slice, int Rest)
{
    public static readonly WatchReach Usual = new(10_000, 20_000, 50);
}

/// <summary>
/// Verifies chains step by step: each step the newest rows and all that came since the last step, then a slice of the older ones, round and round.
/// Where it stands is kept in the store, so that a restart goes on.
/// </summary>
internal sealed class ChainWatch(SqlDialect dialect, WriteLane lane, KeyRing keys, HashChain chain, AnchorTrail trail, WatchReach reach, TimeProvider time)
{
    /// <summary>False when something is wrong with what this step looked at; then the place stays where it was.</summary>
    public async Task<bool> StepAsync(IChainedRows rows, CancellationToken cancellationToken)
    {
        try
        {
            if (await NextAsync(rows, cancellationToken).ConfigureAwait(false) is not { } place) return false;
            await lane.RunAsync(unit => ChainPlaces.Store(unit, place, keys.Active), cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (Exception error) when (error is DbException or InvalidCastException or FormatException or OverflowException)
        {
            // A damaged row may not even be readable.
            return false;
        }
    }

    private async Task<ChainPlace?> NextAsync(IChainedRows rows, CancellationToken cancellationToken)
    {
        await using var snapshot = dialect.OpenReader();
        await using var transaction = dialect.BeginSnapshot(snapshot);
        var stored = (await ChainPlaces.ReadAsync(snapshot, cancellationToken).ConfigureAwait(false)).SingleOrDefault(place => place.ChainId == rows.ChainId);
        var place = stored is { } found && ChainPlaces.IsOurs(found, keys) ? found : new ChainPlace { ChainId = rows.ChainId };
        var (count, mac) = await HeadAsync(snapshot, rows.ChainId, cancellationToken).ConfigureAwait(false);
        var anchors = trail.Of(rows.ChainId);
        if (count < place.TailSeq || anchors.Any(anchor => anchor.Count > count)) return null;
        var stretch = new ChainStretch(rows, chain, anchors);
        var from = Math.Max(0, Math.Min(place.TailSeq, count - reach.Recent));
        var tail = await stretch.WalkAsync(snapshot, from, (place.TailSeq, place.TailMac), null, cancellationToken).ConfigureAwait(false);
        if (tail is null || tail.Sequence != count || !tail.Mac.AsSpan().SequenceEqual(mac)) return null;
        var start = place.RoundSeq < from ? (Sequence: place.RoundSeq, Mac: place.RoundMac) : (0, HashChain.Start);
        var to = Math.Min(start.Sequence + reach.Slice, from);
        var round = from == 0 ? new StretchEnd(0, HashChain.Start, null) : await stretch.WalkAsync(snapshot, start.Sequence, start, to, cancellationToken).ConfigureAwait(false);
        if (round is null || round.Sequence != to) return null;
        var (isRound, met) = (to == from, tail.Met ?? round.Met);
        return new ChainPlace
        {
            ChainId = rows.ChainId, TailSeq = tail.Sequence, TailMac = tail.Mac,
            RoundSeq = isRound ? 0 : round.Sequence, RoundMac = isRound ? HashChain.Start : round.Mac,
            WalkedAt = isRound ? time.GetUtcNow() : place.WalkedAt, CheckedAt = time.GetUtcNow(),
            AnchorCount = met?.Count ?? place.AnchorCount, AnchorAt = met?.At ?? place.AnchorAt,
        };
    }

    private static async Task<(long Count, byte[] Mac)> HeadAsync(DbConnection snapshot, string chainId, CancellationToken cancellationToken)
    {
        var heads = await snapshot.ReadAsync("SELECT count, head FROM chain_heads WHERE chain_id = $1", [chainId], row => (row.GetInt64(0), (byte[])row[1]), cancellationToken).ConfigureAwait(false);
        return heads is [var head] ? head : (0, HashChain.Start);
    }
}
