using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using PaymentPortal.Core.Common;
using PaymentPortal.Core.Storage;

namespace PaymentPortal.Core.Retries;

/// <summary>
/// Claims due tasks and runs their handlers. It is woken (by a timer, or by the unit that added a step) and never sleeps on its own;
/// what it does not finish stays in the table for whoever wakes next.
/// </summary>
public sealed class RetryWorker : IDisposable
{
    /// <summary>
    /// Tries under way at once. Most of their time is waiting for a commit that they share: the more of them, the fewer commits. No more than may wait
    /// for their turn at the PSP.
    /// </summary>
    internal const int ClaimAtOnce = 1024;

    private readonly WriteLane _lane;
    private readonly Dictionary<string, IRetryHandler> _handlers;
    private readonly RetryPolicies _policies;
    private readonly DeadLetters _letters;
    private readonly TimeProvider _time;
    private readonly ILogger<RetryWorker> _log;

    /// <summary>The steps that are being tried here, each with its task and its beginning on the clock that nobody can set.</summary>
    private readonly ConcurrentDictionary<(string Kind, string Subject), (string Task, long Began)> _trying = new();
    private readonly SemaphoreSlim _wake = new(0, 1);
    private readonly SemaphoreSlim _slots = new(ClaimAtOnce);

    public RetryWorker(WriteLane lane, IEnumerable<IRetryHandler> handlers, RetryPolicies policies, DeadLetters letters, TimeProvider time, ILogger<RetryWorker> log)
    {
        (_lane, _policies, _letters, _time) = (lane, policies, letters, time);
        _handlers = handlers.ToDictionary(handler => handler.Kind, StringComparer.Ordinal);
        _log = log;
        lane.Listen(RetryQueue.DueNow, Wake);
    }

    /// <summary>Cheap and safe from any thread; many calls are one.</summary>
    public void Wake()
    {
        try
        {
            _wake.Release();
        }
        catch (Exception error) when (error is SemaphoreFullException or ObjectDisposedException)
        {
            // Already awake, or closed: the lane outlives its worker.
        }
    }

    /// <summary>Takes up what a process that died had begun. Called once, before the first request: the store's lock says that nobody else works on it.</summary>
    public async Task TakeOverAsync(CancellationToken cancellationToken)
    {
        CrashPoint.Hit("recover-before");
        await _lane.RunAsync(RetryQueue.ReleaseAll, cancellationToken).ConfigureAwait(false);
        CrashPoint.Hit("recover-after");
    }

    /// <summary>Works until told to stop: one pass for each waking.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await _wake.WaitAsync(stopping).ConfigureAwait(false);
                await RunDueAsync(stopping).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                break;
            }
            catch (Exception error)
            {
                // The store may be full or gone for a while; the next waking tries again.
                Log.PassFailed(_log, error);
            }
        }
        for (var slot = 0; slot < ClaimAtOnce; slot++) await _slots.WaitAsync(CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>Starts everything that is due now and returns when the last claim found nothing; the tries themselves may still run.</summary>
    public async Task RunDueAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            // Never claim more than can start now: a claimed task that only waits would burn its lease.
            await _slots.WaitAsync(cancellationToken).ConfigureAwait(false);
            var free = 1;
            while (free < ClaimAtOnce && await _slots.WaitAsync(0, cancellationToken).ConfigureAwait(false)) free++;
            var claimed = new List<ClaimedTask>();
            try
            {
                var held = StillLeased();
                claimed = await _lane.RunAsync(unit => RetryQueue.ClaimDue(unit, free, held), cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                if (claimed.Count < free) _slots.Release(free - claimed.Count);
            }
            if (claimed.Count == 0) return;
            CrashPoint.Hit("claim-after-commit");
            foreach (var task in claimed) _ = RunInSlotAsync(task, cancellationToken);
        }
    }

    /// <summary>Takes one step whatever its time, for a person or a request that wants it now; null when it doesn't exist or somebody works on it.</summary>
    public ClaimedTask? ClaimNow(UnitOfWork unit, string kind, string subjectId) =>
        RetryQueue.ClaimNow(unit, kind, subjectId, isHeld: _trying.TryGetValue((kind, subjectId), out var trying) && IsLeased(trying.Began));

    /// <summary>Runs one claimed task to the end of this try, for callers that claimed it themselves.</summary>
    public async Task<TaskEnd> RunOneAsync(ClaimedTask task, CancellationToken cancellationToken)
    {
        var (step, trying) = ((task.Kind, task.SubjectId), (task.Id.Value, _time.GetTimestamp()));
        _trying[step] = trying;
        try
        {
            return await TryAndWriteAsync(task, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            // Its own entry alone: whoever took the step over after the lease goes on under his.
            _trying.TryRemove(KeyValuePair.Create(step, trying));
        }
    }

    public void Dispose()
    {
        _wake.Dispose();
        _slots.Dispose();
    }

    private async Task RunInSlotAsync(ClaimedTask task, CancellationToken cancellationToken)
    {
        try
        {
            await RunOneAsync(task, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _slots.Release();
        }
    }

    private async Task<TaskEnd> TryAndWriteAsync(ClaimedTask task, CancellationToken cancellationToken)
    {
        var end = await TryAsync(task, cancellationToken).ConfigureAwait(false);
        if (end is TaskEnd.Settled) return end;
        CrashPoint.Hit("try-before-end");
        try
        {
            await _lane.RunAsync(unit => Write(unit, task, end), CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception error) when (error is LeaseLostException or StoreUnavailableException)
        {
            Log.EndNotWritten(_log, task.Kind, task.SubjectId, error);
        }
        return end;
    }

    /// <summary>A clock that is set forwards would end every lease at once, and start a second try beside each first one.</summary>
    private string StillLeased() => string.Join(' ', _trying.Where(one => IsLeased(one.Value.Began)).Select(one => one.Value.Task));

    private bool IsLeased(long began) => _time.GetElapsedTime(began) < RetryQueue.Lease;

    private async Task<TaskEnd> TryAsync(ClaimedTask task, CancellationToken cancellationToken)
    {
        if (!_handlers.TryGetValue(task.Kind, out var handler))
            return new TaskEnd.Dead(new TaskFailure(task.Kind, ErrorClass.Internal, TaskFailure.Us, "no_handler", $"No handler knows steps of kind {task.Kind}.", MoneyEffect.Unknown));
        if (handler.Hold() is { } held) return held;
        try
        {
            return await handler.RunAsync(task, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return new TaskEnd.Held(TimeSpan.Zero, "The program stopped.");
        }
        catch (LeaseLostException)
        {
            return new TaskEnd.Settled();
        }
        catch (StoreUnavailableException error)
        {
            Log.TryFailed(_log, task.Kind, task.SubjectId, error);
            return new TaskEnd.Held(TimeSpan.FromSeconds(2), error.Message);
        }
        catch (Exception error)
        {
            Log.TryFailed(_log, task.Kind, task.SubjectId, error);
            return new TaskEnd.Again(TaskFailure.OfUs(task.Kind, error));
        }
    }

    private int Write(UnitOfWork unit, ClaimedTask task, TaskEnd end)
    {
        if (end is TaskEnd.Held held) RetryQueue.Hold(unit, task, unit.Now + held.For, held.Why);
        else if (end is TaskEnd.Dead dead) _letters.Bury(unit, task, dead.Failure);
        else if (end is TaskEnd.Again { Failure: var failure }) _letters.FailOrBury(unit, task, failure, _policies);
        return 0;
    }
}
