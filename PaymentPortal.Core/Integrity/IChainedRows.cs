using System.Data.Common;

namespace PaymentPortal.Core.Integrity;

/// <summary>A stored row of a chain: its link, its name for people (asked for only when something is wrong), and its fields in the order of its MAC.</summary>
public sealed record ChainedRow(ChainLink Link, Func<string> Name, Action<RowMac> AddFields);

/// <summary>The rows of one chain, as the folder that owns their table reads them. Each chain in the store must have one, or it counts as unverified.</summary>
public interface IChainedRows
{
    string ChainId { get; }

    /// <summary>What to read after in order to read all: whoever inserts a row below 1 is seen, too.</summary>
    const long FromTheStart = long.MinValue;

    /// <summary>The rows after a sequence, rising, with their raw stored values: also those that no longer make sense.</summary>
    IAsyncEnumerable<ChainedRow> ReadAsync(DbConnection snapshot, long after, CancellationToken cancellationToken);
}
