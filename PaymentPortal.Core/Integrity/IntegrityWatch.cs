using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Integrity;

/// <summary>
/// Verifies all the time, a little at once: each pass steps every chain on, and runs the other invariants as often as they are cheap: one that took
/// a second rests for fifty. A small store is verified wholly in every pass.
/// </summary>
public sealed class IntegrityWatch(
    SqlDialect dialect, WriteLane lane, KeyRing keys, InvariantRunner runner, IEnumerable<IInvariant> invariants, IEnumerable<IChainedRows> chains, HashChain chain, ChainAnchors anchors,
    IntegrityResults results, WatchReach reach, TimeProvider time) : IDisposable
{
    /// <summary>What a pass may take before it leaves the rest to the next.</summary>
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(5);

    private readonly IInvariant[] _invariants = [.. invariants];
    private readonly IChainedRows[] _chains = [.. chains];
    private readonly AnchorTrail _trail = new(anchors);
    private readonly Dictionary<string, (long EndedAt, TimeSpan Took)> _last = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _gate = new(1);

    public async Task PassAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var clock = time.GetTimestamp();
            var known = (await results.ReadAsync(cancellationToken).ConfigureAwait(false)).ToDictionary(result => result.Code, result => result.State, StringComparer.Ordinal);
            var broken = known.Where(result => result.Value == InvariantState.Broken).Select(result => result.Key).ToHashSet(StringComparer.Ordinal);
            var lines = new List<InvariantLine>();
            _trail.Follow();
            foreach (var rows in _chains)
            {
                if (await StepAsync(rows, broken.Contains(ChainInvariant.CodeOf(rows.ChainId)), cancellationToken).ConfigureAwait(false) is { } line) lines.Add(line);
            }
            lines.Add(await runner.CheckAsync(new ChainCoverInvariant([.. _chains.Select(rows => rows.ChainId)], _trail.Newest), cancellationToken).ConfigureAwait(false));
            foreach (var invariant in _invariants.Where(invariant => IsDue(invariant.Code)).OrderBy(invariant => _last.GetValueOrDefault(invariant.Code).EndedAt))
            {
                if (time.GetElapsedTime(clock) > Budget) break;
                var line = Rest(await runner.WatchAsync(invariant, cancellationToken).ConfigureAwait(false));
                if (line.State != InvariantState.NotChecked || known.GetValueOrDefault(line.Code, InvariantState.NotChecked) == InvariantState.NotChecked) lines.Add(line);
            }
            await results.StoreAsync(lines, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();

    /// <summary>A step that finds something, and a chain that was broken, have the whole chain walked: it names the first wrong row, and nothing less makes it green again.</summary>
    private async Task<InvariantLine?> StepAsync(IChainedRows rows, bool wasBroken, CancellationToken cancellationToken)
    {
        var whole = new ChainInvariant(rows, chain, _trail.Of(rows.ChainId));
        if (wasBroken && !IsDue(whole.Code)) return null;
        var clock = time.GetTimestamp();
        var isSound = await new ChainWatch(dialect, lane, keys, chain, _trail, reach, time).StepAsync(rows, cancellationToken).ConfigureAwait(false);
        if (isSound && !wasBroken) return new InvariantLine(whole.Code, whole.Rule, InvariantState.Holds, [], time.GetElapsedTime(clock));
        var line = Rest(await runner.CheckAsync(whole, cancellationToken).ConfigureAwait(false));
        return isSound || line.State == InvariantState.Broken ? line : line with { State = InvariantState.Broken, Findings = ["rows that were verified before are no longer the ones that stand there: the end of it was written anew"] };
    }

    private InvariantLine Rest(InvariantLine line)
    {
        _last[line.Code] = (time.GetTimestamp(), line.Took);
        return line;
    }

    private bool IsDue(string code) => !_last.TryGetValue(code, out var last) || time.GetElapsedTime(last.EndedAt) >= reach.Rest * last.Took;
}
