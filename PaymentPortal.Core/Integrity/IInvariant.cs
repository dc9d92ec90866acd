using System.Data.Common;

namespace PaymentPortal.Core.Integrity;

/// <summary>What an invariant found: nothing, or the rows that break it, named so that a person finds them.</summary>
public sealed record InvariantReport(IReadOnlyList<string> Violations, string? NotChecked = null)
{
    /// <summary>None names more rows than a person can read.</summary>
    public const int MostFindings = 100;

    public static readonly InvariantReport Green = new([]);

    public static InvariantReport Skipped(string why) => new([], why);
}

/// <summary>
/// One sentence that must be true of the stored data in every committed state. Folders plug theirs in; <c>verify</c> and the Integrity page run them
/// all on one read-only snapshot.
/// </summary>
public interface IInvariant
{
    /// <summary>Sorts the report, like "ledger-01".</summary>
    string Code { get; }

    /// <summary>The rule in one plain sentence.</summary>
    string Rule { get; }

    Task<InvariantReport> CheckAsync(DbConnection snapshot, CancellationToken cancellationToken);

    /// <summary>What the watch asks of it every few seconds: a part, where all of it takes long. What it skips leaves standing what is known.</summary>
    Task<InvariantReport> WatchAsync(DbConnection snapshot, CancellationToken cancellationToken) => CheckAsync(snapshot, cancellationToken);
}
