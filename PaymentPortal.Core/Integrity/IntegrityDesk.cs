using Microsoft.Extensions.Logging;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Integrity;

/// <summary>How far a run over everything has come; <paramref name="Code"/> is the check that ended last.</summary>
public sealed record IntegrityProgress(DateTimeOffset StartedAt, int Done, int Total, string? Code);

/// <summary>
/// Verifies everything at a person's word, beside all other work and one run at a time. Each result is stored as it comes; a run that the end of the
/// process cuts off leaves what it had, and is asked for again.
/// </summary>
public sealed class IntegrityDesk(InvariantRunner runner, IntegrityWatch watch, IntegrityResults results, WriteLane lane, AuditLog audit, TimeProvider time, ILogger<IntegrityDesk> log) : IDisposable
{
    public const string Act = "integrity.verify";

    private readonly CancellationTokenSource _stop = new();
    private IntegrityProgress? _progress;

    /// <summary>Null when nothing runs.</summary>
    public IntegrityProgress? Progress => Volatile.Read(ref _progress);

    /// <summary>Starts a run and answers at once.</summary>
    public async Task<Result<DateTimeOffset>> StartAsync(Actor actor, CancellationToken cancellationToken)
    {
        var progress = new IntegrityProgress(time.GetUtcNow(), 0, runner.Rules.Count, null);
        if (Interlocked.CompareExchange(ref _progress, progress, null) is { } running)
            return new Refusal(RefusalCodes.StateConflict, 409, $"Everything is being verified already: {running.Done} of {running.Total} checks are done. Nothing was started.");
        try
        {
            await lane.RunAsync(unit => { audit.Write(unit, new AuditEntry(actor, Act, "books")); return 0; }, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            Volatile.Write(ref _progress, null);
            throw;
        }
        _ = Task.Run(() => RunAsync(progress), CancellationToken.None);
        return progress.StartedAt;
    }

    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
    }

    private async Task RunAsync(IntegrityProgress progress)
    {
        try
        {
            var stop = _stop.Token;
            await foreach (var line in runner.EachAsync(stop).ConfigureAwait(false))
            {
                progress = progress with { Done = progress.Done + 1, Code = line.Code };
                Volatile.Write(ref _progress, progress);
                // A chain that the watch knows to be broken is made green by the watch alone: it also remembers rows that no anchor has seen.
                if (!IsGreenChain(line)) await results.StoreAsync([line], stop).ConfigureAwait(false);
            }
            await watch.PassAsync(stop).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not OperationCanceledException and not ObjectDisposedException)
        {
            Log.RunFailed(log, error);
        }
        finally
        {
            Volatile.Write(ref _progress, null);
        }
    }

    private bool IsGreenChain(InvariantLine line) => line.State == InvariantState.Holds && runner.IsChain(line.Code);
}
