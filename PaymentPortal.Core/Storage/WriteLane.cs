using System.Collections.Concurrent;
using System.Data.Common;

namespace PaymentPortal.Core.Storage;

/// <summary>
/// The one way to write. Takes the units that wait, runs them in one transaction, commits once, and only then answers their callers: whoever got an
/// answer has it on disk. When one refuses after it has written, the batch is undone and run again with a savepoint for each: keeping the means to undo
/// one unit costs a fifth of the lane's time, and hardly ever is one used. Units must be repeatable and hold no network call.
/// </summary>
public sealed class WriteLane : IDisposable
{
    /// <summary>Units that share one commit at most.</summary>
    public const int MaxBatch = 512;

    private const int Capacity = 20_000;

    /// <summary>So many batches have savepoints from their start after one had to be undone: refusals come in crowds.</summary>
    private const int Wary = 32;

    /// <summary>What became of a batch.</summary>
    private enum BatchEnd
    {
        Answered,

        /// <summary>A unit must be undone that has no savepoint. Nobody was told.</summary>
        Spoilt,

        /// <summary>A unit failed in a way that no savepoint isolates. Nobody was told.</summary>
        Broken,
    }

    private readonly SqlDialect _dialect;
    private readonly int _maxBatch;
    private readonly Action<string, Exception> _endProcess;
    private readonly BlockingCollection<LaneWork> _waiting = new(new ConcurrentQueue<LaneWork>(), Capacity);
    private readonly DbConnection _connection;
    private readonly UnitOfWork _unit;
    private readonly ConcurrentDictionary<string, Action> _listeners = new(StringComparer.Ordinal);
    private readonly Thread _thread;
    private long _units;
    private long _commits;
    private long _refused;
    private int _wary;
    private volatile bool _isFull;

    public WriteLane(SqlDialect dialect, TimeProvider time, int maxBatch = MaxBatch, Action<string, Exception>? endProcess = null)
    {
        _dialect = dialect;
        _maxBatch = maxBatch;
        _endProcess = endProcess ?? Environment.FailFast;
        _connection = dialect.OpenWriter();
        _unit = new UnitOfWork(dialect, _connection, time, name => _listeners.GetValueOrDefault(name)?.Invoke());
        _thread = new Thread(Work) { Name = "write lane", IsBackground = true };
        _thread.Start();
    }

    public LaneFigures Figures => new(Interlocked.Read(ref _units), Interlocked.Read(ref _commits), Interlocked.Read(ref _refused), _waiting.Count, _isFull);

    /// <summary>
    /// Hands a unit to the lane and answers after its commit. A refused <c>Result</c> is undone and returned. Throws
    /// <see cref="StoreUnavailableException"/> when nothing can be committed, <see cref="ConstraintViolationException"/> when an index says no.
    /// </summary>
    public Task<T> RunAsync<T>(Func<UnitOfWork, T> unit, CancellationToken cancellationToken)
    {
        var work = new LaneWork<T>(unit, cancellationToken);
        if (_waiting.IsAddingCompleted) throw new StoreUnavailableException("The program is stopping: nothing was written.");
        if (!_waiting.TryAdd(work)) throw new StoreUnavailableException("Too many writes are waiting: nothing was written.");
        return work.Task;
    }

    /// <summary>Calls the action after each commit with a unit that gave this signal. It wakes somebody, so it must be quick and must not throw.</summary>
    public void Listen(string signal, Action action) => _listeners[signal] = action;

    /// <summary>Finishes what waits, then closes.</summary>
    public void Dispose()
    {
        _waiting.CompleteAdding();
        _thread.Join();
        _unit.DisposeStatements();
        _connection.Dispose();
        _waiting.Dispose();
    }

    private void Work()
    {
        var batch = new List<LaneWork>(_maxBatch);
        foreach (var first in _waiting.GetConsumingEnumerable())
        {
            batch.Clear();
            batch.Add(first);
            while (batch.Count < _maxBatch && _waiting.TryTake(out var next)) batch.Add(next);
            batch.RemoveAll(work => work.IsAbandoned);
            if (batch.Count > 0) RunBatch(batch);
        }
    }

    private void RunBatch(List<LaneWork> batch)
    {
        if (_isFull && !TryProbe())
        {
            foreach (var work in batch) work.Fail(new StoreUnavailableException("The disk is full: nothing was written."));
            return;
        }
        if (RunTogether(batch)) return;
        // One unit broke the shared transaction: nobody was answered yet, so each may run again on its own.
        var one = new List<LaneWork>(1);
        foreach (var work in batch)
        {
            one.Clear();
            one.Add(work);
            RunTogether(one);
        }
    }

    /// <summary>False when the batch was abandoned and nobody was told.</summary>
    private bool RunTogether(List<LaneWork> batch)
    {
        if (_wary == 0)
        {
            var end = RunOnce(batch, hasSavepoints: false);
            if (end != BatchEnd.Spoilt) return end == BatchEnd.Answered;
            _wary = Wary;
        }
        _wary--;
        return RunOnce(batch, hasSavepoints: true) == BatchEnd.Answered;
    }

    private BatchEnd RunOnce(List<LaneWork> batch, bool hasSavepoints)
    {
        var failed = new Dictionary<LaneWork, Exception>();
        var refused = 0;
        DbTransaction? transaction = null;
        try
        {
            transaction = _dialect.Begin(_connection);
        }
        catch (Exception error)
        {
            // No unit is to blame, and none fares better alone: a lock that somebody else holds would be waited for once per unit.
            foreach (var work in batch) work.Fail(Explain(error));
            return BatchEnd.Answered;
        }
        try
        {
            _unit.StartTransaction(transaction, hasSavepoints);
            foreach (var work in batch)
            {
                if (TryRunUnit(work, failed, ref refused)) continue;
                Abandon(transaction);
                return BatchEnd.Spoilt;
            }
            _unit.WriteCarried();
        }
        catch (Exception error)
        {
            Abandon(transaction);
            if (batch.Count > 1) return BatchEnd.Broken;
            batch[0].Fail(Explain(error));
            return BatchEnd.Answered;
        }
        Interlocked.Add(ref _refused, refused);
        Commit(transaction, batch, failed);
        return BatchEnd.Answered;
    }

    /// <summary>False when it must be undone and can't be alone.</summary>
    private bool TryRunUnit(LaneWork work, Dictionary<LaneWork, Exception> failed, ref int refused)
    {
        var mark = _unit.StartUnit();
        try
        {
            if (!work.Run(_unit))
            {
                if (!_unit.TryUndoUnit(mark)) return false;
                refused++;
            }
        }
        catch (Exception error) when (_dialect.Classify(error) == StoreFault.Constraint)
        {
            if (!_unit.TryUndoUnit(mark)) return false;
            failed[work] = new ConstraintViolationException("A rule of the database refused this write; nothing of it was kept.", error);
        }
        _unit.EndUnit();
        return true;
    }

    private void Commit(DbTransaction transaction, List<LaneWork> batch, Dictionary<LaneWork, Exception> failed)
    {
        try
        {
            transaction.Commit();
        }
        catch (Exception error)
        {
            Abandon(transaction);
            if (_dialect.Classify(error) == StoreFault.Full) _isFull = true;
            // After a failed fsync re-reading through this process proves nothing: only a new process that recovers from the file can know.
            else _endProcess("The store failed at COMMIT; restart to recover from what is on disk.", error);
            foreach (var work in batch) work.Fail(new StoreUnavailableException("The store could not commit: nothing was written.", error));
            return;
        }
        transaction.Dispose();
        Interlocked.Add(ref _units, batch.Count);
        Interlocked.Increment(ref _commits);
        // Before the callers hear of it: what a caller has been told is true of what is kept in memory, too.
        foreach (var action in _unit.TakeAfterCommit()) action();
        foreach (var work in batch)
        {
            if (failed.TryGetValue(work, out var error)) work.Fail(error);
            else work.Complete();
        }
    }

    private void Abandon(DbTransaction? transaction)
    {
        _unit.TakeAfterCommit();
        try
        {
            transaction?.Rollback();
        }
        catch (Exception error) when (error is DbException or InvalidOperationException)
        {
            // SQLite has already ended the transaction by itself (disk full, I/O error): there is nothing left to undo.
        }
        transaction?.Dispose();
    }

    private Exception Explain(Exception error) => _dialect.Classify(error) switch
    {
        StoreFault.Full => new StoreUnavailableException("The disk is full: nothing was written.", error),
        StoreFault.Storage => new StoreUnavailableException("The store failed: nothing was written.", error),
        StoreFault.Constraint or StoreFault.Other => error,
    };

    private bool TryProbe()
    {
        DbTransaction? transaction = null;
        var isCommitting = false;
        try
        {
            transaction = _dialect.Begin(_connection);
            _unit.StartTransaction(transaction, hasSavepoints: false);
            _unit.Execute("INSERT INTO store_meta (name, value) VALUES ('probe', $1) ON CONFLICT (name) DO UPDATE SET value = excluded.value", _commits.ToString(System.Globalization.CultureInfo.InvariantCulture));
            isCommitting = true;
            transaction.Commit();
            transaction.Dispose();
            _unit.TakeAfterCommit();
            _isFull = false;
            return true;
        }
        catch (DbException error)
        {
            Abandon(transaction);
            if (isCommitting && _dialect.Classify(error) != StoreFault.Full) _endProcess("The store failed at COMMIT; restart to recover from what is on disk.", error);
            return false;
        }
    }
}
