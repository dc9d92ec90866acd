using System.Data.Common;

namespace PaymentPortal.Core.Integrity;

/// <summary>Where a sound stretch ended, and the newest anchor that it met.</summary>
internal sealed record StretchEnd(long Sequence, byte[] Mac, Anchor? Met);

/// <summary>
/// Verifies a stretch of a chain. It only says whether the stretch is sound: what is wrong, and where first, is told by <see cref="ChainInvariant"/>
/// over the whole chain.
/// </summary>
internal sealed class ChainStretch(IChainedRows rows, HashChain chain, IReadOnlyList<Anchor> anchors)
{
    private readonly Dictionary<long, string> _heads = anchors.GroupBy(anchor => anchor.Count).ToDictionary(group => group.Key, group => group.Last().Head);

    /// <summary>
    /// From the start (0) or from a row whose own MAC is taken as it stands, up to a row or to the end. Null when a row is missing, changed, too many, or
    /// not the one that <paramref name="known"/> or an anchor saw at its place.
    /// </summary>
    public async Task<StretchEnd?> WalkAsync(DbConnection snapshot, long from, (long Sequence, byte[] Mac) known, long? to, CancellationToken cancellationToken)
    {
        var end = new StretchEnd(0, HashChain.Start, null);
        var isLinked = from == 0;
        await foreach (var row in rows.ReadAsync(snapshot, from == 0 ? IChainedRows.FromTheStart : from - 1, cancellationToken).ConfigureAwait(false))
        {
            var (link, isSound) = (row.Link, isLinked ? row.Link.Sequence == end.Sequence + 1 && chain.Verify(row.Link, end.Mac, row.AddFields) : row.Link.Sequence == from);
            if (!isSound || (link.Sequence == known.Sequence && !known.Mac.AsSpan().SequenceEqual(link.Mac))) return null;
            isLinked = true;
            var met = end.Met;
            if (_heads.TryGetValue(link.Sequence, out var head))
            {
                if (head != Convert.ToHexStringLower(link.Mac)) return null;
                met = anchors.Last(anchor => anchor.Count == link.Sequence);
            }
            end = new StretchEnd(link.Sequence, link.Mac, met);
            if (link.Sequence >= to) break;
        }
        return isLinked ? end : null;
    }
}
