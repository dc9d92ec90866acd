using System.Data.Common;
using System.Runtime.CompilerServices;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Integrity;

/// <summary>An invariant by name.</summary>
public sealed record InvariantRule(string Code, string Rule);

/// <summary>
/// Runs every registered invariant and every chain on one read-only snapshot, so that all of them judge the same moment. It never stops at
/// the first finding, and a check that fails by itself counts as broken: what could not be proved is not green.
/// </summary>
public sealed class InvariantRunner(SqlDialect dialect, IEnumerable<IInvariant> invariants, IEnumerable<IChainedRows> chains, HashChain chain, ChainAnchors anchors, TimeProvider time)
{
    private readonly IInvariant[] _invariants = [.. invariants];
    private readonly IChainedRows[] _chains = [.. chains];

    /// <summary>Everything that a run checks, in its order.</summary>
    public IReadOnlyList<InvariantRule> Rules => [.. Checks(new AnchorFile([], [])).Select(check => new InvariantRule(check.Code, check.Rule))];

    public bool IsChain(string code) => _chains.Any(rows => ChainInvariant.CodeOf(rows.ChainId) == code);

    /// <summary>Runs all and hands on each line as it is found.</summary>
    public async Task<IntegrityReport> RunAsync(Action<InvariantLine> onLine, CancellationToken cancellationToken)
    {
        var (startedAt, clock) = (time.GetUtcNow(), time.GetTimestamp());
        var lines = new List<InvariantLine>();
        await foreach (var line in EachAsync(cancellationToken).ConfigureAwait(false))
        {
            lines.Add(line);
            onLine(line);
        }
        return new IntegrityReport(startedAt, time.GetElapsedTime(clock), lines);
    }

    /// <summary>The lines of one run, each as it is found.</summary>
    public async IAsyncEnumerable<InvariantLine> EachAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Anchors first: one that is written after the snapshot began knows rows that the snapshot does not show.
        var anchored = anchors.Read();
        await using var snapshot = dialect.OpenReader();
        await using var transaction = dialect.BeginSnapshot(snapshot);
        foreach (var invariant in Checks(anchored)) yield return await CheckAsync(invariant, invariant.CheckAsync, snapshot, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Runs one on a snapshot of its own: a long one would keep the store from clearing away what was overwritten.</summary>
    internal Task<InvariantLine> CheckAsync(IInvariant invariant, CancellationToken cancellationToken) => OwnAsync(invariant, invariant.CheckAsync, cancellationToken);

    /// <summary>The same with what the watch asks of it.</summary>
    internal Task<InvariantLine> WatchAsync(IInvariant invariant, CancellationToken cancellationToken) => OwnAsync(invariant, invariant.WatchAsync, cancellationToken);

    private IEnumerable<IInvariant> Checks(AnchorFile anchored) =>
    [
        .. _invariants.OrderBy(invariant => invariant.Code, StringComparer.Ordinal),
        .. _chains.Select(rows => new ChainInvariant(rows, chain, anchored.Anchors)),
        new ChainCoverInvariant([.. _chains.Select(rows => rows.ChainId)], anchored),
    ];

    private async Task<InvariantLine> OwnAsync(IInvariant invariant, Func<DbConnection, CancellationToken, Task<InvariantReport>> check, CancellationToken cancellationToken)
    {
        await using var snapshot = dialect.OpenReader();
        await using var transaction = dialect.BeginSnapshot(snapshot);
        return await CheckAsync(invariant, check, snapshot, cancellationToken).ConfigureAwait(false);
    }

    private async Task<InvariantLine> CheckAsync(IInvariant invariant, Func<DbConnection, CancellationToken, Task<InvariantReport>> check, DbConnection snapshot, CancellationToken cancellationToken)
    {
        var clock = time.GetTimestamp();
        try
        {
            var report = await check(snapshot, cancellationToken).ConfigureAwait(false);
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
