using System.Data.Common;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Integrity;

/// <summary>
/// Runs every registered invariant and every chain on one read-only snapshot, so that all of them judge the same moment. It never stops at
/// the first finding, and a check that fails by itself counts as broken: what could not be proved is not green.
/// </summary>
public sealed class InvariantRunner(SqlDialect dialect, IEnumerable<IInvariant> invariants, IEnumerable<IChainedRows> chains, HashChain chain, ChainAnchors anchors, TimeProvider time)
{
    private readonly IInvariant[] _invariants = [.. invariants];
    private readonly IChainedRows[] _chains = [.. chains];

    /// <summary>Runs all and hands on each line as it is found.</summary>
    public async Task<IntegrityReport> RunAsync(Action<InvariantLine> onLine, CancellationToken cancellationToken)
    {
        var (startedAt, clock) = (time.GetUtcNow(), time.GetTimestamp());
        // Anchors first: one that is written after the snapshot began knows rows that the snapshot does not show.
        var anchored = anchors.Read();
        await using var snapshot = dialect.OpenReader();
        await using var transaction = dialect.BeginSnapshot(snapshot);
        var lines = new List<InvariantLine>();
        foreach (var invariant in Checks(anchored))
        {
            var line = await CheckAsync(invariant, snapshot, cancellationToken).ConfigureAwait(false);
            lines.Add(line);
            onLine(line);
        }
        return new IntegrityReport(startedAt, time.GetElapsedTime(clock), lines);
    }

    private IEnumerable<IInvariant> Checks(AnchorFile anchored) =>
    [
        .. _invariants.OrderBy(invariant => invariant.Code, StringComparer.Ordinal),
        .. _chains.Select(rows => new ChainInvariant(rows, chain, anchored.Anchors)),
        new ChainCoverInvariant([.. _chains.Select(rows => rows.ChainId)], anchored),
    ];

    private async Task<InvariantLine> CheckAsync(IInvariant invariant, DbConnection snapshot, CancellationToken cancellationToken)
    {
        var clock = time.GetTimestamp();
        try
        {
            var report = await invariant.CheckAsync(snapshot, cancellationToken).ConfigureAwait(false);
            var (state, findings) = report.NotChecked is { } why ? (InvariantState.NotChecked, [why])
                : report.Violations.Count > 0 ? (InvariantState.Broken, report.Violations)
                : (InvariantState.Holds, (IReadOnlyList<string>)[]);
            return new InvariantLine(invariant.Code, invariant.Rule, state, findings, time.GetElapsedTime(clock));
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // Corrupt data may break the reading itself (a word that is no number, a page that can't be read): that is a finding, not the end of the run.
            return new InvariantLine(invariant.Code, invariant.Rule, InvariantState.Broken, [$"the check itself failed: {error.Message}"], time.GetElapsedTime(clock));
        }
    }
}
