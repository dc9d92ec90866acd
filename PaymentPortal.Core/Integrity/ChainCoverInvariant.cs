using System.Data.Common;

namespace PaymentPortal.Core.Integrity;

/// <summary>Watches the watchers: a chain without a reader would never be verified, and an unreadable anchor proves nothing.</summary>
internal sealed class ChainCoverInvariant(IReadOnlyCollection<string> readable, AnchorFile anchors) : IInvariant
{
    public string Code => "chain-cover";

    public string Rule => "Every chain in the store or in the anchors is verified, and every anchor can be read.";

    public async Task<InvariantReport> CheckAsync(DbConnection snapshot, CancellationToken cancellationToken)
    {
        var stored = await Snapshot.ColumnAsync(snapshot, "SELECT chain_id FROM chain_heads", cancellationToken).ConfigureAwait(false);
        var unread = stored.Concat(anchors.Anchors.Select(anchor => anchor.ChainId)).Distinct(StringComparer.Ordinal).Except(readable, StringComparer.Ordinal);
        return new InvariantReport([.. anchors.Faults.Take(Snapshot.MostFindings), .. unread.Select(chain => $"nothing verifies the chain '{chain}'")]);
    }
}
