using System.Data.Common;
using System.Globalization;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Integrity;

/// <summary>
/// Recomputes one whole chain and holds it against its head row and the anchors. Names the first row that is wrong and the last anchor before
/// it: everything up to that anchor is proved, everything after it is not.
/// </summary>
internal sealed class ChainInvariant(IChainedRows rows, HashChain chain, IReadOnlyList<Anchor> anchors) : IInvariant
{
    private readonly Anchor[] _anchors = [.. anchors.Where(anchor => anchor.ChainId == rows.ChainId).OrderBy(anchor => anchor.Count)];

    public string Code => CodeOf(rows.ChainId);

    public string Rule => $"No row of the chain '{rows.ChainId}' was changed, removed, inserted or moved, and none of its newest is missing.";

    public static string CodeOf(string chainId) => "chain-" + chainId;

    public async Task<InvariantReport> CheckAsync(DbConnection snapshot, CancellationToken cancellationToken)
    {
        var walk = new Walk(_anchors);
        await foreach (var row in rows.ReadAsync(snapshot, IChainedRows.FromTheStart, cancellationToken).ConfigureAwait(false)) walk.Take(row, chain);
        walk.End(await HeadAsync(snapshot, cancellationToken).ConfigureAwait(false));
        return walk.Findings.Count == 0 ? InvariantReport.Green : new InvariantReport([.. walk.Findings]);
    }

    private async Task<(long Count, byte[] Mac)?> HeadAsync(DbConnection snapshot, CancellationToken cancellationToken)
    {
        var heads = await snapshot.ReadAsync("SELECT count, head FROM chain_heads WHERE chain_id = $1", [rows.ChainId], row => (row.GetInt64(0), (byte[])row[1]), cancellationToken).ConfigureAwait(false);
        return heads is [var head] ? head : null;
    }

    /// <summary>One pass over the rows. Each link is checked against the stored MAC before it, so that one changed row is one finding.</summary>
    private sealed class Walk(Anchor[] anchors)
    {
        private long _sequence;
        private byte[] _before = HashChain.Start;
        private int _nextAnchor;
        private Anchor? _lastGood;
        private bool _isBroken;

        public List<string> Findings { get; } = [];

        public void Take(ChainedRow row, HashChain chain)
        {
            var expected = _sequence + 1;
            if (row.Link.Sequence != expected)
                Find(string.Create(CultureInfo.InvariantCulture, $"after row {_sequence} comes row {row.Link.Sequence} ({row.Name()}): {row.Link.Sequence - expected} missing between"));
            else if (!chain.Verify(row.Link, _before, row.AddFields))
                Find(string.Create(CultureInfo.InvariantCulture, $"row {row.Link.Sequence} ({row.Name()}) does not match its MAC (key {row.Link.KeyId})"));
            (_sequence, _before) = (row.Link.Sequence, row.Link.Mac);
            MeetAnchors(row);
        }

        public void End((long Count, byte[] Mac)? head)
        {
            var (count, mac) = head ?? (0, HashChain.Start);
            if (count != _sequence) Find(string.Create(CultureInfo.InvariantCulture, $"its head says {count} rows, its newest row is {_sequence}"));
            else if (!mac.AsSpan().SequenceEqual(_before)) Find("its head is not the MAC of its newest row");
            if (_nextAnchor >= anchors.Length) return;
            var most = anchors[^1];
            Find(string.Create(CultureInfo.InvariantCulture, $"it ends at row {_sequence}, but the anchor of {most.At:u} saw {most.Count} rows: its newest rows were removed, or an older copy of the data was put in place"));
        }

        private void MeetAnchors(ChainedRow row)
        {
            for (; _nextAnchor < anchors.Length && anchors[_nextAnchor].Count <= _sequence; _nextAnchor++)
            {
                var anchor = anchors[_nextAnchor];
                if (anchor.Count == _sequence && anchor.Head != Convert.ToHexStringLower(row.Link.Mac))
                    Find(string.Create(CultureInfo.InvariantCulture, $"row {_sequence} ({row.Name()}) is not the row that the anchor of {anchor.At:u} saw there: history was written anew"));
                else if (!_isBroken) _lastGood = anchor;
            }
        }

        private void Find(string what)
        {
            if (Findings.Count >= Snapshot.MostFindings) return;
            if (!_isBroken) what += _lastGood is { } good ? string.Create(CultureInfo.InvariantCulture, $"; proved up to row {good.Count} by the anchor of {good.At:u}") : "; no anchor before it";
            _isBroken = true;
            Findings.Add(what);
        }
    }
}
