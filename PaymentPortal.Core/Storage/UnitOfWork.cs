using System.Data.Common;
using PaymentPortal.Core.Common;

namespace PaymentPortal.Core.Storage;

/// <summary>
/// What a unit may do: statements on the lane's connection, inside the transaction of its batch. Statements use $1…$n; they stay prepared
/// for the life of the lane because preparing anew costs more than running them.
/// </summary>
public sealed class UnitOfWork
{
    private const string Save = "SAVEPOINT unit";
    private const string Release = "RELEASE SAVEPOINT unit";
    private const string Undo = "ROLLBACK TO SAVEPOINT unit";

    private readonly SqlDialect _dialect;
    private readonly Dictionary<string, LaneStatement> _statements = new(StringComparer.Ordinal);
    private readonly List<Action> _afterCommit = [];
    private readonly Dictionary<string, Carried> _carried = new(StringComparer.Ordinal);
    private readonly List<(string Key, Carried? Before)> _undo = [];
    private readonly Dictionary<string, object> _known = new(StringComparer.Ordinal);
    private readonly TimeProvider _time;
    private readonly Action<string> _signal;
    private bool _isInUnit;
    private bool _hasWritten;
    private bool _hasSavepoints;

    internal UnitOfWork(SqlDialect dialect, DbConnection connection, TimeProvider time, Action<string> signal) =>
        (_dialect, Connection, _time, _signal) = (dialect, connection, time, signal);

    /// <summary>The moment of this unit; a unit that runs again gets a new one.</summary>
    public DateTimeOffset Now { get; private set; }

    internal DbConnection Connection { get; }

    internal DbTransaction? Transaction { get; private set; }

    public TId NewId<TId>()
        where TId : struct, IPrefixedId<TId> => Ids.New<TId>(_time);

    /// <summary>Runs a statement and tells how many rows it changed.</summary>
    public int Execute(string sql, params ReadOnlySpan<object?> arguments)
    {
        StartWriting();
        return Prepare(sql, arguments.Length).Execute(arguments);
    }

    /// <summary>The first row, or default when there is none.</summary>
    public T? QueryFirst<T>(string sql, Func<DbDataReader, T> read, params ReadOnlySpan<object?> arguments)
    {
        T? first = default;
        Read(
            sql,
            row =>
            {
                first = read(row);
                return true;
            },
            arguments);
        return first;
    }

    public List<T> Query<T>(string sql, Func<DbDataReader, T> read, params ReadOnlySpan<object?> arguments)
    {
        var rows = new List<T>();
        Read(
            sql,
            row =>
            {
                rows.Add(read(row));
                return false;
            },
            arguments);
        return rows;
    }

    /// <summary>The first column of the first row as an integer; 0 when there is no row or it is null.</summary>
    public long Scalar(string sql, params ReadOnlySpan<object?> arguments) => QueryFirst(sql, row => row.NumberOrNull(0), arguments) ?? 0;

    /// <summary>Runs once the batch has committed, outside the transaction: for waking workers, never for effects that must happen.</summary>
    public void AfterCommit(Action action) => _afterCommit.Add(action);

    /// <summary>Tells the lane's listener of that name once the batch has committed; nothing happens when there is none.</summary>
    public void Signal(string name) => AfterCommit(() => _signal(name));

    /// <summary>
    /// Hands a value on to the later units of this batch and writes it once, right before the commit. For rows that nearly every unit moves
    /// and that only their owner reads; a unit that is undone takes its value back.
    /// </summary>
    public void Carry(string key, object value, Action<UnitOfWork> write)
    {
        _undo.Add((key, _carried.GetValueOrDefault(key)));
        _carried[key] = new Carried(value, write);
    }

    /// <summary>What an earlier unit of this batch carried under the key, or null.</summary>
    public object? CarriedValue(string key) => _carried.GetValueOrDefault(key)?.Value;

    /// <summary>
    /// A value of the store that nothing but units of this lane changes, each by <see cref="Change"/>: read once in the life of the lane, so that asking
    /// for it in every unit costs nothing. Right under concurrency because the lane is the only writer.
    /// </summary>
    public T Known<T>(string key, Func<UnitOfWork, T> read)
        where T : notnull
    {
        if (CarriedValue(key) is T changed) return changed;
        if (_known.TryGetValue(key, out var known)) return (T)known;
        var value = read(this);
        _known[key] = value;
        return value;
    }

    /// <summary>What <see cref="Known"/> answers from here on, also to later units of this batch; forgotten with a unit or batch that is undone.</summary>
    public void Change(string key, object value)
    {
        Carry(key, value, _ => { });
        AfterCommit(() => _known[key] = value);
    }

    internal void StartTransaction(DbTransaction transaction, bool hasSavepoints)
    {
        (Transaction, _hasSavepoints) = (transaction, hasSavepoints);
        (_isInUnit, _hasWritten) = (false, false);
        _afterCommit.Clear();
        _carried.Clear();
    }

    /// <summary>Marks the start of one unit; the mark lets a refused unit take its after-commit actions back.</summary>
    internal int StartUnit()
    {
        // As precise as it is stored, so that what is answered now and what is read later are the same moment.
        Now = Instants.FromMicroseconds(_time.NowMicroseconds());
        _undo.Clear();
        _isInUnit = true;
        return _afterCommit.Count;
    }

    /// <summary>Before the unit's first write: a unit that only reads needs no savepoint, and half of them only read.</summary>
    internal void StartWriting()
    {
        if (!_isInUnit || _hasWritten) return;
        if (_hasSavepoints) Prepare(Save, 0).Execute([]);
        _hasWritten = true;
    }

    internal void EndUnit()
    {
        if (_hasWritten && _hasSavepoints) Prepare(Release, 0).Execute([]);
        (_isInUnit, _hasWritten) = (false, false);
    }

    /// <summary>
    /// Takes back what the unit did in the database and in memory; leaving one out would commit half of a refused unit. False when it has written without
    /// a savepoint: then nothing but the end of the whole batch takes it back.
    /// </summary>
    internal bool TryUndoUnit(int mark)
    {
        if (_hasWritten && !_hasSavepoints) return false;
        if (_hasWritten) Prepare(Undo, 0).Execute([]);
        _afterCommit.RemoveRange(mark, _afterCommit.Count - mark);
        for (var at = _undo.Count - 1; at >= 0; at--)
        {
            if (_undo[at].Before is { } before) _carried[_undo[at].Key] = before;
            else _carried.Remove(_undo[at].Key);
        }
        _undo.Clear();
        return true;
    }

    internal void WriteCarried()
    {
        foreach (var carried in _carried.Values) carried.Write(this);
    }

    internal Action[] TakeAfterCommit()
    {
        Transaction = null;
        var actions = _afterCommit.ToArray();
        _afterCommit.Clear();
        return actions;
    }

    internal void DisposeStatements()
    {
        foreach (var statement in _statements.Values) statement.Dispose();
        _statements.Clear();
    }

    private void Read(string sql, Func<DbDataReader, bool> isEnough, ReadOnlySpan<object?> arguments)
    {
        var statement = Prepare(sql, arguments.Length);
        if (statement.IsWrite) StartWriting();
        statement.Read(arguments, isEnough);
    }

    private LaneStatement Prepare(string sql, int arguments)
    {
        if (!_statements.TryGetValue(sql, out var statement)) _statements.Add(sql, statement = _dialect.Prepare(Connection, sql, arguments));
        return statement;
    }

    private sealed record Carried(object Value, Action<UnitOfWork> Write);
}
