using System.Globalization;

namespace PaymentPortal.Core.Integrity;

/// <summary>
/// Follows the anchor file, each line read once, and keeps of each chain its newest anchors and ever fewer of the older ones: what lies between two
/// is proved by the later one. An anchor file that gets shorter is a finding of its own.
/// </summary>
internal sealed class AnchorTrail(ChainAnchors anchors)
{
    private const int MostOfAChain = 2048;

    private readonly Dictionary<string, List<Anchor>> _byChain = new(StringComparer.Ordinal);
    private readonly List<string> _faults = [];
    private long _position;
    private long _lines;

    /// <summary>The newest anchor of each chain, and what was wrong with the file since this process follows it.</summary>
    public AnchorFile Newest => new([.. _byChain.Values.Select(list => list[^1])], [.. _faults]);

    public IReadOnlyList<Anchor> Of(string chainId) => _byChain.GetValueOrDefault(chainId) is { } list ? list : [];

    /// <summary>Reads what was added. To be called before a snapshot is opened: a later anchor may know rows that the snapshot does not have.</summary>
    public void Follow()
    {
        if (anchors.Length < _position)
        {
            Fault("the anchor file is shorter than it was: anchors were removed from it");
            (_position, _lines) = (0, 0);
            _byChain.Clear();
        }
        _position = anchors.ReadOn(_position, Take);
    }

    private void Take(string line)
    {
        _lines++;
        if (ChainAnchors.TryParse(line) is not { } anchor)
        {
            Fault(string.Create(CultureInfo.InvariantCulture, $"line {_lines} of the anchor file can't be read"));
            return;
        }
        if (!_byChain.TryGetValue(anchor.ChainId, out var list)) _byChain[anchor.ChainId] = list = [];
        list.Add(anchor);
        if (list.Count <= MostOfAChain) return;
        var thin = list.Where((_, at) => at % 2 == 1 || at >= MostOfAChain / 2).ToList();
        list.Clear();
        list.AddRange(thin);
    }

    private void Fault(string what)
    {
        if (_faults.Count < Snapshot.MostFindings) _faults.Add(what);
    }
}
